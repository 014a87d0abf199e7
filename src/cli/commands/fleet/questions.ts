import { renderFleet } from '../../../../reports/fleet/index.ts';
import { compareFleet } from '../../../fleet/questions/compare.ts';
import { parseSides } from '../../../fleet/questions/sides.ts';
import { summarizeFleet } from '../../../fleet/questions/summary.ts';
import { METRIC_NAMES } from '../../../fleet/sql/values.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';
import type { FleetComparison, FleetSummary } from '../../../model/fleet.ts';
import { deliverChunks } from '../../deliver.ts';
import { printWarning } from '../../output.ts';
import { chooseFormat } from '../../report-formats.ts';
import { type FleetOptions, withFleet } from './open.ts';

export async function runFleetSummary(
  places: string[],
  options: FleetOptions & { by: string; metric: string },
): Promise<number> {
  const by = options.by.split(',').map((key) => key.trim());
  refuseUnknownMetric(options.metric);
  const summary = await withFleet(places, options, (ask) => summarizeFleet(ask, by, options.metric));
  await deliver(summary, options);
  return ExitCode.done;
}

export async function runFleetCompare(
  places: string[],
  options: FleetOptions & { by: string; metric: string },
): Promise<number> {
  const sides = parseSides(options.by);
  refuseUnknownMetric(options.metric);
  const comparison = await withFleet(places, options, (ask) => compareFleet(ask, sides, options.metric));
  await deliver(comparison, options);
  return ExitCode.done;
}

/** Only the hosts that changed, one a line: for scripts. */
export async function runFleetHosts(
  places: string[],
  options: FleetOptions & { by: string; metric: string },
): Promise<number> {
  const sides = parseSides(options.by);
  refuseUnknownMetric(options.metric);
  const comparison = await withFleet(places, options, (ask) => compareFleet(ask, sides, options.metric));
  const { changed } = comparison.hosts;
  const lines =
    options.format === 'json'
      ? [`${JSON.stringify(comparison.hosts, null, 1)}\n`]
      : [
          'host\tchange_pct\tz\tadjusted_p\tcalls_before\tcalls_after\tslowest_captures\n',
          ...changed.map(
            (host) =>
              `${[host.host, host.changePct.toFixed(2), host.z.toFixed(2), host.adjustedP.toPrecision(3), host.callsBefore, host.callsAfter, host.worst.join(' ')].join('\t')}\n`,
          ),
        ];
  await deliverChunks(lines, options.output);
  printWarning(comparison.headline);
  for (const warning of comparison.warnings) printWarning(warning);
  return ExitCode.done;
}

async function deliver(answer: FleetComparison | FleetSummary, options: FleetOptions): Promise<void> {
  await deliverChunks([await renderFleet(answer, chooseFormat(options.format, options.output))], options.output);
  if (options.output !== undefined && options.output !== '-') printWarning(`wrote ${options.output}`);
}

function refuseUnknownMetric(metric: string): void {
  if (METRIC_NAMES.includes(metric)) return;
  throw new RecvscopeError(
    'usage',
    ExitCode.usage,
    `“${metric}” is no metric of calls`,
    `metrics: ${METRIC_NAMES.join(', ')}`,
  );
}
