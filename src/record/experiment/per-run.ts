import { TargetCommand } from '../command.ts';
import { usage } from '../errors.ts';
import { NamespaceWatch } from '../host/namespaces.ts';
import { findTarget } from '../host/target.ts';
import { recordOnce } from '../index.ts';
import { watchCommand } from '../side/follow.ts';
import { SideData } from '../side/snapshot.ts';
import { makeFolder, removeAll } from '../system/files.ts';
import { type Figures, findSubject, rowsBetween, sumFigures } from './figures.ts';
import type { Side } from './options.ts';
import type { Session } from './session.ts';
import { betweenMoments, readMoment } from './untraced.ts';

/** For settings that act only on what starts anew: a recording of the whole command each, A1, B1, B2, A2 … Yields after each pair. */
export async function* runByRun(session: Session, cap: number): AsyncGenerator<void> {
  const { request, undo, interrupts, switcher } = session;
  if (request.record.command.length === 0)
    throw usage('--per-run needs a command', 'recvscope experiment … --per-run -- COMMAND');
  for (const side of ['a', 'b'] as const) await runUntraced(session, side);
  for (let pair = 1; pair <= cap; pair++) {
    const figures: Partial<Record<Side, Figures>> = {};
    for (const side of session.order.next()) {
      request.record.onProgress(`pair ${pair}: side ${side}`);
      await interrupts.guard(switcher.set(side, '', request.settings[side]));
      const folder = `${request.folder}/${side.toUpperCase()}${pair}`;
      const recorded = await recordOnce({ ...request.record, folder, seconds: null }, undo, interrupts, false);
      session.folders.push(folder);
      const run = await interrupts.guard(session.load(folder));
      if (session.subject === '') session.subject = findSubject([run], request.record.comm);
      const rows = rowsBetween(run, session.subject, 0n, 1n << 62n);
      const { evidence, totals } = run.timeline;
      const softirqNs = evidence.hasSoftirq ? totals.softirqNetRxNs : Number.NaN;
      figures[side] = sumFigures(run, rows, recorded.seconds, softirqNs);
      session.recorded.push({ run, side });
    }
    if (figures.a!.calls > 0 && figures.b!.calls > 0) session.pairs.push({ a: figures.a!, b: figures.b! });
    else session.notes.push(`pair ${pair}: ${session.subject || 'nobody'} received nothing on one side`);
    yield;
  }
}

async function runUntraced(session: Session, each: Side): Promise<void> {
  const { request, undo, interrupts, switcher } = session;
  request.record.onProgress(`without tracer: side ${each}`);
  await interrupts.guard(switcher.set(each, '', request.settings[each]));
  const folder = `${request.folder}/.untraced`;
  makeFolder(folder);
  undo.add(() => removeAll(folder));
  const side = new SideData(folder, findTarget(request.record, 0).netns, undo);
  const watch = new NamespaceWatch();
  const before = readMoment(side);
  const command = new TargetCommand(request.record.command, folder, undo);
  let isOver = false;
  if (side.namespace === '') void watchCommand(command.pid, watch, () => isOver);
  await interrupts.guard(command.exit);
  isOver = true;
  watch.look(command.pid, 0);
  const after = readMoment(side);
  // A script may have received in a namespace of its own.
  const bytes = Math.max(after.bytes, before.bytes + watch.arrivedBytes);
  session.untraced[each] = betweenMoments(before, { ...after, bytes });
  await command.end();
}
