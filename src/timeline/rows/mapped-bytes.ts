import { Kind } from '../../model/events.ts';
import { CallFlag, NOT_WHOLE, type OpenCall } from '../state/open-call.ts';
import type { CaptureTraits } from '../state/traits.ts';
import type { CallStore } from './store.ts';

const EFAULT = -14;
const SMALLEST_PAGE = 4096;

/**
 * The getsockopt of TCP_ZEROCOPY_RECEIVE returns 0; what it mapped stands in user memory. But tcp_zerocopy_receive ends with
 * one `tcp_cleanup_rbuf(sk, length + copylen)` when it consumed anything (4.18 on; without copylen before 5.11):
 *   tcp_cleanup_rbuf: (tcp_cleanup_rbuf+0x0/0x60) sk=0xffff8eefc2791b00 copied=28672
 * The copy into copybuf is an ordinary CPU copy with its own lines, so mapped = copied − CPU copies. The fallback
 * (everything fits copybuf) goes through tcp_recvmsg_locked, whose own tcp_cleanup_rbuf names what it copied: mapped = 0.
 * Returns what the lines of one zero-copy call tell of the mapped bytes; NaN otherwise.
 */
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
    } else if (sawMapping && Number.isNaN(mapped.get(row)) && (table.get('state', row) & NOT_WHOLE) === 0) {
      mapped.set(row, 0);
      if (Number.isNaN(returned.get(row))) returned.set(row, 0);
    }
    isHidden ||= Number.isNaN(mapped.get(row)) && (table.get('state', row) & NOT_WHOLE) === 0;
  }
  return isHidden;
}
