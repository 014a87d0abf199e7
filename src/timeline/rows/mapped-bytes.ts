import { CallState } from '../../model/calls.ts';
import { Kind } from '../../model/events.ts';
import type { ProbeRole } from '../capture/probe-roles.ts';
import type { CaptureTraits } from '../capture/traits.ts';
import { CallFlag, type OpenCall } from '../state/open-call.ts';
import type { CallStore } from './store.ts';

const EFAULT = -14;
const SMALLEST_PAGE = 4096;
const UNWHOLE = CallState.cutAtStart | CallState.cutAtEnd | CallState.lossInside;

/**
 * The getsockopt of TCP_ZEROCOPY_RECEIVE returns 0; what it mapped stands in user memory. But tcp_zerocopy_receive ends with
 * one `tcp_cleanup_rbuf(sk, length + copylen)` when it consumed anything (4.18 on; without copylen before 5.11):
 *   tcp_cleanup_rbuf: (tcp_cleanup_rbuf+0x0/0x60) sk=0xffff8eefc2791b00 copied=28672
 * The copy into copybuf is an ordinary CPU copy with its own lines, so mapped = copied − CPU copies. The fallback
 * (everything fits copybuf) goes through tcp_recvmsg_locked, whose own tcp_cleanup_rbuf names what it copied: mapped = 0.
 */
export function noteCleanup(call: OpenCall, role: ProbeRole, copied: number): void {
  if ((call.flags & CallFlag.zerocopy) === 0) return;
  if (role.group !== 'ack-decision' || role.name === '__tcp_ack_snd_check') return;
  call.flags |= CallFlag.mapSeen;
  // tcp_cleanup_rbuf and __tcp_cleanup_rbuf inside it tell of the same bytes.
  if (copied >= 0) call.consumedBytes = copied;
}

export function noteMapping(call: OpenCall, role: ProbeRole, pages: number): void {
  call.flags |= CallFlag.mapSeen;
  if (role.name === 'tcp_zerocopy_vm_insert_batch') call.pagesToMap += pages;
}

/** What the lines of one zero-copy call tell of the mapped bytes; NaN otherwise. */
export function mappedBytesOf(call: OpenCall): number {
  if ((call.flags & CallFlag.zerocopy) === 0) return Number.NaN;
  // ret = 0 is set once anything was consumed: an error means nothing was. -EFAULT may come later (struct not writable).
  if (call.returnedBytes < 0 && call.returnedBytes !== EFAULT) return 0;
  // No page is smaller than 4096 bytes: all of them were mapped and nothing can have been copied beside them.
  if (call.consumedBytes === call.pagesToMap * SMALLEST_PAGE) {
    call.flags |= CallFlag.mapProven;
    return call.consumedBytes;
  }
  if ((call.flags & CallFlag.unknownCopyBytes) !== 0) return Number.NaN;
  return Math.max(0, call.consumedBytes - call.cpuCopyBytes);
}

/**
 * At the end of a file it is known what it could show. Copies into copybuf must have been visible for the difference to
 * mean mapped bytes; a whole call without any sign of mapping mapped nothing, where other calls of the file show theirs.
 * Returns whether the bytes of some whole call stay unknown.
 */
export function settleMappedBytes(store: CallStore, file: number, traits: CaptureTraits, sawMapping: boolean): boolean {
  let isHidden = false;
  const { table, flags } = store;
  const mapped = table.column('mappedBytes');
  const files = table.column('file');
  const returned = table.column('returnedBytes');
  for (let row = 0; row < table.length; row++) {
    if (files.get(row) !== file || (flags.get(row) & CallFlag.zerocopy) === 0) continue;
    if ((flags.get(row) & CallFlag.mapProven) !== 0) continue;
    if ((flags.get(row) & CallFlag.mapSeen) !== 0) {
      if (!traits.saw(Kind.copyBegin) && returned.get(row) >= 0) mapped.set(row, Number.NaN);
    } else if (sawMapping && Number.isNaN(mapped.get(row)) && (table.get('state', row) & UNWHOLE) === 0) {
      mapped.set(row, 0);
      if (Number.isNaN(returned.get(row))) returned.set(row, 0);
    }
    isHidden ||= Number.isNaN(mapped.get(row)) && (table.get('state', row) & UNWHOLE) === 0;
  }
  return isHidden;
}
