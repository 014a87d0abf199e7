import { Kind } from '../../../src/model/events.ts';
import type { EventWriter } from '../../events/writer.ts';
import type { FrameTable } from './frame/table.ts';

/** Frames between the tracepoint and the function that threw the packet away: freeing itself, one or a whole queue, and the tracer. */
const HELPER =
  /^(_*kfree_skb(_reason|_list|_list_reason|_partial)?|dev_kfree_skb_(any|irq)(_reason)?|(__)?skb_(rb)?queue_purge(_reason)?|tcp_drop(_reason)?|kfree_skbmem|skb_release_\w+|sk_skb_reason_drop|__?traceiter_\w+|trace_\w+|perf_\w+|__?bpf_\w+|bpf_\w+)$/;
const MAX_FRAMES = 8;

/**
 * The call chain below a kfree_skb event names who freed the packet, where the event line has a bare address only (before 5.17
 * without kallsyms) or names a helper. Written into the event's row while it is the last of its page.
 */
export class FreeChains {
  private readonly writer: EventWriter;
  private readonly frames: FrameTable;
  private row = -1;

  constructor(writer: EventWriter, frames: FrameTable) {
    this.writer = writer;
    this.frames = frames;
  }

  /** An event line has been decoded: true when the frames below it are of use. */
  open(): boolean {
    const { batch } = this.writer;
    const last = batch.length - 1;
    this.row = last >= 0 && batch.kind[last] === Kind.skbFreed ? last : -1;
    return this.row >= 0;
  }

  close(chain: Int32Array, depth: number): void {
    const { row, writer } = this;
    const { batch, context } = writer;
    this.row = -1;
    if (row < 0 || row !== batch.length - 1 || batch.kind[row] !== Kind.skbFreed) return;
    const names: string[] = [];
    for (let i = 0; i < depth && names.length < MAX_FRAMES; i++) {
      const name = this.frames.symbolOf(chain[i]);
      if (names.length > 0 || !HELPER.test(name)) names.push(name);
    }
    if (names.length === 0) return;
    batch.arg1[row] = context.strings.intern(names.join(' < '));
    const place = batch.parent[row] < 0 ? '' : context.strings.textOf(batch.parent[row]);
    if (place === '' || /^(0x)?[0-9a-f]{6,}$/.test(place) || HELPER.test(place))
      batch.parent[row] = context.strings.intern(names[0]);
  }
}
