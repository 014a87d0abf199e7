import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Tools that run now. Each leads a process group of its own, so that what it starts ends with it. */
const running = new Set<ChildProcess>();

export function hasChildren(): boolean {
  return running.size > 0;
}

/** `onFirst` and `onNone` of the command line: only while a tool runs there is something to end on a signal. */
export interface ChildWatch {
  onChange: () => void;
}
export const childWatch: ChildWatch = { onChange: () => undefined };

export function holdChild(child: ChildProcess): void {
  running.add(child);
  childWatch.onChange();
  const forget = (): void => {
    if (running.delete(child)) childWatch.onChange();
  };
  child.once('close', forget);
  child.once('error', forget);
}

/** Ends the tool and everything it started. A tool that ignores SIGTERM is not asked twice. */
export function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

export function endChildren(): void {
  for (const child of running) endChild(child);
}

const found = new Map<string, string | null>();

/**
 * The absolute path of a tool, looked up once. Relative entries of PATH (also '' and '.') mean the current folder, which
 * may be the folder of a stranger: they are passed over.
 */
export function findTool(tool: string): string | null {
  const search = process.env.PATH ?? '';
  const key = `${tool}\0${search}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const folders = search.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const place = folders.map((folder) => path.join(folder, tool)).find(isProgram) ?? null;
  found.set(key, place);
  return place;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
