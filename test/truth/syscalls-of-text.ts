/** What one thread received, counted from the text alone: an own reading that shares no code with the parsers. */
export interface Received {
  comm: string;
  tid: number;
  calls: number;
  bytes: number;
  sleepNs: number;
}

interface Open {
  comm: string;
  isInet: boolean;
  sleepNs: number;
  offNs: number;
  wokenNs: number;
}

const LINE = /^\s*(.*?)\s+(-?\d+)\s+\[\d+\]\s+(\d+)\.(\d{9}):\s+\w+:(\w+):\s*(.*)$/;
const SYSCALL = /^sys_(enter|exit)_(?:recvfrom|recvmsg|read|readv|splice|io_uring_enter)$/;
const SWITCH = /prev_pid=(\d+) .*prev_state=(\S+) ==> .*next_pid=(\d+) /;

/**
 * Syscalls with a receive of an IPv4 socket inside (sock_recv_length of TCP or UDP): their return values added up, and the time from a
 * switch out in another state than R to the wakeup (else to the switch back).
 */
export function countReceived(text: string): Received[] {
  const open = new Map<number, Open>();
  const found = new Map<number, Received>();
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match === null || line.startsWith('#')) continue;
    const [, comm, tidText, seconds, fraction, event, fields] = match;
    const tid = Number(tidText);
    const at = Number(seconds) * 1e9 + Number(fraction);
    const call = open.get(tid);
    const syscall = SYSCALL.exec(event);
    if (syscall?.[1] === 'enter')
      open.set(tid, { comm, isInet: false, sleepNs: 0, offNs: Number.NaN, wokenNs: Number.NaN });
    else if (syscall !== null && call !== undefined) {
      open.delete(tid);
      if (!call.isInet) continue;
      const returned = Number(BigInt.asIntN(64, BigInt(fields.split(' ')[0])));
      const sum = found.get(tid) ?? { comm, tid, calls: 0, bytes: 0, sleepNs: 0 };
      found.set(tid, {
        ...sum,
        calls: sum.calls + 1,
        bytes: sum.bytes + Math.max(0, returned),
        sleepNs: sum.sleepNs + call.sleepNs,
      });
    } else if (event === 'sock_recv_length' && call !== undefined)
      call.isInet ||= fields.includes('AF_INET') && /IPPROTO_TCP|0x11/.test(fields);
    else if (event === 'sched_switch') {
      const [, previous, state, next] = SWITCH.exec(fields) ?? [];
      const out = open.get(Number(previous));
      if (out !== undefined && !state.startsWith('R')) Object.assign(out, { offNs: at, wokenNs: Number.NaN });
      const into = open.get(Number(next));
      if (into === undefined || Number.isNaN(into.offNs)) continue;
      into.sleepNs += (Number.isNaN(into.wokenNs) ? at : into.wokenNs) - into.offNs;
      into.offNs = Number.NaN;
    } else if (event === 'sched_wakeup') {
      const woken = open.get(Number(/ pid=(\d+) /.exec(fields)?.[1]));
      if (woken !== undefined && !Number.isNaN(woken.offNs) && Number.isNaN(woken.wokenNs)) woken.wokenNs = at;
    }
  }
  return [...found.values()].sort((a, b) => a.tid - b.tid);
}
