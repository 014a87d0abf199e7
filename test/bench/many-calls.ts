import { closeSync, openSync, writeSync } from 'node:fs';
import { makeRandom, randomBelow } from '../../src/stats/index.ts';

const LENGTHS = [1448, 7240, 14_480, 65_536];
const AT_ONCE = 20_000;

/** Receive calls of two threads in perf's words, three lines each: enter, one copy, exit. */
export function writeManyCalls(target: string, calls: number, seed: number): void {
  const random = makeRandom(seed);
  const file = openSync(target, 'w');
  let atNs = 100_000_000_000;
  let lines: string[] = [];
  for (let call = 0; call < calls; call++) {
    const cpu = call & 1;
    const bytes = LENGTHS[randomBelow(random, LENGTHS.length)];
    const enterNs = atNs + 2000 + randomBelow(random, 7000);
    const copyNs = enterNs + 500 + randomBelow(random, 1000);
    atNs = copyNs + Math.floor(bytes * (0.05 + 0.03 * random()));
    const head = (ns: number): string =>
      `${`rx${cpu}`.padStart(16)} ${700 + cpu} [00${cpu}] ${Math.floor(ns / 1e9)}.${String(ns % 1e9).padStart(9, '0')}:`;
    lines.push(
      `${head(enterNs)} syscalls:sys_enter_recvfrom: fd: 0x00000004, ubuf: 0x7fb22ee6b000, size: 0x00010000, flags: 0x00000000, addr: 0x00000000, addr_len: 0x00000000\n`,
      `${head(copyNs)} skb:skb_copy_datagram_iovec: skbaddr=0xffff888122e2b2e0 len=${bytes}\n`,
      `${head(atNs)} syscalls:sys_exit_recvfrom: 0x${bytes.toString(16)}\n`,
    );
    if (lines.length < AT_ONCE && call + 1 < calls) continue;
    writeSync(file, lines.join(''));
    lines = [];
  }
  closeSync(file);
}
