import type { FleetComparison, FleetHost } from '../../src/model/fleet.ts';
import { type Block, code, column, numberColumn, paragraph, type ReportDocument, text } from '../blocks.ts';
import { formatPct } from '../format.ts';
import { countCell, effectCell, makeTable, nsCell, pctCell } from '../sections/cells.ts';
import { nameSize, OUTCOMES } from './cells.ts';
import { drawDistribution } from './distribution.ts';
import { type FleetSection, toDocument } from './document.ts';

/** Rows that a reader looks through; JSON has all. */
const MAX_HOSTS = 100;
const MAX_STRATA = 40;

export function makeComparisonDocument(comparison: FleetComparison): ReportDocument {
  const { metrics, metric, key, before, after } = comparison;
  const outcome = OUTCOMES[metrics.find((row) => row.metric === metric)?.outcome ?? 'cannotTell'];
  const isPaired = comparison.design === 'paired';
  return toDocument({
    title: `${key} ${before} → ${after}`,
    tool: comparison.tool,
    headline: comparison.headline,
    outcome: outcome.words,
    tone: isPaired ? (outcome.tone ?? '') : 'doubt',
    cautions: comparison.warnings,
    sections: [
      answerSection(comparison),
      hostsSection(comparison),
      strataSection(comparison),
      nextSection(comparison),
    ].filter((section) => section !== null),
    seed: comparison.seed,
  });
}

function answerSection(comparison: FleetComparison): FleetSection {
  const { metrics, hosts, captures, offloadedPct } = comparison;
  const rows = metrics.map((row) => [
    text(row.metric),
    effectCell(row.effect),
    text(row.adjustedP === null ? '–' : row.adjustedP < 0.0001 ? '< 0.0001' : row.adjustedP.toFixed(4)),
    countCell(row.hosts),
    { text: OUTCOMES[row.outcome].words, tone: OUTCOMES[row.outcome].tone },
  ]);
  const share = (value: number | null): string => formatPct(value).text;
  return {
    id: 'verdict',
    title: 'Answer',
    blocks: [
      paragraph(
        `${hosts.before} hosts and ${captures.before} captures before, ${hosts.after} hosts and ${captures.after} captures after. Moved by the engine: ${share(offloadedPct.before)} of the bytes before, ${share(offloadedPct.after)} after.`,
      ),
      makeTable(
        'fleet-metrics',
        'After against before, host = unit',
        [
          column('metric'),
          numberColumn('change'),
          numberColumn('adjusted p'),
          numberColumn('hosts'),
          column('outcome'),
        ],
        rows,
        `Medians per ${comparison.mix}, log ratio weighted by the smaller number of calls, Hodges–Lehmann over hosts; p adjusted over these metrics (Holm).`,
      ),
    ],
  };
}

function hostsSection(comparison: FleetComparison): FleetSection | null {
  const { hosts, design } = comparison;
  if (design !== 'paired') return null;
  const blocks: Block[] = [];
  const chart = drawDistribution(comparison);
  if (chart !== null) blocks.push(chart);
  const { sigmaPct, detectablePct } = hosts;
  blocks.push(
    paragraph(
      sigmaPct !== null && detectablePct !== null
        ? `${hosts.changed.length} of ${hosts.both} hosts look changed by something else than the rest. Hosts spread by ${sigmaPct.toFixed(1)} %; one host is told from them from about ${detectablePct.toFixed(0)} % on.`
        : 'Too few hosts to tell one from the rest.',
    ),
  );
  if (hosts.changed.length > 0) {
    const more = hosts.changed.length - MAX_HOSTS;
    blocks.push(
      makeTable(
        'fleet-hosts',
        'Hosts that changed, furthest from the rest first',
        [
          column('host'),
          numberColumn('change'),
          numberColumn('robust z'),
          numberColumn('adjusted p'),
          numberColumn('calls before'),
          numberColumn('calls after'),
          column('slowest captures after'),
        ],
        hosts.changed.slice(0, MAX_HOSTS).map(hostRow),
        `${more > 0 ? `${more} more in the JSON. ` : ''}At most one in a hundred of these is wrong on average (Benjamini–Hochberg). recvscope report CAPTURE shows why one is slow.`,
      ),
    );
  }
  return { id: 'hosts', title: 'Hosts', blocks };
}

const hostRow = (host: FleetHost) => [
  code(host.host),
  pctCell(host.changePct),
  text(host.z.toFixed(1)),
  text(host.adjustedP < 0.0001 ? '< 0.0001' : host.adjustedP.toFixed(4)),
  countCell(host.callsBefore),
  countCell(host.callsAfter),
  code(host.worst.join('  ')),
];

function strataSection({ strata, metric, mix }: FleetComparison): FleetSection | null {
  if (strata.length === 0) return null;
  const more = strata.length - MAX_STRATA;
  return {
    id: 'strata',
    title: mix === 'size' ? 'By size' : 'By mechanism and size',
    blocks: [
      makeTable(
        'fleet-strata',
        `Median ${metric} per call`,
        [
          column('mechanism'),
          column('bytes per call'),
          numberColumn('hosts'),
          numberColumn('calls before'),
          numberColumn('calls after'),
          numberColumn('before'),
          numberColumn('after'),
          numberColumn('change'),
        ],
        strata
          .slice(0, MAX_STRATA)
          .map((row) => [
            row.mechanism === '' ? text('any') : code(row.mechanism),
            text(nameSize(row.sizeLowBytes)),
            countCell(row.hosts),
            countCell(row.callsBefore),
            countCell(row.callsAfter),
            nsCell(row.beforeNs),
            nsCell(row.afterNs),
            effectCell(row.effect),
          ]),
        `${more > 0 ? `${more} rarer ones left out. ` : ''}Medians are over all calls of a side; the change is over the hosts that have both.`,
      ),
    ],
  };
}

function nextSection({ recordNext }: FleetComparison): FleetSection | null {
  if (recordNext.length === 0) return null;
  return { id: 'next', title: 'To record next time', blocks: [{ kind: 'list', items: recordNext }] };
}
