import type { Run } from '../../model/capture.ts';
import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import type { Lens } from '../../model/recording/lenses.ts';
import { runExperiment } from '../../record/experiment/index.ts';
import type { ExperimentRequest, Side, Until } from '../../record/experiment/options.ts';
import { describeExperiment } from '../../record/experiment/words.ts';
import { compareMarked, compareRuns, type JudgeOptions } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { clearProgress, printData, printProgress } from '../output.ts';
import { type LoadOptions, loadRun, vocabulary } from '../pipeline.ts';
import { nameFolder } from './record.ts';

export interface ExperimentOptions {
  a: string;
  b: string;
  rounds: number;
  until?: Until;
  maxRounds: number;
  stretch: number;
  perRun?: boolean;
  restore?: string;
  output?: string;
  pid?: number;
  comm?: string;
  tracer?: 'perf' | 'tracefs';
  lens?: Lens[];
  seed: number;
  tool: string;
  load: LoadOptions;
}

/** Fewer pairs than this can claim nothing. */
const MIN_PAIRS = 2;

/** Alternates, records, compares: the estimate of the experiment on the terminal, the comparison as HTML. */
export async function runExperimentCommand(command: readonly string[], options: ExperimentOptions): Promise<number> {
  const folder = options.output ?? nameFolder(new Date());
  const request: ExperimentRequest = {
    folder,
    settings: { a: options.a, b: options.b },
    restore: options.restore ?? null,
    rounds: options.rounds,
    until: options.until ?? null,
    maxRounds: options.maxRounds,
    perRun: options.perRun === true,
    stretchSeconds: options.stretch,
    seed: options.seed,
    record: {
      pid: options.pid ?? null,
      comm: options.comm ?? null,
      command,
      lenses: options.lens ?? [],
      tracer: options.tracer ?? null,
      labels: {},
      tool: options.tool,
      onProgress: printProgress,
    },
  };
  const experiment = await runExperiment(request, (capture) => loadRun(capture, options.load));
  clearProgress();
  const { recorded, pairs, subject } = experiment.session;
  if (pairs.length < MIN_PAIRS)
    throw new RecvscopeError(
      'too-few-pairs',
      ExitCode.nothingRecognised,
      `only ${pairs.length} pairs of stretches hold receive calls of both sides`,
      'let the load run longer than rounds × 2 × stretch and some seconds, or take --per-run',
    );
  await printData(describeExperiment(experiment));
  const judge: JudgeOptions = {
    tool: options.tool,
    seed: options.load.seed,
    notes: [
      `Sides alternated in ${pairs.length} pairs, the order drawn by lot in blocks of ABBA or BAAB (seed ${options.seed}); a: ${options.a}; b: ${options.b}.`,
    ],
    categoryOf: vocabulary.categoryOf,
    scope: { comm: subject },
  };
  const of = (side: Side | null): Run[] => recorded.filter((each) => each.side === side).map(({ run }) => run);
  const analysis = request.perRun ? compareRuns(of('a'), of('b'), judge) : compareMarked(of(null), judge);
  analysis.title = `a: ${options.a} → b: ${options.b}`;
  await deliverAnalysis(analysis, { output: `${folder}/compare.html` });
  return ExitCode.done;
}
