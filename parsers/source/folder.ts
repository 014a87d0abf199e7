import fs from 'node:fs';
import path from 'node:path';
import type { DiagnosticName } from '../../src/model/diagnostics/index.ts';
import { noteEvidence } from './evidence.ts';
import { explainFailure, printableName } from './file-errors.ts';

/** A folder of a stranger is a world of its own: nothing outside is read through it, and what it may cost is bounded. */
export interface FolderLimits {
  /** Entries of all its folders together, links and folders counted. */
  maxFiles: number;
  /** Bytes of its files on disk together. */
  maxFolderBytes: number;
}
export const DEFAULT_MAX_FILES = 10_000;
export const DEFAULT_MAX_FOLDER_BYTES = 64 * 2 ** 30;
const MAX_DEPTH = 32;

export interface Skipped {
  name: string;
  reason: string;
  diagnostic: DiagnosticName;
}

export interface FolderMember {
  /** Path inside the folder, printable. */
  name: string;
  location: string;
  stat: fs.BigIntStats;
}

export interface FolderContents {
  members: FolderMember[];
  skipped: Skipped[];
}

/** Every file below `folder` in the order of names, links only where they stay below it. */
export function walkFolder(folder: string, name: string, limits: FolderLimits): FolderContents {
  const walk = new FolderWalk(limits);
  try {
    walk.start(folder);
  } catch (error) {
    throw explainFailure(error, name);
  }
  return { members: walk.members, skipped: walk.skipped };
}

class FolderWalk {
  readonly members: FolderMember[] = [];
  readonly skipped: Skipped[] = [];
  private readonly limits: FolderLimits;
  private readonly seen = new Set<string>();
  private root = '';
  private entries = 0;
  private bytes = 0n;
  private isOver = false;

  constructor(limits: FolderLimits) {
    this.limits = limits;
  }

  start(folder: string): void {
    this.root = fs.realpathSync(folder);
    this.seen.add(this.root);
    this.visit(this.root, fs.readdirSync(this.root), '', 0);
  }

  private visit(real: string, entries: string[], prefix: string, depth: number): void {
    // Plain code unit order: the same on every machine, whatever its locale.
    for (const entry of entries.sort()) {
      if (this.isOver) return;
      if (entry === '.git') continue;
      const name = prefix + printableName(entry);
      if (this.entries++ >= this.limits.maxFiles) {
        this.isOver = true;
        this.skip(name, `more than ${this.limits.maxFiles} entries: from here on nothing was looked at`, 'folder-cut');
        return;
      }
      try {
        this.take(path.join(real, entry), name, depth);
      } catch (error) {
        this.skip(name, explainFailure(error, name).message);
      }
    }
  }

  private take(entry: string, name: string, depth: number): void {
    let location = entry;
    let stat = fs.lstatSync(entry, { bigint: true });
    if (stat.isSymbolicLink()) {
      location = fs.realpathSync(entry);
      if (!this.isBelow(location)) {
        this.skip(name, 'a link that leads out of the folder');
        return;
      }
      stat = fs.lstatSync(location, { bigint: true });
    }
    if (stat.isDirectory()) this.takeFolder(location, name, depth + 1);
    else this.takeFile(location, name, stat);
  }

  private takeFile(location: string, name: string, stat: fs.BigIntStats): void {
    const kind = nameOddKind(stat);
    if (kind !== '') this.skip(name, `${kind}, not a file`);
    else if (isLive(location, stat)) this.skip(name, 'a file of the running kernel that is emptied by reading it');
    else {
      noteEvidence(stat, name);
      fs.accessSync(location, fs.constants.R_OK);
      if (this.bytes + stat.size > BigInt(this.limits.maxFolderBytes)) {
        this.skip(name, `the folder would pass ${this.limits.maxFolderBytes} bytes`, 'folder-cut');
        return;
      }
      this.bytes += stat.size;
      this.members.push({ name, location, stat });
    }
  }

  private takeFolder(location: string, name: string, depth: number): void {
    if (this.seen.has(location)) return;
    this.seen.add(location);
    if (depth > MAX_DEPTH) this.skip(name, `deeper than ${MAX_DEPTH} folders`, 'folder-cut');
    else this.visit(location, fs.readdirSync(location), `${name}/`, depth);
  }

  private isBelow(real: string): boolean {
    return real === this.root || real.startsWith(this.root.endsWith('/') ? this.root : `${this.root}/`);
  }

  private skip(name: string, reason: string, diagnostic: DiagnosticName = 'unreadable-file'): void {
    this.skipped.push({ name, reason, diagnostic });
  }
}

interface Kind {
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
  isSocket(): boolean;
  isFIFO(): boolean;
}

/** '' for files; inside a folder a pipe is odd as well, nobody feeds it. */
function nameOddKind(stat: Kind): string {
  return nameDevice(stat) || (stat.isFIFO() ? 'a pipe' : '');
}

/** As an argument a pipe is welcome (process substitution gives one). */
export function nameDevice(stat: Kind): string {
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return 'a device';
  return stat.isSocket() ? 'a socket' : '';
}

/**
 * trace_pipe, trace_pipe_raw, snapshot_raw and kmsg look like empty regular files, block, and lose what is read; closing
 * free_buffer frees the ring buffer (kernel/trace/trace.c). None of them is a stored file.
 */
function isLive(location: string, stat: { size: bigint; mode: bigint }): boolean {
  if (stat.size !== 0n) return false;
  return (stat.mode & 0o444n) === 0n || /^(?:trace_pipe(?:_raw)?|snapshot_raw|kmsg)$/.test(path.basename(location));
}
