import type { OverviewSide } from '../../src/model/analysis/index.ts';

/** The strip of one side as its picture needs it: all buckets of all files in one row. */
export interface Strip {
  side: string;
  tracks: StripTrack[];
  cells: StripCell[];
  /** Where a file begins, as an index of its first bucket. */
  borders: { at: number; name: string; bucketNs: number }[];
}

export interface StripTrack {
  id: string;
  title: string;
  unit: string;
  values: (number | null)[];
}

/** One bucket: the slowest call that is open in it. `target` is the anchor of its swim lane, where it is drawn. */
export interface StripCell {
  /** 'run3 #65'; '' = no call. */
  name: string;
  durationNs: number;
  line: number;
  target: string;
}

const ORDER = ['throughput', 'sleep', 'wake', 'softirq', 'drops', 'engine'];

/** `targetOf` gives the anchor of a call that the page draws, '' for the others. */
export function toStrip(side: OverviewSide, targetOf: (run: string, call: number) => string): Strip {
  const ids = [...new Set(side.stretches.flatMap((s) => s.tracks.map((t) => t.id)))];
  ids.sort((a, b) => rank(a) - rank(b));
  const tracks = ids.map((id): StripTrack => {
    const first = side.stretches.flatMap((s) => s.tracks).find((t) => t.id === id)!;
    const values = side.stretches.flatMap(
      (s) => s.tracks.find((t) => t.id === id)?.values ?? new Array<null>(s.slowest.length).fill(null),
    );
    return { id, title: first.title, unit: first.unit, values };
  });
  const cells = side.stretches.flatMap((s) =>
    s.slowest.map(
      (slow): StripCell =>
        slow === null
          ? { name: '', durationNs: 0, line: 0, target: '' }
          : {
              name: `${s.run === s.file ? '' : `${s.run} `}#${slow.call}`,
              durationNs: slow.durationNs,
              line: slow.line,
              target: targetOf(s.run, slow.call),
            },
    ),
  );
  let at = 0;
  const borders = side.stretches.map((s) => {
    const several = side.stretches.filter((other) => other.run === s.run).length > 1;
    const border = { at, name: several ? s.file : s.run, bucketNs: s.bucketNs };
    at += s.slowest.length;
    return border;
  });
  return { side: side.side, tracks, cells, borders };
}

const rank = (id: string): number => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
