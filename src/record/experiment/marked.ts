import type { Run } from '../../model/capture.ts';
import { NO_SIDE } from '../../model/timeline-notes.ts';
import { TargetCommand } from '../command.ts';
import { monotonicNs } from '../host/identity.ts';
import { NamespaceWatch } from '../host/namespaces.ts';
import { finishRecording, type Ground, prepareFolder, prepareGround, startTracer } from '../index.ts';
import type { RecordRequest } from '../options.ts';
import { SideData } from '../side/snapshot.ts';
import { makeFolder, removeAll } from '../system/files.ts';
import { sleep } from '../system/processes.ts';
import type { Tracer } from '../tracers/tracer.ts';
import { type Figures, findSubject, rowsBetween, softirqNsBetween, sumFigures } from './figures.ts';
import type { Side, Stretch } from './options.ts';
import type { Session } from './session.ts';
import { betweenMoments, readMoment } from './untraced.ts';

const TRAFFIC_BYTES = 10_000;
const TRAFFIC_MS = 15_000;
const LOOK_MS = 200;

/**
 * Recordings of `rounds` pairs of stretches each, the setting changed and marked while it records. Yields after each
 * recording; the command goes on between them, and is started again when it has ended.
 */
export async function* runMarked(session: Session, cap: number): AsyncGenerator<void> {
  const { request, undo, interrupts } = session;
  const base: RecordRequest = { ...request.record, folder: request.folder, seconds: null };
  const ground = prepareGround(base, undo);
  session.notes.push(...ground.notes);
  const scratch = `${request.folder}/.counters`;
  makeFolder(scratch);
  undo.add(() => removeAll(scratch));
  const side = new SideData(scratch, ground.target.netns, undo);
  const load = new Load(session, scratch, ground);
  await load.keepUp(side);
  for (const each of ['a', 'b'] as const) await measureUntraced(session, side, each);
  for (let round = 1; session.pairs.length < cap; round++) {
    await load.keepUp(side);
    const folder = `${request.folder}/round${round}`;
    prepareFolder(folder, undo);
    const pairs = Math.min(request.rounds, cap - session.pairs.length);
    const before = session.pairs.length;
    const stretches = await recordStretches(session, { ...base, folder }, ground, load, pairs);
    session.folders.push(folder);
    const run = await interrupts.guard(session.load(folder));
    takeStretches(session, run, stretches);
    yield;
    if (session.pairs.length === before) {
      session.notes.push(`round ${round} has no pair in which both sides received anything`);
      return;
    }
  }
  await load.end();
}

/** The command, where there is one. */
class Load {
  private readonly session: Session;
  private readonly folder: string;
  private readonly ground: Ground;
  private command: TargetCommand | null = null;
  hasEnded = true;

  constructor(session: Session, folder: string, ground: Ground) {
    this.session = session;
    this.folder = folder;
    this.ground = ground;
  }

  /** Started, and something arrives. */
  async keepUp(side: SideData): Promise<void> {
    const { request, interrupts, undo } = this.session;
    const { command } = request.record;
    const watch = command.length > 0 && this.ground.target.netns === '' ? new NamespaceWatch() : null;
    if (command.length > 0 && this.hasEnded) {
      this.hasEnded = false;
      this.command = new TargetCommand(command, this.folder, undo);
      const started = this.command;
      void started.exit.then(() => {
        if (this.command === started) this.hasEnded = true;
      });
    }
    request.record.onProgress('waiting for traffic');
    const deadline = performance.now() + TRAFFIC_MS;
    let last = readMoment(side).bytes;
    while (performance.now() < deadline) {
      await interrupts.guard(sleep(LOOK_MS));
      const { bytes } = readMoment(side);
      const pid = this.command?.pid ?? -1;
      const elsewhere = watch?.look(pid, Math.max(TRAFFIC_BYTES, bytes - last)) ?? '';
      if (elsewhere !== '') {
        side.moveTo(elsewhere);
        this.ground.target = { ...this.ground.target, netns: side.namespace };
        return;
      }
      if (bytes - last > TRAFFIC_BYTES) return;
      last = bytes;
    }
    this.session.notes.push(`no traffic was seen within ${TRAFFIC_MS / 1000} s`);
  }

  /** Resolves when the command has ended; never without one. */
  get exit(): Promise<string> {
    return this.command === null ? new Promise(() => undefined) : this.command.exit.then(() => 'the command ended');
  }

  async end(): Promise<void> {
    await this.command?.end();
  }
}

async function measureUntraced(session: Session, side: SideData, each: Side): Promise<void> {
  const { request, switcher, interrupts } = session;
  request.record.onProgress(`without tracer: side ${each}`);
  await interrupts.guard(switcher.set(each, '', request.settings[each]));
  const before = readMoment(side);
  await interrupts.guard(sleep(request.stretchSeconds * 1000));
  session.untraced[each] = betweenMoments(before, readMoment(side));
}

async function recordStretches(
  session: Session,
  record: RecordRequest,
  ground: Ground,
  load: Load,
  pairs: number,
): Promise<Stretch[]> {
  const { request, undo, interrupts } = session;
  const side = new SideData(record.folder, ground.target.netns, undo);
  side.readBefore();
  request.record.onProgress(`${ground.plan.tracer}: switching the events on`);
  const tracer = await interrupts.guard(startTracer(record, ground, true, undo));
  const startedAt = new Date();
  const startNs = monotonicNs();
  const { stretches, stoppedBy } = await alternate(session, tracer, load, pairs);
  const seconds = Number(monotonicNs() - startNs) / 1e9;
  await interrupts.guard(tracer.stop());
  side.readAfter();
  const moments = { startedAt, startNs, seconds, stoppedBy, commandExit: null };
  const recorded = await finishRecording(record, ground, tracer, moments, interrupts);
  if (recorded.lostEvents > 0) session.notes.push(`${record.folder}: ${recorded.lostEvents} events lost`);
  return stretches;
}

async function alternate(
  session: Session,
  tracer: Tracer,
  load: Load,
  pairs: number,
): Promise<{ stretches: Stretch[]; stoppedBy: string }> {
  const { request, switcher, interrupts } = session;
  const order = Array.from({ length: pairs }, () => session.order.next()).flat();
  const stretches: Stretch[] = [];
  for (const [index, side] of order.entries()) {
    request.record.onProgress(`stretch ${index + 1} of ${order.length}: side ${side}`);
    await interrupts.guard(switcher.set(side, tracer.marker, request.settings[side]));
    const startNs = monotonicNs();
    const ended = await interrupts.guard(
      Promise.race([sleep(request.stretchSeconds * 1000).then(() => ''), load.exit, tracer.full]),
    );
    if (ended !== '') return { stretches, stoppedBy: ended };
    stretches.push({ side, pair: index >> 1, startNs, endNs: monotonicNs() });
    // What follows is nobody's: the next setting is being made, or the recording ends.
    await interrupts.guard(switcher.set(NO_SIDE, tracer.marker, ':'));
  }
  return { stretches, stoppedBy: `${pairs} pairs` };
}

/** Figures of whole pairs. */
function takeStretches(session: Session, run: Run, stretches: readonly Stretch[]): void {
  if (session.subject === '') session.subject = findSubject([run], session.request.record.comm);
  session.recorded.push({ run, side: null });
  for (let pair = 0; 2 * pair + 1 < stretches.length; pair++) {
    const both = stretches.filter((stretch) => stretch.pair === pair);
    if (both.length < 2) continue;
    const taken = both.map(({ side, startNs, endNs }) => {
      const rows = rowsBetween(run, session.subject, startNs, endNs);
      const seconds = Number(endNs - startNs) / 1e9;
      return { side, figures: sumFigures(run, rows, seconds, softirqNsBetween(run, startNs, endNs)) };
    });
    if (taken.some(({ figures }) => figures.calls === 0)) continue;
    const of = (side: Side): Figures => taken.find((each) => each.side === side)!.figures;
    session.pairs.push({ a: of('a'), b: of('b') });
  }
}
