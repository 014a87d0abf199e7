import os from 'node:os';
import { listEvents, type RecordedEvent } from '../model/recording/events.ts';
import { RAW_SYSCALL_EVENTS } from '../model/recording/raw-syscalls.ts';
import { noPerf, tracerInUse } from './errors.ts';
import { hasOwnPids, type Tracefs } from './host/tracefs.ts';
import type { RecordRequest } from './options.ts';
import { readText } from './system/files.ts';
import { findPerf } from './tracers/perf.ts';

/** Which tracer and which events, by what is there. */
export interface Plan {
  tracer: 'perf' | 'tracefs';
  events: RecordedEvent[];
  unavailable: { name: string; why: string }[];
}

export function planRecording(request: Pick<RecordRequest, 'tracer' | 'lenses'>, tracefs: Tracefs): Plan {
  const current = readText(`${tracefs.root}/current_tracer`).trim();
  if (current !== '' && current !== 'nop') throw tracerInUse(current);
  const wanted = listEvents(request.lenses);
  const events = wanted.filter((event) => tracefs.hasEvent(event.name));
  if (!events.some(({ name }) => name.startsWith('syscalls:')) && os.machine() === 'x86_64')
    events.push(...RAW_SYSCALL_EVENTS.filter((event) => tracefs.hasEvent(event.name)));
  const unavailable = wanted.filter((event) => !events.includes(event)).map(explainAbsence);
  return { tracer: chooseTracer(request.tracer), events, unavailable };
}

/** perf translates pids to those of its own namespace, where tasks outside have none; a trace instance shows the kernel’s. */
function chooseTracer(asked: RecordRequest['tracer']): Plan['tracer'] {
  if (asked === 'tracefs') return 'tracefs';
  if (asked === null && hasOwnPids()) return 'tracefs';
  if (findPerf() !== null) return 'perf';
  if (asked === 'perf') throw noPerf('it is not installed, or older than 5.10');
  return 'tracefs';
}

function explainAbsence({ name, from, gives }: RecordedEvent): { name: string; why: string } {
  const since = from === '' ? 'this kernel was built without it' : `kernels have it from ${from} on`;
  return { name, why: `${since}; it would give: ${gives}` };
}
