import type { Random } from '../../fuzz/mutate.ts';

/** Values of other types, of other sizes, and names that objects inherit. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e-9,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e300,
  -1e300,
  '',
  'x',
  '5',
  '-1',
  '99999999999999999999',
  'constructor',
  '__proto__',
  'toString',
  '\u2028',
  '\u001b[31m',
  '<script>',
  [],
  [[]],
  [null],
  {},
  { estimate: 1 },
  { toString: 1 },
];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)];

/** The JSON value with one or two places changed: another value, a missing or doubled one, a neighbour's. */
export function mutateJson(text: string, random: Random): unknown {
  const value = JSON.parse(text);
  for (let i = 1 + Math.floor(random() * 2); i > 0; i--) change(value, random);
  return value;
}

function change(root: unknown, random: Random): void {
  let at = root;
  for (;;) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const parent = at as Record<string, unknown>;
    const key = pick(random, keys);
    const inner = parent[key];
    const isBranch = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
    if (isBranch && random() < 0.9) {
      at = inner;
      continue;
    }
    changeAt(parent, key, random);
    return;
  }
}

function changeAt(parent: Record<string, unknown>, key: string, random: Random): void {
  const way = random();
  const value = parent[key];
  if (way < 0.1) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (way < 0.2) parent[key] = parent[pick(random, Object.keys(parent))];
  else if (way < 0.4 && typeof value === 'number')
    parent[key] = pick(random, [-value, value * 1000, value / 1000, value + 1, Math.floor(value), value * 2 ** 40]);
  else if (way < 0.45 && Array.isArray(value)) parent[key] = [...value, ...value];
  else parent[key] = pick(random, VALUES);
}
