import { compareReleases, parseRelease, type Release } from '../kernel/release.ts';
import { listEvents, RECORDED_EVENTS, type RecordedEvent, toTracefsName, WAIT_SYSCALLS } from './events.ts';
import type { Lens } from './lenses.ts';
import { KPROBES, TRACED_FUNCTIONS } from './probes.ts';

/** Recording commands for people, made from the table of events. */

/** What recvscope itself does; `lenses` and a target make it particular. */
export function recordCommand(lenses: readonly Lens[] = []): string {
  return ['recvscope record', ...lenses.map((lens) => `--lens ${lens}`), '-- COMMAND'].join(' ');
}

/** Repetitions that alternate: A-B-A-B with the old setting put back. */
export const EXPERIMENT_COMMAND =
  "recvscope experiment --a 'COMMAND THAT MAKES SETTING A' --b 'COMMAND THAT MAKES SETTING B' -- COMMAND";

/** Without recvscope on the box: the script that records. */
export const SCRIPT_COMMAND = 'recvscope record --print-script > rec.sh   # then on that box: sh rec.sh';

/** `perf record` of the base, or of the events named, for those who want to type it. */
export function perfCommand(events: readonly RecordedEvent[] = listEvents(), seconds = 2): string {
  return `perf record -a -k mono -o perf.data -e ${events.map((event) => event.name).join(',')} -- sleep ${seconds}; perf script -i perf.data --ns --show-lost-events > perf.txt`;
}

/** Of the base what a kernel of at least this release has for sure; null: what every kernel with trace events has. */
export function listEventsOf(release: Release | null): RecordedEvent[] {
  return listEvents().filter(
    ({ from }) => from === '' || (release !== null && compareReleases(release, parseRelease(from)!) >= 0),
  );
}

/**
 * `perf record` of every way to receive that a kernel of this release has for sure, short enough to read: entry and return of
 * a system call are one pattern, and the calls that wait are left out.
 */
export function perfReceiveCommand(release: Release | null, seconds = 2): string {
  const waits = new Set(WAIT_SYSCALLS.flatMap((name) => [`syscalls:sys_enter_${name}`, `syscalls:sys_exit_${name}`]));
  const names = listEventsOf(release)
    .filter(({ name }) => !waits.has(name))
    .map(({ name }) => name.replace(/^syscalls:sys_(enter|exit)_/, 'syscalls:sys_*_'));
  return `perf record -a -k mono -o perf.data -e '${[...new Set(names)].join(',')}' -- sleep ${seconds}; perf script -i perf.data --ns --show-lost-events > perf.txt`;
}

/** `echo 1 > events/…/enable` for events by name (`sched_switch`), in the tracefs folder of the day. */
export function enableCommand(names: readonly string[], tracefs: string): string {
  const found = RECORDED_EVENTS.filter((event) => names.includes(event.name.split(':')[1]));
  return found.map((event) => `echo 1 > ${tracefs}/events/${toTracefsName(event.name)}/enable`).join('; ');
}

export function kprobeCommand(tracefs: string): string {
  const lines = KPROBES.map((probe, index) => `echo '${probe}' >${index === 0 ? '' : '>'} kprobe_events`);
  return [`cd ${tracefs}`, ...lines, 'echo 1 > events/kprobes/enable'].join('; ');
}

export function functionCommand(tracefs: string): string {
  const names = TRACED_FUNCTIONS.map((name) => (name.includes('*') ? `'${name}'` : name)).join(' ');
  return `cd ${tracefs}; echo ${names} > set_ftrace_filter; echo function > current_tracer`;
}
