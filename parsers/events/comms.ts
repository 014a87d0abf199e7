import type { StringTable } from '../../src/model/string-table.ts';
import type { StringId } from '../../src/model/units.ts';
import { copyBytes } from '../text/bytes.ts';

const COMM_SLOTS = 1024;

/** Last name seen of each thread. The idle task is why lines and payloads keep one each: `<idle>` here, `swapper/1` there. */
export class CommCache {
  private readonly tids = new Int32Array(COMM_SLOTS).fill(-1);
  private readonly ids = new Int32Array(COMM_SLOTS).fill(-1);
  private readonly names: Uint8Array[] = new Array(COMM_SLOTS).fill(new Uint8Array(0));

  idOf(strings: StringTable, tid: number, buf: Uint8Array, start: number, end: number): StringId {
    const slot = tid & (COMM_SLOTS - 1);
    const length = end - start;
    const known = this.names[slot];
    if (this.tids[slot] === tid && known.length === length) {
      let i = 0;
      while (i < length && known[i] === buf[start + i]) i++;
      if (i === length) return this.ids[slot];
    }
    const id = strings.internBytes(buf, start, end);
    this.tids[slot] = tid;
    this.ids[slot] = id;
    this.names[slot] = copyBytes(buf, start, end);
    return id;
  }
}
