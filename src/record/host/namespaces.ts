import { readReceivedBytes } from '../duration.ts';
import { listNames, readInode, readLink, readText } from '../system/files.ts';
import { runTool } from '../system/processes.ts';

const OURS = '/proc/self/ns/net';
const NAMED = '/run/netns';
/** Each costs a process to read. */
const MAX_NAMED = 16;

/**
 * Network namespaces in which the processes below `pid` live and which are not ours: a script that says `ip netns exec`,
 * `unshare -n`, `docker run` in the foreground. By what the kernel calls them (`net:[4026532000]`), a file of /proc for each; a
 * process that leaves the tree is not seen.
 */
function listForeignNamespaces(pid: number): Map<string, string> {
  const ours = readLink(OURS);
  const found = new Map<string, string>();
  for (const member of listTree(pid)) {
    const file = `/proc/${member}/ns/net`;
    const namespace = readLink(file);
    if (namespace !== '' && namespace !== ours && !found.has(namespace)) found.set(namespace, file);
  }
  return found;
}

/** The process and all that it started, by their parents. */
function listTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of listNames('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = readParent(readText(`/proc/${name}/stat`));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (let at = 0; at < tree.length; at++) tree.push(...(children.get(tree[at]) ?? []));
  return tree;
}

/** `12 (a) b) S 7 …`: the name may hold anything, its last bracket ends it. */
const readParent = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);

/** Bytes that arrived so far; the loopback device counts, since tests run over it. NaN: it is gone. */
function readArrived(file: string): number {
  const text = file.startsWith(NAMED)
    ? runTool('nsenter', [`--net=${file}`, 'cat', '/proc/net/dev']).stdout
    : readText(file.replace(/ns\/net$/, 'net/dev'));
  return text === '' ? Number.NaN : readReceivedBytes(text);
}

interface Watched {
  file: string;
  first: number;
  last: number;
}

/** Which namespace of a command receives. Made before the command starts, so that named namespaces are known from the beginning. */
export class NamespaceWatch {
  private readonly named = new Map<string, Watched>();
  private readonly seen = new Map<string, Watched>();

  constructor() {
    for (const name of listNames(NAMED).slice(0, MAX_NAMED)) {
      const file = `${NAMED}/${name}`;
      const arrived = readArrived(file);
      if (!Number.isNaN(arrived)) this.named.set(`net:[${readInode(file)}]`, { file, first: arrived, last: arrived });
    }
  }

  /** The namespace of a process below `pid` in which more than `bytes` and most of all arrived since the last look; '' = none but ours, if any. */
  look(pid: number, bytes: number): string {
    for (const [namespace, file] of listForeignNamespaces(pid)) {
      const known = this.seen.get(namespace) ?? this.named.get(namespace);
      // A name outlives the processes: the one that was seen may have ended when the next look comes.
      const watched = known ?? { file, first: Number.NaN, last: Number.NaN };
      if (!watched.file.startsWith(NAMED)) watched.file = file;
      this.seen.set(namespace, watched);
    }
    let most = bytes;
    let found = '';
    for (const watched of this.seen.values()) {
      const arrived = readArrived(watched.file);
      if (Number.isNaN(arrived)) continue;
      if (Number.isNaN(watched.first)) watched.first = arrived;
      const grown = arrived - watched.last;
      watched.last = arrived;
      if (grown > most) [most, found] = [grown, watched.file];
    }
    return found;
  }

  /** What arrived since the first look in the namespace that received most; 0 = in none but ours. */
  get arrivedBytes(): number {
    return Math.max(0, ...[...this.seen.values()].map(({ first, last }) => last - first || 0));
  }
}
