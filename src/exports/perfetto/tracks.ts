import type { PacketWriter } from './packets.ts';

/** Slices of one track: none may overlap another that it does not lie in, or the importer drops it. */
interface Group {
  /** By place: uuid of the track and the end of its last slice. */
  tracks: { uuid: number; endNs: number }[];
}

/**
 * Hands out tracks. Slices of one group come in the order of their starts; one that begins before the last slice of a track
 * has ended goes to the next track of the group ("softirq CPU 3 (2)").
 */
export class Tracks {
  private readonly groups = new Map<string, Group>();
  private readonly threads = new Set<number>();
  private readonly packets: PacketWriter;
  private last = 0;

  constructor(packets: PacketWriter) {
    this.packets = packets;
  }

  get count(): number {
    return this.last;
  }

  /** `tid`: a track of a thread, as far as that thread has none yet (a second clock shows the same thread again). */
  place(group: string, name: string, tid: number, startNs: number, endNs: number): number {
    let entry = this.groups.get(group);
    if (entry === undefined) {
      entry = { tracks: [] };
      this.groups.set(group, entry);
    }
    const free = entry.tracks.find((track) => track.endNs <= startNs);
    if (free !== undefined) {
      free.endNs = endNs;
      return free.uuid;
    }
    const uuid = ++this.last;
    const place = entry.tracks.push({ uuid, endNs });
    const isThread = tid > 0 && place === 1 && !this.threads.has(tid);
    if (isThread) this.threads.add(tid);
    this.packets.describeTrack(uuid, place === 1 ? name : `${name} (${place})`, isThread ? { tid } : null);
    return uuid;
  }
}
