import type { StringId } from '../../src/model/units.ts';
import type { EventWriter } from '../events/writer.ts';
import { bytesOf, findBytes, findField, textOf } from '../text/scan.ts';

const SRC = bytesOf('src=');
const SPORT = bytesOf('sport=');
const MARK = bytesOf(' mark=');
const COOKIE = bytesOf(' sock_cookie=');
const SKADDR = bytesOf(' skaddr=');
/** `10.77.0.1:21003`, `[fe80::1]:80` (%pISpc). */
const END = String.raw`(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\]):\d+`;
const ENDPOINTS = new RegExp(String.raw`^src=(${END}) dest=(${END})(?= |$)`);
const V4 = String.raw`\d+\.\d+\.\d+\.\d+`;
const V6 = '[0-9a-f:.]+';
/** TP_STORE_ADDRS has filled and printed all six since 4.15; without the last ones the line is cut. */
const PORTS = new RegExp(
  String.raw`^sport=(\d+) dport=(\d+) saddr=(${V4}) daddr=(${V4}) saddrv6=(${V6}) daddrv6=(${V6})(?= |$)`,
);
const MAPPED = /^\[::ffff:(\d+\.\d+\.\d+\.\d+)\](:\d+)$/;
const LIMIT = 100_000;

/** Both ends of a connection, ours first, interned as `10.77.0.1:21003 10.77.0.2:47428` whatever the event prints. */
export class FlowCache {
  private readonly ids = new Map<string, StringId>();

  /** `at`: where flowText has found it. -1: not one that can be read. */
  idOf(writer: EventWriter, buf: Uint8Array, start: number, end: number): StringId {
    const printed = textOf(buf, start, end);
    let id = this.ids.get(printed);
    if (id === undefined) {
      const text = writeFlow(printed);
      id = text === '' ? -1 : writer.context.strings.intern(text);
      if (this.ids.size < LIMIT) this.ids.set(printed, id);
    }
    return id;
  }
}

/** Bytes of a payload that name both ends, both -1 when there are none. One object, reused. */
export const flowText = { start: -1, end: -1 };

/** `src=… dest=…` of tcp_probe, `sport=… daddrv6=…` of the events made of TP_STORE_ADDRS; left in `flowText`. */
export function findFlow(buf: Uint8Array, start: number, end: number): boolean {
  let at = findField(buf, start, end, SRC) - SRC.length;
  if (at < 0) at = findField(buf, start, end, SPORT) - SPORT.length;
  if (at < 0) return false;
  let stop = findBytes(buf, at, end, MARK);
  if (stop < 0) stop = findBytes(buf, at, end, COOKIE);
  if (stop < 0) stop = findBytes(buf, at, end, SKADDR);
  flowText.start = at;
  flowText.end = stop < 0 ? end : stop;
  return true;
}

/** Bytes as the option `fields` and `trace-cmd report -R` print them: `saddr={0xa,0x9,…}`, `saddr=ARRAY[0a, 09, …]`. */
export function isRawFlow(buf: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if (buf[i] === 123 || buf[i] === 40 || (buf[i] === 91 && buf[i - 1] === 89)) return true;
  return false;
}

function writeFlow(printed: string): string {
  const ends = ENDPOINTS.exec(printed);
  if (ends !== null) return `${plainAddress(ends[1])} ${plainAddress(ends[2])}`;
  const ports = PORTS.exec(printed);
  if (ports === null) return '';
  const [, sport, dport, saddr, daddr, saddr6, daddr6] = ports;
  const isV6 = !saddr6.startsWith('::ffff:');
  return isV6 ? `[${saddr6}]:${sport} [${daddr6}]:${dport}` : `${saddr}:${sport} ${daddr}:${dport}`;
}

/** A socket of IPv6 that serves IPv4 prints mapped addresses, other events of it plain ones. */
function plainAddress(text: string): string {
  return text.replace(MAPPED, '$1$2');
}
