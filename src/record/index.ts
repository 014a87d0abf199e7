import { RecvscopeError } from '../model/diagnostics/errors.ts';
import { checkCommand, TargetCommand } from './command.ts';
import { chooseSeconds } from './duration.ts';
import { nothingRecorded, outputExists, tracerFailed } from './errors.ts';
import { monotonicNs, readIdentity } from './host/identity.ts';
import { NamespaceWatch } from './host/namespaces.ts';
import { findTarget, readNextPid, type Target } from './host/target.ts';
import { openTracefs, type Tracefs } from './host/tracefs.ts';
import { Interrupts } from './interrupts.ts';
import { makeManifest } from './manifest.ts';
import type { Recorded, RecordRequest } from './options.ts';
import { type Plan, planRecording } from './plan.ts';
import { followCommand } from './side/follow.ts';
import { SideData } from './side/snapshot.ts';
import { exists, listNames, makeFolder, removeAll, writePrivate } from './system/files.ts';
import { sleep } from './system/processes.ts';
import { TextScan } from './text-scan.ts';
import { InstanceTracer, removeStaleInstances } from './tracers/instance.ts';
import { PerfTracer } from './tracers/perf.ts';
import type { Tracer } from './tracers/tracer.ts';
import { Undo } from './undo.ts';

/**
 * From a question to a capture: plan, side data, events on, command, stop, text, side data, manifest. Everything that was
 * changed on the machine is put back, whatever ends it.
 */
export async function recordCapture(request: RecordRequest): Promise<Recorded> {
  const undo = new Undo();
  const interrupts = new Interrupts();
  try {
    return await recordOnce(request, undo, interrupts, true);
  } finally {
    undo.run();
    interrupts.end();
  }
}

/** What a session stands on; experiments make several recordings on one. */
export interface Ground {
  tracefs: Tracefs;
  plan: Plan;
  target: Target;
  notes: string[];
}

export function prepareGround(request: RecordRequest, undo: Undo): Ground {
  checkCommand(request.command);
  const tracefs = openTracefs(undo);
  const stale = removeStaleInstances(tracefs);
  const plan = planRecording(request, tracefs);
  const target = findTarget(request, readNextPid());
  const notes = stale.map((name) => `removed ${name}, left behind by a recording that was killed`);
  if (target.note !== '') notes.push(target.note);
  return { tracefs, plan, target, notes };
}

/** The capture folder, empty. One that we made is removed again when nothing comes of it. */
export function prepareFolder(folder: string, undo: Undo): void {
  if (isHalfRecording(folder)) removeAll(folder);
  if (exists(folder) && listNames(folder).length > 0) throw outputExists(folder);
  const isOurs = !exists(folder);
  const refusal = makeFolder(folder);
  if (refusal !== '') throw tracerFailed('recvscope', `${folder} cannot be made: ${refusal}`);
  if (isOurs) undo.add(() => holdsCapture(folder) || removeAll(folder));
}

/** Files of a recording before its manifest is written, which comes last. */
const HALF_FILES = new Set([
  '.perf.data',
  '.perf.data.old',
  'system.txt',
  'side-before.txt',
  'side-after.txt',
  'perf.txt.gz',
  'trace.txt.gz',
  'loss.txt',
  'command-output.txt',
]);

/** What a recording left that was killed: our files and no others, and no manifest. */
function isHalfRecording(folder: string): boolean {
  const names = listNames(folder);
  return names.includes('side-before.txt') && names.every((name) => HALF_FILES.has(name));
}

/** A capture is whole when its manifest stands; an experiment holds captures. */
function holdsCapture(folder: string): boolean {
  return (
    exists(`${folder}/recvscope.json`) || listNames(folder).some((name) => exists(`${folder}/${name}/recvscope.json`))
  );
}

/**
 * A tracer whose events are on. Where perf is not permitted, or fails, a trace instance often works: it needs no more than
 * tracefs, which has been read by now.
 */
export async function startTracer(
  request: RecordRequest,
  ground: Ground,
  wantsMarks: boolean,
  undo: Undo,
): Promise<Tracer> {
  const order = { folder: request.folder, events: ground.plan.events, filter: ground.target.filter, wantsMarks };
  const instance = new InstanceTracer(order, ground.tracefs, undo);
  if (ground.plan.tracer === 'perf') {
    try {
      const perf = new PerfTracer(order, undo);
      await perf.start();
      return perf;
    } catch (error) {
      if (request.tracer !== null || !(error instanceof RecvscopeError)) throw error;
      await instance.start().catch(() => {
        throw error;
      });
      instance.notes.push(`${error.message}: a trace instance was used`);
      return instance;
    }
  }
  await instance.start();
  return instance;
}

/** `keeps`: the first Ctrl-C ends the recording and keeps it; else it gives everything up. */
export async function recordOnce(
  request: RecordRequest,
  undo: Undo,
  interrupts: Interrupts,
  keeps: boolean,
): Promise<Recorded> {
  const ground = prepareGround(request, undo);
  prepareFolder(request.folder, undo);
  const side = new SideData(request.folder, ground.target.netns, undo);
  const seconds = await interrupts.guard(chooseSeconds(request, side));
  side.readBefore();
  request.onProgress(`${ground.plan.tracer}: switching ${ground.plan.events.length} events on`);
  const tracer = await interrupts.guard(startTracer(request, ground, false, undo));

  const startedAt = new Date();
  const startNs = monotonicNs();
  interrupts.recording = keeps;
  const watch = ground.target.netns === '' ? new NamespaceWatch() : null;
  const command = request.command.length > 0 ? new TargetCommand(request.command, request.folder, undo) : null;
  let isOver = false;
  if (command !== null && watch !== null)
    void followCommand(command.pid, watch, side, () => isOver).then((hasMoved) => {
      if (hasMoved) readMovedSide(ground, side, Number(monotonicNs() - startNs) / 1e9);
    });
  const stoppedBy = await interrupts.guard(
    Promise.race([
      interrupts.stop.then((signal) => String(signal)),
      tracer.full,
      ...(command === null ? [] : [command.exit.then(() => 'the command ended')]),
      ...(seconds === null ? [] : [sleep(seconds * 1000).then(() => `${seconds} s were over`)]),
    ]),
  );
  isOver = true;
  interrupts.recording = false;
  const elapsed = Number(monotonicNs() - startNs) / 1e9;
  await interrupts.guard(tracer.stop());
  const commandExit = command === null ? null : await interrupts.guard(command.end());
  side.readAfter();

  const moments = { startedAt, startNs, seconds: elapsed, stoppedBy, commandExit };
  const recorded = await finishRecording(request, ground, tracer, moments, interrupts);
  return { ...recorded, interruptedExit: interrupts.exitCode };
}

/** The counters before are read again where the command receives: later than the start, which the capture says. */
function readMovedSide(ground: Ground, side: SideData, seconds: number): void {
  side.readBefore();
  ground.target = { ...ground.target, netns: side.namespace };
  ground.notes.push(
    `the command receives in another network namespace: its counters begin ${seconds.toFixed(1)} s after the start`,
  );
}

export interface Moments {
  startedAt: Date;
  startNs: bigint;
  seconds: number;
  stoppedBy: string;
  commandExit: number | null;
}

/** Text, loss and manifest of a recording that is over. */
export async function finishRecording(
  request: RecordRequest,
  ground: Ground,
  tracer: Tracer,
  moments: Moments,
  interrupts: Interrupts,
): Promise<Recorded> {
  request.onProgress('printing the text');
  const scan = new TextScan();
  const loss = await interrupts.guard(tracer.print(scan));
  if (scan.lines === 0) throw nothingRecorded();
  writePrivate(`${request.folder}/loss.txt`, loss.text);
  const notes = [...ground.notes, ...tracer.notes];
  const manifest = makeManifest({
    request,
    plan: ground.plan,
    target: ground.target,
    identity: readIdentity(),
    tracer: { name: tracer.name, clock: tracer.clock },
    ...moments,
    loss: loss.events,
    notes,
  });
  writePrivate(`${request.folder}/recvscope.json`, manifest);
  return {
    folder: request.folder,
    tracer: tracer.name,
    seconds: moments.seconds,
    lines: scan.lines,
    lostEvents: loss.events,
    oneSidedCpus: scan.oneSidedCpus,
    unavailable: ground.plan.unavailable,
    notes,
    stoppedBy: moments.stoppedBy,
    commandExit: moments.commandExit,
    interruptedExit: null,
  };
}
