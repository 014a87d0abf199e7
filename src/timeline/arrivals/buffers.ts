import type { EventRow } from '../state/event-row.ts';

/** Receive buffers by connection, as tcp_rcvbuf_grow shows them each time the reader took more in a round trip than ever before. */
export class Buffers {
  /** By the id of the connection's text; -1 where no line names it. */
  readonly byFlow = new Map<number, { asked: number; firstBytes: number; lastBytes: number; firstLine: number }>();

  grow(row: EventRow): void {
    if (!(row.arg0 > 0)) return;
    const known = this.byFlow.get(row.aux);
    if (known === undefined)
      this.byFlow.set(row.aux, { asked: 1, firstBytes: row.arg0, lastBytes: row.arg0, firstLine: row.line });
    else {
      known.asked++;
      known.lastBytes = row.arg0;
    }
  }
}
