import type { Run } from '../../model/capture.ts';
import { makeRandom } from '../../stats/index.ts';
import { prepareFolder } from '../index.ts';
import { Interrupts } from '../interrupts.ts';
import { writePrivate } from '../system/files.ts';
import { Undo } from '../undo.ts';
import { logRatiosOf } from './figures.ts';
import { runMarked } from './marked.ts';
import type { ExperimentRequest, Metric } from './options.ts';
import { PairOrder } from './order.ts';
import { runByRun } from './per-run.ts';
import { findRestore } from './restore.ts';
import type { Session } from './session.ts';
import { type Interval, Looks } from './spending.ts';
import { Switcher } from './switcher.ts';

export interface Experiment {
  session: Session;
  metric: Metric;
  /** The last look: the interval that the experiment stands by. */
  interval: Interval;
  stoppedBy: string;
}

/**
 * A-B-A-B: the settings alternate, in pairs whose order is drawn, inside one recording or run by run. After every round the
 * running estimate; it ends after the rounds asked for, or when the interval is narrow enough, or at the cap. The old
 * setting is back before this returns or throws.
 */
export async function runExperiment(
  request: ExperimentRequest,
  load: (folder: string) => Promise<Run>,
): Promise<Experiment> {
  const undo = new Undo();
  const interrupts = new Interrupts();
  let switcher: Switcher | null = null;
  try {
    const found = findRestore([request.settings.a, request.settings.b]);
    const restore = request.restore ?? found.command;
    prepareFolder(request.folder, undo);
    switcher = new Switcher(restore);
    const session: Session = {
      request,
      load,
      undo,
      interrupts,
      switcher,
      order: new PairOrder(makeRandom(request.seed)),
      pairs: [],
      recorded: [],
      untraced: { a: null, b: null },
      folders: [],
      subject: '',
      notes: [],
    };
    if (request.restore === null)
      for (const part of found.unknown) session.notes.push(`nobody can tell how to undo “${part}”: give --restore`);
    return await runRounds(session);
  } finally {
    undo.run();
    await switcher?.end();
    interrupts.end();
  }
}

async function runRounds(session: Session): Promise<Experiment> {
  const { request } = session;
  const metric = request.until?.metric ?? 'cpu';
  const cap = request.until === null ? request.rounds : Math.max(request.maxRounds, request.rounds);
  const looks = new Looks(cap);
  const rounds = request.perRun ? runByRun(session, cap) : runMarked(session, cap);
  let interval: Interval | null = null;
  let stoppedBy = 'the rounds asked for';
  for await (const _ of rounds) {
    const ratios = logRatiosOf(session.pairs, metric);
    // With a fixed number of rounds there is one look, at the end, and no error to divide.
    if (request.until === null && session.pairs.length < cap) continue;
    if (request.until !== null && ratios.length < 2) continue;
    interval = looks.look(ratios);
    request.record.onProgress(describeInterval(metric, interval));
    if (request.until === null) continue;
    if (interval.halfWidthPct <= request.until.halfWidthPct) {
      stoppedBy = `± ${request.until.halfWidthPct} % was reached`;
      break;
    }
    stoppedBy = `the cap of ${cap} pairs`;
  }
  interval ??= looks.look(logRatiosOf(session.pairs, metric));
  const experiment: Experiment = { session, metric, interval, stoppedBy };
  writePrivate(`${request.folder}/experiment.json`, describeExperiment(experiment));
  return experiment;
}

export function describeInterval(metric: Metric, { estimate, low, high, pairs }: Interval): string {
  const pct = (ratio: number): string =>
    Number.isFinite(ratio) ? `${ratio >= 1 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %` : '∞';
  return `${pairs} pairs: ${metric} of b against a ${pct(estimate)} [${pct(low)}, ${pct(high)}]`;
}

function describeExperiment({ session, metric, interval, stoppedBy }: Experiment): string {
  const { request, pairs, untraced, folders, subject, notes } = session;
  const document = {
    recvscopeExperiment: { schemaVersion: 1, tool: request.record.tool },
    settings: request.settings,
    design: request.perRun ? 'run by run' : 'marks inside one recording',
    seed: request.seed,
    until: request.until,
    stoppedBy,
    subject,
    metric,
    interval: {
      ...interval,
      method: 'Student, log ratios of pairs; alpha spent by Lan–DeMets (Pocock type), Bonferroni',
    },
    pairs,
    untraced,
    captures: folders.map((folder) => folder.slice(request.folder.length + 1)),
    notes,
  };
  return `${JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`;
}
