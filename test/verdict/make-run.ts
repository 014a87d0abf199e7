import { type CallRow, CallTable, MECHANISM_IDS, type MechanismId } from '../../src/model/calls.ts';
import type { Run } from '../../src/model/capture.ts';
import type { Fact } from '../../src/model/environment.ts';
import { decideKernelEra, UNKNOWN_ERA } from '../../src/model/kernel/era.ts';
import { DECLINE_EVIDENCE, DECLINE_REASONS, type DeclineReason } from '../../src/model/mechanism.ts';
import type { ProfileTable } from '../../src/model/profile.ts';
import { StringTable } from '../../src/model/string-table.ts';
import type { TimelineNotes } from '../../src/model/timeline-notes.ts';
import { makeRandom } from '../../src/stats/index.ts';

export function emptyNotes(): TimelineNotes {
  return {
    notes: [],
    wakeReasons: [],
    delack: { episodes: 0, addedNs: 0 },
    leftOut: [],
    unlinkedEarlyCopies: 0,
    links: { none: 0, socket: 0, wakeup: 0, time: 0 },
    evidence: {
      callEntry: 'function',
      hasReturns: true,
      hasSwitches: true,
      hasWakeups: true,
      hasPinProbes: true,
      hasSubmitProbes: true,
      hasDescriptors: true,
      hasWaitProbes: true,
      hasCopyLengths: true,
      hasCopyEnds: true,
      hasSoftirq: true,
      hasClock: true,
      isGraph: false,
      entriesOnly: false,
      earlyInSoftirq: 0,
      earlyInReader: 0,
      issuePendingInSoftirq: 0,
      netRxSoftirqs: 0,
      busyPollSeen: false,
      selectPollSeen: false,
    },
    descriptorSizes: [],
    totals: { softirqNetRxNs: 0, spanNs: 0, readerOnCpuNs: 0 },
  };
}

export function makeRun(name: string, parts: Partial<Omit<Run, 'name'>> = {}): Run {
  const calls = parts.calls ?? new CallTable(new StringTable());
  if (calls.files.length === 0) calls.files.push({ name: 'trace.txt', baseNs: 0n });
  const run: Run = {
    name,
    side: '',
    files: [],
    calls,
    profiles: [],
    facts: [],
    diagnostics: [],
    timeline: emptyNotes(),
    era: UNKNOWN_ERA,
    ...parts,
  };
  // Tests change facts and files afterwards: the era follows, as it does when a capture is read.
  if (parts.era === undefined)
    Object.defineProperty(run, 'era', {
      enumerable: true,
      get: () => {
        const { facts, files, profiles } = run;
        return decideKernelEra({ facts, files, profiles, seen: [] });
      },
    });
  return run;
}

export interface CallShape {
  mechanism: MechanismId;
  bytes: number;
  requested?: number;
  copyNsPerByte?: number;
  pinNs?: number;
  submitNs?: number;
  waitNs?: number;
  unpinNs?: number;
  sleepNs?: number;
  otherNs?: number;
  dmaBytes?: number;
  decline?: DeclineReason;
  more?: Partial<CallRow>;
}

/** Adds a call whose phases tile its duration; returns the row. `at` is its start. */
export function addCall(table: CallTable, at: number, shape: CallShape): number {
  const offloaded = shape.mechanism.startsWith('net-dma');
  const dmaBytes = shape.dmaBytes ?? (offloaded ? shape.bytes : 0);
  const cpuBytes = shape.bytes - dmaBytes;
  const copyNs = Math.round(cpuBytes * (shape.copyNsPerByte ?? 1));
  const phases = {
    pinNs: shape.pinNs ?? 0,
    submitNs: shape.submitNs ?? 0,
    copyNs,
    waitNs: shape.waitNs ?? 0,
    unpinNs: shape.unpinNs ?? 0,
    sleepNs: shape.sleepNs ?? 0,
    wakeLatencyNs: 0,
    backlogNs: 0,
    interruptNs: 0,
    ackNs: 0,
    unattributedNs: shape.otherNs ?? 1000,
  };
  const durationNs = Object.values(phases).reduce((a, b) => a + b, 0);
  const row = table.length;
  return table.addRow({
    startNs: at,
    endNs: at + durationNs,
    durationNs,
    requestedBytes: shape.requested ?? 131072,
    returnedBytes: shape.bytes,
    flags: 0,
    firstLine: 100 + row * 10,
    lastLine: 109 + row * 10,
    earlyCopyNs: 0,
    descriptors: dmaBytes > 0 ? Math.ceil(dmaBytes / 1070) : 0,
    dmaBytes,
    cpuCopyBytes: cpuBytes,
    dmaCopies: dmaBytes > 0 ? Math.ceil(dmaBytes / 1448) : 0,
    cpuCopies: cpuBytes > 0 ? Math.ceil(cpuBytes / 1448) : 0,
    sleeps: phases.sleepNs > 0 ? 1 : 0,
    wakeups: phases.sleepNs > 0 ? 1 : 0,
    usefulWakeups: phases.sleepNs > 0 ? 1 : 0,
    file: 0,
    tid: 42,
    comm: table.strings.intern('rxsink'),
    sock: table.strings.intern('ffff880043de8000'),
    declineReason: DECLINE_REASONS.indexOf(shape.decline ?? (offloaded ? 'none' : 'enough-data-queued')),
    declineKnownBy: DECLINE_EVIDENCE.indexOf(offloaded ? 'probe-presence' : 'probe-absence'),
    cpuStart: 1,
    cpuEnd: 1,
    mechanism: MECHANISM_IDS.indexOf(shape.mechanism),
    pinned: offloaded ? 1 : 0,
    protocol: 1,
    ...phases,
    ...shape.more,
  });
}

/** A run of alternating copied and offloaded calls with seeded noise of ±`noise` on every cost. */
export function makeMixedRun(
  name: string,
  given: {
    calls: number;
    seed: number;
    copyNsPerByte: number;
    fixedNs: number;
    submitNsPerByte: number;
    noise?: number;
  },
): Run {
  const random = makeRandom(given.seed);
  const noise = (): number => 1 + (given.noise ?? 0.1) * (2 * random() - 1);
  const table = new CallTable(new StringTable());
  let at = 1000;
  for (let i = 0; i < given.calls; i++) {
    const bytes = Math.round(2000 * 2 ** (6 * random()));
    const shape: CallShape =
      i % 2 === 0
        ? { mechanism: 'plain-copy', bytes, copyNsPerByte: given.copyNsPerByte * noise() }
        : {
            mechanism: 'net-dma',
            bytes,
            pinNs: Math.round(0.4 * given.fixedNs * noise()),
            submitNs: Math.round(given.submitNsPerByte * bytes * noise()),
            waitNs: Math.round(0.1 * given.fixedNs * noise()),
            unpinNs: Math.round(0.5 * given.fixedNs * noise()),
            sleepNs: 50_000,
          };
    addCall(table, at, shape);
    at = table.get('endNs', table.length - 1) + 500;
  }
  return makeRun(name, { calls: table });
}

export function makeFact(domain: Fact['domain'], key: string, value: number, more: Partial<Fact> = {}): Fact {
  return {
    domain,
    key,
    text: String(value),
    value,
    unit: '',
    moment: '',
    file: 'side.txt',
    line: 1,
    record: '',
    ...more,
  };
}

export function makeProfile(
  file: string,
  rows: [symbol: string, samples: number, percent: number][],
  more: Partial<ProfileTable> = {},
): ProfileTable {
  const listed = rows.reduce((a, r) => a + (Number.isNaN(r[1]) ? 0 : r[1]), 0);
  return {
    file,
    format: 'opreport',
    event: 'CPU_CLK_UNHALTED',
    sampling: '',
    imagesOnly: false,
    isDifference: false,
    rows: rows.map(([symbol, samples, percent], i) => ({
      symbol,
      image: 'vmlinux',
      app: '',
      cpu: -1,
      samples,
      weight: samples,
      percent,
      line: 3 + i,
    })),
    totalSamples: listed,
    totalWeight: listed,
    ...more,
  };
}
