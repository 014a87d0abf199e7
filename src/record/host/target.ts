import { usage } from '../errors.ts';
import { exists, listNames, readLink, readText } from '../system/files.ts';
import { hasOwnPids } from './tracefs.ts';

/** Whose calls are wanted. */
export interface TargetRequest {
  pid: number | null;
  comm: string | null;
  command: readonly string[];
}

/** How they are told from all others while everything else of the machine is recorded too. */
export interface Target {
  /** Filter of ftrace for events that run in the receiving task; '' = none. */
  filter: string;
  /** What was not filtered, and why; '' = nothing to say. */
  note: string;
  /** Network namespace whose counters are wanted, as a file; '' = ours. */
  netns: string;
}

/** One filter holds at most 2^14 predicates, and a page of text: more threads than this are filtered by nothing. */
const MAX_THREADS = 60;
const OURS = 'comm != "perf"';

/**
 * common_pid of an event is the thread, not the process: a program has a filter of all its threads. A command has no pid
 * yet: its processes and threads are those with a pid from `nextPid` on.
 */
export function findTarget(request: TargetRequest, nextPid: number): Target {
  const { pid, comm, command } = request;
  if (pid !== null && !exists(`/proc/${pid}`))
    throw usage(`there is no process ${pid}`, 'ps -e lists them; or name it: --comm NAME');
  const netns = findNetns(request);
  if (comm !== null) return { filter: `comm == "${comm.slice(0, 15)}"`, note: '', netns };
  if (hasOwnPids()) return { filter: '', note: 'pids of this container are not those of the kernel: no filter', netns };
  if (pid !== null) {
    const threads = listNames(`/proc/${pid}/task`);
    if (threads.length > MAX_THREADS)
      return {
        filter: OURS,
        note: `${threads.length} threads are too many for a filter: every program is recorded`,
        netns,
      };
    return { filter: threads.map((tid) => `common_pid == ${tid}`).join(' || '), note: '', netns };
  }
  if (command.length > 0 && nextPid > 0) return { filter: `common_pid >= ${nextPid} && ${OURS}`, note: '', netns };
  return { filter: OURS, note: '', netns };
}

function findNetns({ pid, comm, command }: TargetRequest): string {
  const named = namedNetns(command);
  if (named !== '') return named;
  const target = pid ?? (comm === null ? null : pidsOf(comm)[0]);
  if (target === null || target === undefined) return '';
  const file = `/proc/${target}/ns/net`;
  return readLink(file) === readLink('/proc/self/ns/net') ? '' : file;
}

/** `ip netns exec NAME …`: the only way to see, before it runs, that a command will live elsewhere. */
function namedNetns(command: readonly string[]): string {
  const at = command.findIndex(
    (word, index) => word === 'netns' && /(?:^|\/)ip$/.test(command[index - 1] ?? '') && command[index + 1] === 'exec',
  );
  if (at < 0) return '';
  const file = `/run/netns/${command[at + 2]}`;
  return exists(file) ? file : '';
}

/** Processes of that name, lowest pid first. */
export function pidsOf(comm: string): number[] {
  return listNames('/proc')
    .filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/comm`).trim() === comm)
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The pid after the last one that was given out; 0 when pids are about to start anew, which would leave the command out.
 * The last field of /proc/loadavg is the last pid of our namespace.
 */
export function readNextPid(): number {
  const last = Number(readText('/proc/loadavg').trim().split(' ')[4]);
  const max = Number(readText('/proc/sys/kernel/pid_max'));
  const margin = Math.min(20000, max / 8);
  return Number.isFinite(last) && Number.isFinite(max) && last < max - margin ? last + 1 : 0;
}
