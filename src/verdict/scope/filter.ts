import type { CallTable } from '../../model/calls.ts';
import type { ScopeFilter } from '../options.ts';

export function isFilterEmpty(filter: ScopeFilter | undefined): boolean {
  return filter === undefined || Object.values(filter).every((value) => value === undefined);
}

/** `--comm iperf3 --port 5201` */
export function writeFilter(filter: ScopeFilter): string {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
}

export function matchesFilter(calls: CallTable, row: number, filter: ScopeFilter): boolean {
  const text = (name: 'comm' | 'sock' | 'flow'): string => calls.strings.textOf(calls.get(name, row));
  const tid = calls.get('tid', row);
  const tgid = calls.get('tgid', row);
  if (filter.comm !== undefined && text('comm') !== filter.comm) return false;
  if (filter.tid !== undefined && tid !== filter.tid) return false;
  if (filter.pid !== undefined && (tgid >= 0 ? tgid : tid) !== filter.pid) return false;
  if (filter.port !== undefined && !portsOf(text('flow')).includes(filter.port)) return false;
  return filter.socket === undefined || isSocket(filter.socket, text('sock'), text('flow'));
}

function isSocket(asked: string, sock: string, flow: string): boolean {
  if (asked.replace(/^0x/, '').toLowerCase() === sock) return sock !== '';
  return flow !== '' && (asked === flow || flow.split(' ').includes(asked));
}

/** Ports of both ends, ours first. */
export function portsOf(flow: string): number[] {
  return flow === '' ? [] : flow.split(' ').map((end) => Number(end.slice(end.lastIndexOf(':') + 1)));
}

/** The end with the smaller port is the one that listened: ports of connecting ends are handed out from 32768 on. */
export function isServer(ours: number, theirs: number): boolean {
  return ours <= theirs;
}
