import { Kind } from '../../src/model/events.ts';
import { nameTable } from '../../src/model/name-table.ts';
import type { StringId } from '../../src/model/units.ts';
import { decodeNapiPoll, decodeSkbEntry } from '../payload/arrival.ts';
import type { NameEntry } from '../payload/events.ts';
import { decodeIrq, decodeSoftirq } from '../payload/irq.ts';
import { decodePlain, decodeRecvLength, decodeTcpProbe } from '../payload/net.ts';
import * as L from './layout.ts';

/** What a left part says, taught after a reader has read it in full. */
export interface LeftMeaning {
  tid: number;
  cpu: number;
  comm: StringId;
  context: number;
  /** perf: first byte of the task name. */
  commOffset: number;
  /** Of ThreadStates; -1 none. */
  thread: number;
}

/** What a name means for the scanner. */
export interface NameMeaning {
  program: number;
  kind?: number;
  probe?: StringId;
  extra?: number;
  /** Syscalls: the id that pairs entry and exit. Parents: their id. */
  itemId?: number;
  /** Counted under this string for every line. */
  countId: StringId;
}

/** Decoders that the scanner knows too, by themselves or by the event they serve. */
const BY_DECODER = new Map<unknown, number>([
  [decodePlain, L.PLAIN],
  [decodeSoftirq, L.SOFTIRQ],
  [decodeIrq, L.IRQ],
  [decodeRecvLength, L.RECV_LENGTH],
  [decodeTcpProbe, L.TCP_PROBE],
  [decodeNapiPoll, L.NAPI_POLL],
  [decodeSkbEntry, L.SKB_ENTRY],
]);
const BY_NAME: Record<string, number> = nameTable({
  sched_switch: L.SWITCH,
  sched_wakeup: L.WAKEUP,
  sched_wakeup_new: L.WAKEUP,
  sched_waking: L.WAKEUP,
  netif_receive_skb: L.SKB,
  netif_receive_skb_entry: L.SKB,
  skb_copy_datagram_iovec: L.SKB,
  net_dev_queue: L.SKB,
  net_dev_xmit: L.SKB,
  tcp_rcv_space_adjust: L.SPACE_ADJUST,
});

/** Spellings of a name as far as the first blank: `name:`, `sys_read(fd:`, `sys_read` (before an arrow). */
export type Spelling = 'colon' | 'text' | 'arrow';

/** What the scanner does with the lines of an event; READER where it can only read their heads. */
export function meaningOf(entry: NameEntry, spelling: Spelling): NameMeaning {
  const { countId, probe, syscall } = entry;
  const leave: NameMeaning = { program: L.READER, countId };
  if (spelling !== 'colon') {
    if (syscall === null) return { program: spelling === 'text' ? L.SKIP_TEXT : L.SKIP_ARROW, countId };
    if (syscall.isGetsockopt) return leave;
    const program = spelling === 'text' ? L.SYSCALL_TEXT : L.SYSCALL_ARROW;
    const kind = spelling === 'text' ? syscall.meaning.enter : syscall.meaning.exit;
    return { program, countId, kind, probe: syscall.id, itemId: syscall.id };
  }
  if (
    entry.isMarker ||
    entry.raw !== 0 ||
    entry.isFreeText ||
    entry.kprobe.entry !== null ||
    entry.kprobe.return !== null
  )
    return leave;
  if (entry.decode !== null) {
    const bare = entry.text.slice(entry.text.lastIndexOf(':') + 1);
    const program = BY_DECODER.get(entry.decode) ?? BY_NAME[bare] ?? L.READER;
    const kind = entry.meaning!.enter;
    if (program === L.SWITCH) return { program, countId, kind: Kind.switchOut, probe, extra: Kind.switchIn };
    if (program === L.WAKEUP) return { program, countId, kind: Kind.wakeup, probe };
    // What the printed length counts (src/model/events.ts, segmentArrived).
    const lengthKind = bare === 'skb_copy_datagram_iovec' ? 2 : 1;
    const extra = program === L.SKB && kind === Kind.segmentArrived ? lengthKind : -1;
    return { program, countId, kind, probe, extra };
  }
  if (syscall !== null) {
    if (syscall.isGetsockopt) return leave;
    const isExit = entry.isSyscallExit;
    const kind = isExit ? syscall.meaning.exit : syscall.meaning.enter;
    const program = isExit ? L.SYSCALL_EXIT : L.SYSCALL_ENTER;
    return { program, countId, kind, probe: syscall.id, itemId: syscall.id };
  }
  // A probe's place may still explain the name, and its text may be a mark.
  return entry.isKnown && !entry.mayMark ? { program: L.SKIP, countId } : leave;
}
