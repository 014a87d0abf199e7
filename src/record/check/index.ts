import type { Run } from '../../model/capture.ts';
import { RECORDED_EVENTS } from '../../model/recording/events.ts';
import type { Lens } from '../../model/recording/lenses.ts';
import type { Recorded, RecordRequest } from '../options.ts';
import { listReceivers, measurePreemption, type Receiver } from './receivers.ts';

/** Something the capture lacks. `isFatal`: no question can be answered from it. */
export interface Complaint {
  code:
    | 'no-receive-calls'
    | 'nothing-received'
    | 'target-silent'
    | 'no-target'
    | 'events-lost'
    | 'lens-empty'
    | 'device-without-napi'
    | 'one-sided-cpus'
    | 'cpu-taken'
    | 'bytes-unknown';
  isFatal: boolean;
  text: string;
  /** What mends it, as typed. */
  command: string;
}

export interface SelfCheck {
  receivers: Receiver[];
  calls: number;
  complaints: Complaint[];
}

/** More of the reader's time than this in other hands makes latencies those of the machine's other work. */
const TAKEN_PCT = 20;
/** Fires whenever TCP data was taken by a task; copies are those of unix sockets and netlink too. */
const TAKEN_EVENT = 'tcp_rcv_space_adjust';
const COPY_EVENT = 'skb_copy_datagram_iovec';

/** Asks of a capture what its reader would, while the machine is still at hand. */
export function checkCapture(run: Run, recorded: Recorded, request: RecordRequest): SelfCheck {
  const receivers = listReceivers(run);
  const counts = countEvents(run);
  const complaints: Complaint[] = [];
  const again = (...extra: string[]): string => describeCommand(request, extra);
  const say = (code: Complaint['code'], isFatal: boolean, text: string, command: string): number =>
    complaints.push({ code, isFatal, text, command });

  if (run.calls.length === 0) {
    const hasTaken = !recorded.unavailable.some(({ name }) => name.endsWith(TAKEN_EVENT));
    const received = counts.get(hasTaken ? TAKEN_EVENT : COPY_EVENT) ?? 0;
    const missing = recorded.unavailable.filter(({ name }) => name.startsWith('syscalls:sys_enter_'));
    if (received > 0)
      say(
        'no-receive-calls',
        true,
        `programs took data ${received} times, but no syscall that received it is in the text${missing.length > 0 ? ` (this kernel does not show ${missing.map(({ name }) => name.slice(19)).join(', ')})` : ''}`,
        again('--tracer', recorded.tracer === 'tracefs' ? 'perf' : 'tracefs'),
      );
    else
      say(
        'nothing-received',
        true,
        `no program received anything by TCP or UDP in ${recorded.seconds.toFixed(1)} s`,
        again('--seconds', '10'),
      );
  } else if (request.comm !== null && !receivers.some((receiver) => receiver.comm === request.comm))
    say(
      'target-silent',
      true,
      `${request.comm} received nothing; others did`,
      describeCommand({ ...request, comm: receivers[0].comm }, []),
    );
  else if (request.comm === null && request.pid === null && request.command.length === 0 && receivers.length > 1)
    say(
      'no-target',
      false,
      `${receivers.length} programs received: name the one that matters`,
      describeCommand({ ...request, comm: receivers[0].comm }, []),
    );

  if (recorded.lostEvents > 0)
    say(
      'events-lost',
      false,
      `${recorded.lostEvents} events were lost: the buffers were too small for this rate`,
      again('--seconds', shorter(recorded.seconds)),
    );
  for (const lens of request.lenses) {
    // That nothing was dropped is an answer.
    if (lens === 'drops') continue;
    const names = RECORDED_EVENTS.filter((event) => event.layer === lens).map((event) => event.name.split(':')[1]);
    if (names.every((name) => (counts.get(name) ?? 0) === 0)) say(...explainEmptyLens(lens), again());
  }
  if (recorded.oneSidedCpus.length > 0)
    say(
      'one-sided-cpus',
      false,
      `CPU ${recorded.oneSidedCpus.join(', ')} shows switches to its idle task and none back: sleeps there seem to last until the task’s next line`,
      pinned(request, recorded.oneSidedCpus),
    );
  const taken = measurePreemption(run);
  if (taken > TAKEN_PCT)
    say(
      'cpu-taken',
      false,
      `${taken.toFixed(0)} % of the receivers’ time awake other programs had their CPU: latencies are those of a busy machine`,
      again('--seconds', '10'),
    );
  if (receivers.length > 0 && receivers.every((receiver) => receiver.bytes === null))
    say('bytes-unknown', false, 'no call tells how many bytes it returned', again('--lens', 'zero-copy'));
  return { receivers, calls: run.calls.length, complaints };
}

function explainEmptyLens(lens: Lens): [Complaint['code'], boolean, string] {
  if (lens === 'busy-poll')
    return [
      'device-without-napi',
      false,
      'no device was polled: busy polling needs a device with NAPI (veth has it with gro on, and tso off at the peer)',
    ];
  return ['lens-empty', false, `the lens ${lens} saw nothing`];
}

function countEvents(run: Run): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of run.files)
    for (const [name, count] of file.eventNames) {
      const plain = name.slice(name.indexOf(':') + 1);
      counts.set(plain, (counts.get(plain) ?? 0) + count);
    }
  return counts;
}

const shorter = (seconds: number): string => String(Math.max(0.1, Number((seconds / 4).toPrecision(1))));

function pinned(request: RecordRequest, cpus: readonly number[]): string {
  const free = [0, 1, 2, 3].find((cpu) => !cpus.includes(cpu)) ?? 0;
  const command = request.command.length > 0 ? request.command.map(quoteWord).join(' ') : 'COMMAND';
  return `recvscope record -- taskset -c ${free} ${command}`;
}

/** As a shell must be given it. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command line of the recording, with other words in it. */
export function describeCommand(request: RecordRequest, extra: readonly string[]): string {
  const words = ['recvscope record'];
  const has = (option: string): boolean => extra.includes(option);
  if (request.seconds !== null && !has('--seconds')) words.push(`--seconds ${request.seconds}`);
  if (request.pid !== null) words.push(`--pid ${request.pid}`);
  if (request.comm !== null) words.push(`--comm ${request.comm}`);
  for (const lens of request.lenses) words.push(`--lens ${lens}`);
  words.push(...extra);
  if (request.command.length > 0) words.push('--', ...request.command.map(quoteWord));
  return words.join(' ');
}
