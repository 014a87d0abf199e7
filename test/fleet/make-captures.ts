import { gzipSync } from 'node:zlib';
import { makeRandom } from '../../src/stats/index.ts';
import { type MadeHost, normalOf, RUN_SIGMA } from './make-fleet.ts';

/** Median of the durations of a made call, ns. */
const BASE_NS = 20_000;
const CALL_SIGMA = 0.5;

export interface CaptureShape {
  host: MadeHost;
  kernel: string;
  /** Whether the change of the host is in it. */
  isAfter: boolean;
  calls: number;
  seed: number;
}

/** What `perf script --header` prints of a reader on this host: calls of two sizes with log-normal durations. */
export function makePerfText({ host, kernel, isAfter, calls, seed }: CaptureShape): string {
  const random = makeRandom(seed);
  const normal = normalOf(random);
  const level = host.level + (isAfter ? host.effect : 0) + RUN_SIGMA * normal();
  const lines = [
    '# ========',
    `# hostname : ${host.name}`,
    `# os release : ${kernel}`,
    '# cpudesc : Made CPU',
    '# captured on    : Fri Nov 20 10:11:12 2026',
    '# ========',
    '#',
  ];
  let now = 1_000_000_000 + Math.floor(random() * 1e9);
  const at = (ns: number): string => {
    const text = String(ns).padStart(10, '0');
    return `${text.slice(0, -9)}.${text.slice(-9)}`;
  };
  const line = (ns: number, event: string): string => `rxbench  4242 [001] ${at(ns).padStart(15)}: ${event}`;
  for (let call = 0; call < calls; call++) {
    const isLarge = random() < 0.3;
    const bytes = isLarge ? 65_536 : 1448;
    const duration = Math.max(200, Math.round(BASE_NS * (isLarge ? 3 : 1) * Math.exp(level + CALL_SIGMA * normal())));
    lines.push(
      line(
        now,
        'syscalls:sys_enter_recvfrom: fd: 0x00000004, ubuf: 0x7f0000001000, size: 0x00010000, flags: 0x00000000, addr: 0x00000000, addr_len: 0x00000000',
      ),
      line(now + duration, `syscalls:sys_exit_recvfrom: 0x${bytes.toString(16)}`),
    );
    now += duration + 5000;
  }
  return `${lines.join('\n')}\n`;
}

/** Broken in a way that reading cannot mend: another kind of text, or packed bytes that are none. */
export function breakCapture(text: string, way: number): Uint8Array | string {
  if (way % 3 === 0) return `Dear colleague,\n\nthe capture of ${text.length} bytes was lost.\n`;
  if (way % 3 === 1) return '';
  const packed = gzipSync(text);
  return packed.subarray(0, 12);
}
