import fs from 'node:fs';

/**
 * Every file that stands among the inputs, by device and inode: whatever name, link or hard link leads to it, output must
 * not replace it. One process answers one command line, so there is one register.
 */
const names = new Map<string, string>();

export function noteEvidence(stat: { dev: bigint; ino: bigint }, name: string): void {
  const key = `${stat.dev}:${stat.ino}`;
  if (!names.has(key)) names.set(key, name);
}

/** The name of the input that is this very file; undefined = it is none. */
export function findEvidence(stat: { dev: bigint; ino: bigint }): string | undefined {
  return names.get(`${stat.dev}:${stat.ino}`);
}

/** Standard input may be a file: `recvscope report - < trace.txt -o trace.txt`. True when it is a folder, which none can read. */
export function noteStdin(): boolean {
  try {
    const stat = fs.fstatSync(0, { bigint: true });
    if (stat.isFile()) noteEvidence(stat, 'standard input');
    return stat.isDirectory();
  } catch {
    // A closed standard input is no file.
    return false;
  }
}
