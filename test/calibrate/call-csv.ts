import type { CallRow, MechanismId } from '../../src/model/calls.ts';
import { CallTable, MECHANISM_IDS } from '../../src/model/calls.ts';
import type { Run } from '../../src/model/capture.ts';
import { decideKernelEra, type KernelEra, UNKNOWN_ERA } from '../../src/model/kernel/era.ts';
import { DECLINE_REASONS, type DeclineReason } from '../../src/model/mechanism.ts';
import { PHASES } from '../../src/model/phases.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { emptyNotes } from '../verdict/make-run.ts';

/**
 * Call tables of real captures as small CSV files (fixtures/calibration): what the calibration resamples. Times are ns since
 * the first call; an empty field is an absent value.
 */
const NUMBERS = [
  'startNs',
  'endNs',
  'requestedBytes',
  'returnedBytes',
  'flags',
  ...PHASES.map((phase) => `${phase}Ns` as const),
  'earlyCopyNs',
  'busyPollNs',
  'descriptors',
  'dmaBytes',
  'cpuCopyBytes',
  'sleeps',
  'wakeups',
  'segments',
  'pinned',
  'state',
] as const satisfies readonly (keyof CallRow)[];
const TEXTS = ['mechanism', 'declineReason'] as const;

export type PlainCall = Record<(typeof NUMBERS)[number], number> & Record<(typeof TEXTS)[number], string>;

export function writeCalls(run: Run): string {
  const lines = [[...NUMBERS, ...TEXTS].join(',')];
  const { calls } = run;
  const first = calls.length === 0 ? 0 : calls.get('startNs', 0);
  for (let row = 0; row < calls.length; row++) {
    const fields = NUMBERS.map((name) => {
      const value = calls.get(name, row);
      if (Number.isNaN(value)) return '';
      return String(name === 'startNs' || name === 'endNs' ? value - first : value);
    });
    const texts = [MECHANISM_IDS[calls.get('mechanism', row)], DECLINE_REASONS[calls.get('declineReason', row)] ?? ''];
    lines.push([...fields, ...texts].join(','));
  }
  return `${lines.join('\n')}\n`;
}

export function readCalls(text: string): PlainCall[] {
  const [head, ...lines] = text.trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const call: Record<string, number | string> = {};
    line.split(',').forEach((field, i) => {
      const isText = (TEXTS as readonly string[]).includes(names[i]);
      call[names[i]] = isText ? field : field === '' ? Number.NaN : Number(field);
    });
    return call as PlainCall;
  });
}

/** A run made of calls, with nothing beside them. */
export function makeRun(name: string, plain: readonly PlainCall[]): Run {
  const strings = new StringTable();
  const calls = new CallTable(strings);
  calls.files.push({ name: 'calls.csv', baseNs: 0n });
  const comm = strings.intern('reader');
  for (const call of plain) {
    const values: Partial<CallRow> = { file: 0, tid: 1, comm, protocol: 1, firstLine: 1, lastLine: 1 };
    for (const name of NUMBERS) values[name] = call[name];
    values.durationNs = call.endNs - call.startNs;
    values.mechanism = MECHANISM_IDS.indexOf(call.mechanism as MechanismId);
    values.declineReason = DECLINE_REASONS.indexOf(call.declineReason as DeclineReason);
    calls.addRow(values);
  }
  const run: Run = {
    name,
    side: '',
    files: [],
    calls,
    profiles: [],
    facts: [],
    diagnostics: [],
    timeline: { ...emptyNotes(), evidence: { ...emptyNotes().evidence, callEntry: 'syscall' } },
    era: UNKNOWN_ERA,
  };
  // Facts are changed afterwards: the era follows, as it does when a capture is read.
  const decide = (): KernelEra => decideKernelEra({ facts: run.facts, files: run.files, profiles: [], seen: [] });
  return Object.defineProperty(run, 'era', { enumerable: true, get: decide });
}
