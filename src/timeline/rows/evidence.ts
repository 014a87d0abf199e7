import type { CallTable, PhaseColumn } from '../../model/calls.ts';
import { Kind } from '../../model/events.ts';
import { PHASES, type Phase } from '../../model/phases.ts';
import type { CaptureTraits } from '../state/traits.ts';

/** Kinds that can show a phase; none of them in the whole file: the phase is absent (NaN), not 0. */
const SHOWN_BY: Record<Phase, readonly number[]> = {
  pin: [Kind.pinBegin, Kind.unpinBegin],
  submit: [Kind.submit, Kind.descriptor, Kind.pinBegin, Kind.zerocopyBegin, Kind.mapBegin],
  copy: [Kind.copyBegin],
  wait: [Kind.waitBegin],
  unpin: [Kind.unpinBegin, Kind.unmapBegin],
  sleep: [Kind.switchOut, Kind.sleepBegin, Kind.scheduleBegin],
  wakeLatency: [Kind.wakeup],
  backlog: [Kind.backlogBegin, Kind.prequeueBegin, Kind.segmentBegin, Kind.lockBegin],
  interrupt: [Kind.irqBegin, Kind.softirqBegin, Kind.switchOut, Kind.segmentBegin],
  ack: [Kind.ackBegin, Kind.freeBegin],
  unattributed: [],
};

export function canShow(traits: CaptureTraits, phase: Phase): boolean {
  if (phase === 'unattributed') return true;
  if (phase === 'wait' && traits.hasInlinedWait) return true;
  if (phase === 'wakeLatency' && !traits.saw(Kind.switchOut)) return false;
  return SHOWN_BY[phase].some((kind) => traits.saw(kind));
}

/** Turns the zeros of phases this file could not have shown into "absent". */
export function blankUnseenPhases(table: CallTable, file: number, traits: CaptureTraits): void {
  const files = table.column('file');
  for (const phase of PHASES) {
    if (canShow(traits, phase)) continue;
    const column = table.column(`${phase}Ns` as PhaseColumn);
    for (let row = 0; row < table.length; row++)
      if (column.get(row) === 0 && files.get(row) === file) column.set(row, Number.NaN);
  }
  blankCounts(table, file, traits);
}

function blankCounts(table: CallTable, file: number, traits: CaptureTraits): void {
  const files = table.column('file');
  const blank = (name: Parameters<CallTable['column']>[0]): void => {
    const column = table.column(name);
    for (let row = 0; row < table.length; row++)
      if (column.get(row) === 0 && files.get(row) === file) column.set(row, Number.NaN);
  };
  if (!traits.saw(Kind.copyBegin)) for (const name of ['cpuCopies', 'cpuCopyBytes'] as const) blank(name);
  const hasEngine =
    traits.saw(Kind.submit) || traits.saw(Kind.pinBegin) || traits.saw(Kind.earlyTry) || traits.saw(Kind.waitBegin);
  if (!hasEngine)
    for (const name of [
      'dmaCopies',
      'dmaBytes',
      'earlyCopies',
      'softirqEarlyBytes',
      'earlyCopyNs',
      'engineBusyNs',
      'overlapNs',
    ] as const)
      blank(name);
  if (!traits.saw(Kind.descriptor)) blank('descriptors');
  if (!traits.saw(Kind.wakeup)) for (const name of ['wakeups', 'usefulWakeups', 'earlyWakeups'] as const) blank(name);
  if (!traits.saw(Kind.freeBegin)) blank('freeNs');
  if (!traits.saw(Kind.segmentBegin)) blank('segments');
  if (!traits.saw(Kind.ackBegin)) blank('ackCount');
  if (!traits.saw(Kind.delackTimer) || !traits.sawGroup('ack')) blank('delackNs');
  if (!traits.saw(Kind.switchOut) && !traits.saw(Kind.sleepBegin)) blank('sleeps');
}
