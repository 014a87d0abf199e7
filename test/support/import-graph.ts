import path from 'node:path';
import { listImports, readProjectFile } from './source-tree.ts';

/** file → the project files it imports, type imports counted. */
export type ImportGraph = Map<string, string[]>;

export function readImportGraph(files: readonly string[]): ImportGraph {
  const graph: ImportGraph = new Map();
  for (const file of files)
    graph.set(
      file,
      listImports(readProjectFile(file))
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))),
    );
  return graph;
}

/** Groups of files that reach each other (Tarjan 1972, strongly connected components of more than one file). */
export function findImportCircles(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    const number = order.size;
    order.set(file, number);
    low.set(file, number);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file)!, low.get(next)!));
      } else if (open.includes(next)) low.set(file, Math.min(low.get(file)!, order.get(next)!));
    }
    if (low.get(file) !== number) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Folders that hold more than `most` files, and prefixes that `same` or more files of one folder share. */
export function findCrowdedFolders(files: readonly string[], most: number, same: number): string[] {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = path.posix.dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), path.posix.basename(file)]);
  }
  const crowded: string[] = [];
  for (const [folder, names] of folders) {
    if (names.length > most) crowded.push(`${folder}: ${names.length} files`);
    const prefixes = new Map<string, number>();
    for (const name of names) {
      const prefix = name.split('.')[0].split('-')[0];
      prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
    }
    for (const [prefix, count] of prefixes) if (count >= same) crowded.push(`${folder}: ${count} × ${prefix}-`);
  }
  return crowded;
}
