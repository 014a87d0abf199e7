import { readReceivedBytes } from '../duration.ts';
import { listNames, readLink, readText } from '../system/files.ts';

const OURS = '/proc/self/ns/net';

/**
 * Network namespaces in which the processes below `pid` live and which are not ours: a script that says `ip netns exec`,
 * `unshare -n`, `docker run` in the foreground. A file of /proc for each; a process that leaves the tree is not seen.
 */
export function listForeignNamespaces(pid: number): string[] {
  const ours = readLink(OURS);
  const byNamespace = new Map<string, string>();
  for (const member of listTree(pid)) {
    const file = `/proc/${member}/ns/net`;
    const namespace = readLink(file);
    if (namespace !== '' && namespace !== ours && !byNamespace.has(namespace)) byNamespace.set(namespace, file);
  }
  return [...byNamespace.values()];
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

/** Bytes that arrived so far in the namespace of a process; its loopback counts, since tests run over it. */
const readArrived = (namespace: string): number =>
  readReceivedBytes(readText(namespace.replace(/ns\/net$/, 'net/dev')));

/** Which namespace of a command receives: the one in which most arrives between two looks. */
export class NamespaceWatch {
  private readonly pid: number;
  private readonly last = new Map<string, number>();

  constructor(pid: number) {
    this.pid = pid;
  }

  /** The namespace in which more than `bytes` and most of all arrived since the last look; '' = in none but ours, if at all. */
  look(bytes: number): string {
    let most = bytes;
    let found = '';
    for (const namespace of listForeignNamespaces(this.pid)) {
      const arrived = readArrived(namespace);
      const key = readLink(namespace);
      const grown = arrived - (this.last.get(key) ?? arrived);
      this.last.set(key, arrived);
      if (grown > most) [most, found] = [grown, namespace];
    }
    return found;
  }
}
