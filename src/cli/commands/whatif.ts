import { ExitCode, RecvscopeError } from '../../model/diagnostics/errors.ts';
import { predictSettings, type ScopeFilter } from '../../verdict/index.ts';
import { deliverAnalysis } from '../deliver.ts';
import { loadSides } from '../load-runs.ts';
import { type LoadOptions, vocabulary } from '../pipeline.ts';

export interface WhatIfOptions {
  rcvlowat?: number[];
  copybreak?: number[];
  buffer?: number[];
  window?: number[];
  mtu?: number[];
  baseline?: string[];
  copyRate?: number;
  output?: string;
  format?: string;
  full?: boolean;
  tool: string;
  load: LoadOptions;
  scope?: ScopeFilter;
}

/** Replays the offload predicate and the cost model of the capture with other settings. */
export async function runWhatIf(captures: string[], options: WhatIfOptions): Promise<number> {
  const { rcvlowat = [], copybreak = [], buffer = [], window = [], mtu = [] } = options;
  if (rcvlowat.length + copybreak.length + buffer.length + window.length + mtu.length === 0)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'whatif needs a setting to change',
      'recvscope whatif CAPTURE --rcvlowat 1,65536,200000',
    );
  const [runs, baseline] = await loadSides(
    [
      { captures, side: '' },
      { captures: options.baseline ?? [], side: '' },
    ],
    options.load,
  );
  const analysis = predictSettings(
    runs,
    { rcvlowat, copybreak, buffer, window, mtu },
    {
      tool: options.tool,
      seed: options.load.seed,
      copyRateNsPerByte: options.copyRate,
      scope: options.scope,
      baseline: baseline.length > 0 ? baseline : undefined,
      categoryOf: vocabulary.categoryOf,
    },
  );
  await deliverAnalysis(analysis, options);
  return ExitCode.done;
}
