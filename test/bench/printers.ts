import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

/** A tool that prints text recvscope reads, with a recording made here. */
export interface Printer {
  name: string;
  /** Shell command that prints the recording. */
  command: string;
  /** What it printed, as a file. */
  text: string;
  bytes: number;
  /** Why it cannot be measured; '' when it can. */
  skipped: string;
}

/** Task switches by the hundred thousand: a byte that two tasks hand to each other. */
const LOAD = 'perf bench sched pipe -l 100000 > /dev/null';
const EVENTS = ['sched:sched_switch', 'sched:sched_wakeup', 'sched:sched_waking'];

export function findPrinters(folder: string): Printer[] {
  return [findPerf(folder), findTraceCmd(folder)];
}

function findPerf(folder: string): Printer {
  const data = path.join(folder, 'perf.data');
  const args = ['record', '-q', '-m', '4096', '-a', '-e', EVENTS.join(','), '-o', data, 'sh', '-c', LOAD];
  const failure = tryRun('perf', args);
  return print('perf script', `perf script -i '${data}' --ns`, path.join(folder, 'perf.txt'), failure);
}

function findTraceCmd(folder: string): Printer {
  const given = process.env.TRACE_DAT;
  const data = given ?? path.join(folder, 'trace.dat');
  const events = EVENTS.flatMap((event) => ['-e', event]);
  const failure =
    given === undefined
      ? tryRun('trace-cmd', ['record', '-q', '-b', '20000', '-o', data, ...events, 'sh', '-c', LOAD])
      : '';
  return print('trace-cmd report', `trace-cmd report -i '${data}'`, path.join(folder, 'trace-cmd.txt'), failure);
}

/** '' when it worked. */
function tryRun(tool: string, args: readonly string[]): string {
  const result = spawnSync(tool, args, { stdio: 'ignore' });
  if (result.error !== undefined) return `${tool} is not installed`;
  return result.status === 0 ? '' : `${tool} may not record here`;
}

function print(name: string, command: string, text: string, failure: string): Printer {
  const printer: Printer = { name, command, text, bytes: 0, skipped: failure };
  if (failure !== '') return printer;
  spawnSync('sh', ['-c', `${command} > '${text}' 2>/dev/null`]);
  printer.bytes = statSync(text).size;
  if (printer.bytes < 1 << 20) printer.skipped = 'it printed too little to be measured';
  return printer;
}
