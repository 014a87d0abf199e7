import type { Run } from '../../model/capture.ts';
import type { KernelEra } from '../../model/kernel/era.ts';
import { enableCommand, listEventsOf, perfReceiveCommand } from '../../model/recording/commands.ts';
import { RECEIVE_SYSCALLS } from '../../model/recording/events.ts';

export interface Unrecorded {
  comm: string;
  copies: number;
  bytes: number | null;
}

/** Fewer copies may be the rest of a call that began before the capture. */
const MIN_COPIES = 3;

/**
 * Programs to which data was copied while none of their calls is in the text, most copies first. None where most copies were
 * made by recorded calls: the capture is of those, and somebody else on the machine read a socket too.
 */
export function findUnrecorded(runs: readonly Run[]): Unrecorded[] {
  const found = new Map<string, Unrecorded>();
  for (const { comm, copies, bytes } of runs.flatMap((run) => run.timeline.unrecordedReceivers ?? [])) {
    const known = found.get(comm) ?? { comm, copies: 0, bytes: 0 };
    found.set(comm, {
      comm,
      copies: known.copies + copies,
      bytes: known.bytes === null || bytes === null ? null : known.bytes + bytes,
    });
  }
  const stray = [...found.values()].reduce((sum, { copies }) => sum + copies, 0);
  if (stray <= runs.reduce((sum, run) => sum + countCopies(run), 0)) return [];
  return [...found.values()]
    .filter(({ copies }) => copies >= MIN_COPIES)
    .sort((a, b) => b.copies - a.copies || (a.comm < b.comm ? -1 : 1));
}

/** Copies made inside recorded calls. */
function countCopies({ calls }: Run): number {
  let copies = 0;
  for (let row = 0; row < calls.length; row++) copies += calls.get('cpuCopies', row) || 0;
  return copies;
}

/** Ways to receive that leave no line in these captures, though system calls are recorded by name; those most used first. */
export function listMissingSyscalls(runs: readonly Run[]): string[] {
  const names = new Set(runs.flatMap((run) => run.files.flatMap((file) => [...file.eventNames.keys()].map(plainName))));
  const known = new Set(listEventsOf(runs[0]?.era.from ?? null).map(({ name }) => name));
  const byUse = [...RECEIVE_SYSCALLS].sort((a, b) => useOf(a) - useOf(b));
  return byUse.filter((name) => !names.has(name) && known.has(`syscalls:sys_enter_${name}`));
}

/** read(2) is what most programs receive by (RECORDED_EVENTS says so); the rest in the order of the table. */
const useOf = (name: string): number => (name === 'read' ? 0 : 1);

const plainName = (name: string): string =>
  name.slice(name.indexOf(':') + 1).replace(/^(sys_enter_|sys_exit_|sys_|SyS_|__x64_sys_)/, '');

/**
 * One command that adds what is missing: every way to receive that this kernel has for sure, by the tool that made the
 * capture. Never the command that made it: that one left the calls out.
 */
export function recordUnrecorded(runs: readonly Run[], era: KernelEra, tracefs: string): string {
  if (runs.some((run) => run.files.some((file) => file.format === 'perf-script'))) return perfReceiveCommand(era.from);
  return enableCommand(
    listEventsOf(era.from).map(({ name }) => name.split(':')[1]),
    tracefs,
  );
}
