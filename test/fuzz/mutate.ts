/** Seeded damage: what files suffer from mail, disks and editors. Bytes in, bytes out. */
export type Random = () => number;

/** mulberry32: small, seeded, good enough to choose places. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = (random: Random, n: number): number => Math.floor(random() * n);

type Mutation = (lines: Buffer[], random: Random) => Buffer[];

const onLine =
  (change: (line: Buffer, random: Random) => Buffer): Mutation =>
  (lines, random) => {
    const at = pick(random, lines.length);
    return lines.with(at, change(lines[at], random));
  };

const flipByte = (value: number): Mutation =>
  onLine((line, random) => {
    const copy = Buffer.from(line);
    if (copy.length > 0) copy[pick(random, copy.length)] = value < 0 ? pick(random, 256) : value;
    return copy;
  });

export const MUTATIONS: Record<string, Mutation> = {
  'flip a byte': flipByte(-1),
  '0xFF': flipByte(0xff),
  NUL: flipByte(0),
  'delete a line': (lines, random) => lines.toSpliced(pick(random, lines.length), 1),
  'double a line': (lines, random) => {
    const at = pick(random, lines.length);
    return lines.toSpliced(at, 0, lines[at]);
  },
  'swap lines': (lines, random) => {
    const a = pick(random, lines.length);
    const b = pick(random, lines.length);
    return lines.with(a, lines[b]).with(b, lines[a]);
  },
  'cut a line': onLine((line, random) => line.subarray(0, pick(random, line.length + 1))),
  'truncate the file': (lines, random) => lines.slice(0, 1 + pick(random, lines.length)),
  'CR LF': (lines) => lines.map((line) => Buffer.concat([line, Buffer.from('\r')])),
  'quote prefix': (lines) => lines.map((line) => Buffer.concat([Buffer.from('> '), line])),
  'collapse blanks': (lines) =>
    lines.map((line) => Buffer.from(line.toString('latin1').replace(/ +/g, ' ').trimStart(), 'latin1')),
  'join two lines': (lines, random) => {
    const at = pick(random, Math.max(1, lines.length - 1));
    return lines.toSpliced(at, 2, Buffer.concat(lines.slice(at, at + 2)));
  },
  'repeat a byte': onLine((line, random) => {
    const at = pick(random, line.length + 1);
    return Buffer.concat([
      line.subarray(0, at),
      Buffer.alloc(1 + pick(random, 300), line[at] ?? 0x20),
      line.subarray(at),
    ]);
  }),
  'huge number': onLine((line) => Buffer.from(line.toString('latin1').replace(/\d+/, '9'.repeat(40)), 'latin1')),
};

export function mutate(lines: Buffer[], random: Random): { lines: Buffer[]; names: string[] } {
  const names = Object.keys(MUTATIONS);
  let mutated = lines;
  const used: string[] = [];
  for (let i = 1 + pick(random, 6); i > 0 && mutated.length > 0; i--) {
    const name = names[pick(random, names.length)];
    used.push(name);
    mutated = MUTATIONS[name](mutated, random);
  }
  return { lines: mutated, names: used };
}
