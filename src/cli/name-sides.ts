import path from 'node:path';
import type { Run } from '../model/capture.ts';

/**
 * Names of captures are base names, which two sides often share (`perf.script.txt` of two folders, `run1` of two settings).
 * Then each is called by the shortest tail of its path that no other capture has, without the parts that all of them end in.
 */
export function nameSidesApart(
  before: readonly Run[],
  beforePaths: readonly string[],
  after: readonly Run[],
  afterPaths: readonly string[],
): void {
  const runs = [...before, ...after];
  const paths = [...beforePaths, ...afterPaths];
  // A saved analysis may hold several runs: their names are those of the captures that it was made of.
  if (runs.length !== paths.length || paths.includes('-')) return;
  // Two base names within one side were told apart by a number, which says nothing: perf.txt (2).
  if (new Set(paths.map((given) => path.basename(given))).size === paths.length) return;
  shortestNames(paths).forEach((name, i) => {
    runs[i].name = name;
  });
}

/** a/mtu1500/run1.txt, a/mtu9000/run1.txt: mtu1500, mtu9000. Equal paths stay equal. */
export function shortestNames(paths: readonly string[]): string[] {
  const parts = paths.map((given) =>
    path
      .resolve(given)
      .split(path.sep)
      .filter((part) => part !== ''),
  );
  let shared = 0;
  while (
    parts.every((p) => shared < p.length - 1 && p[p.length - 1 - shared] === parts[0][parts[0].length - 1 - shared])
  )
    shared++;
  const isOne = new Set(paths.map((given) => path.resolve(given))).size < 2;
  const cut = isOne ? parts : parts.map((p) => p.slice(0, p.length - shared));
  const tail = (p: readonly string[], size: number): string => p.slice(-size).join('/');
  return cut.map((own) => {
    let size = 1;
    const others = cut.filter((p) => p.join('/') !== own.join('/'));
    while (size < own.length && others.some((p) => tail(p, size) === tail(own, size))) size++;
    return tail(own, size);
  });
}
