import type { Analysis } from '../../../src/model/analysis/index.ts';
import type { Run } from '../../../src/model/capture.ts';

/** A page as its reader has it: every sentence of the analysis, the whole text of the report, and what it was made of. */
export interface Page {
  analysis: Analysis;
  runs: readonly Run[];
  sentences: readonly string[];
  text: string;
}

/** Two things that must not stand together: what is said, and the fact (or the other sentence) that it contradicts. */
export interface Pair {
  id: string;
  /** The words that offend; '' none. */
  find(page: Page): string;
}

const says = ({ sentences }: Page, pattern: RegExp): string => sentences.find((s) => pattern.test(s)) ?? '';
const pair = (id: string, pattern: RegExp, contradicts: (page: Page) => boolean): Pair => ({
  id,
  find: (page) => (contradicts(page) ? says(page, pattern) : ''),
});
const inText = (id: string, pattern: RegExp, contradicts: (page: Page) => boolean): Pair => ({
  id,
  find: (page) => (contradicts(page) ? (pattern.exec(page.text)?.[0] ?? '') : ''),
});

const sumOf = (runs: readonly Run[], read: (run: Run) => number): number =>
  runs.reduce((sum, run) => sum + read(run), 0);
const notUnderstood = ({ runs }: Page): number =>
  sumOf(runs, (run) => run.files.reduce((sum, { account }) => sum + account.unknown + account.malformed, 0));
const wakeups = ({ runs }: Page): number =>
  sumOf(runs, (run) =>
    run.files.reduce(
      (sum, { eventNames }) =>
        sum + [...eventNames].reduce((all, [name, n]) => all + (/(^|:)sched_wak(eup|ing)$/.test(name) ? n : 0), 0),
      0,
    ),
  );
const cannotHaveNetDma = ({ runs }: Page): boolean => runs.every((run) => run.era.netDma === 'impossible');
const lost = ({ analysis }: Page): number =>
  analysis.diagnostics.filter((d) => d.severity === 'loss').reduce((sum, d) => sum + d.count, 0);
const copybreakOf = (run: Run): number =>
  run.facts.find((f) => f.domain === 'sysctl' && f.key === 'net.ipv4.tcp_dma_copybreak')?.value ?? Number.NaN;
/** The smallest read buffer is above what copybreak refuses, or copybreak refuses everything on purpose. */
const isCopybreakNoReason = ({ runs }: Page): boolean =>
  runs.some((run) => {
    const copybreak = copybreakOf(run);
    if (copybreak >= 2 ** 31 - 1) return true;
    let smallest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < run.calls.length; row++) {
      const asked = run.calls.get('requestedBytes', row);
      if (asked < smallest) smallest = asked;
    }
    return Number.isFinite(smallest) && smallest > copybreak;
  });

export const PAIRS: readonly Pair[] = [
  inText('every line was understood · lines that were not', /every line was understood/i, (p) => notUnderstood(p) > 0),
  inText('no wakeups · wakeups in the text', /no wakeups/i, (p) => wakeups(p) > 0),
  inText('no event lost · losses', /(?:nothing (?:was )?|no event )lost/i, (p) => lost(p) > 0),
  inText(
    'no receive call · calls',
    /no receive call (was found|is in this capture)/i,
    (p) => p.analysis.calls.total > 0,
  ),
  inText('0 calls to judge · a verdict', /too few to judge/i, (p) =>
    p.analysis.verdicts.some((v) => v.outcome === 'wins' || v.outcome === 'loses'),
  ),
  pair(
    'did not copy while asleep · covered by sleep',
    /did not copy while/,
    (p) => says(p, /of the engine’s busy time was covered by sleep/) !== '',
  ),
  pair('buffer too small · buffer above copybreak, or off on purpose', /buffer is too small/, isCopybreakNoReason),
  pair(
    'too small · switched off',
    /too small to be offloaded|buffer is too small/,
    (p) => says(p, /switched off in this capture/) !== '',
  ),
  pair(
    'words of NET_DMA · a kernel that cannot have it',
    // That there is none may be said, with the reason.
    /^(?!This kernel has no receive copy offload|kernel after NET_DMA: ).*(copybreak|dma_pin|tcp_service_net_dma|NET_DMA|tcp_low_latency|ioatdma)/,
    cannotHaveNetDma,
  ),
  pair('offload judged · a kernel without it', /offload (costs|saves|makes)/, cannotHaveNetDma),
  pair('at most · a part of a profile', /could (save|gain) at most/, ({ analysis }) =>
    analysis.findings.some((f) =>
      f.numbers.some((n) => n.label === 'samples listed' && n.value !== null && n.value < 99),
    ),
  ),
  pair(
    'no engine can gain more · an engine at work in the profile',
    /no engine can gain more than|an engine that took over every copy/,
    (p) =>
      says(p, /busy samples that poll for completion|poll for DMA completion/) !== '' ||
      p.runs.some((run) => run.profiles.some((t) => t.rows.some((r) => /^(swdma_|ioat\d?_)/.test(r.symbol)))),
  ),
  pair('perf top or a top list · whole profile', /no engine can gain more than/, ({ analysis }) =>
    analysis.findings.some((f) => f.id === 'copy-ceiling' && /^(After: )?A lower bound/.test(f.title)),
  ),
  {
    id: 'no difference · no interval',
    find: ({ analysis }) =>
      analysis.comparison?.rows.find((r) => r.outcome === 'noDifference' && r.difference?.low === null)?.metric ?? '',
  },
  {
    id: 'cannot tell · an interval without 0',
    find: ({ analysis }) =>
      analysis.comparison?.rows.find(
        (r) =>
          r.outcome === 'cannotTell' &&
          r.suggests === undefined &&
          ((r.difference?.low ?? 0) > 0 || (r.difference?.high ?? 0) < 0),
      )?.metric ?? '',
  },
  {
    id: 'a claim · too few runs',
    find: ({ analysis }) =>
      analysis.comparison?.rows.find((r) => r.significant && r.suggests !== undefined)?.metric ?? '',
  },
  {
    id: 'a verdict and its row · opposite signs',
    find: ({ analysis }) =>
      analysis.verdicts.find((v) => {
        const row = analysis.comparison?.rows.find((r) => `verdict-${r.primary}` === v.id);
        return (v.effect?.estimate ?? 0) * (row?.differencePct?.estimate ?? 0) < 0;
      })?.sentence ?? '',
  },
  {
    id: 'one quantity · two changes of opposite sign',
    find: ({ analysis }) => {
      const rows = analysis.comparison?.rows ?? [];
      const other = rows.find((a) =>
        rows.some(
          (b) =>
            a.metric === b.metric &&
            a.stratum === b.stratum &&
            (a.differencePct?.estimate ?? 0) * (b.differencePct?.estimate ?? 0) < 0,
        ),
      );
      return other === undefined ? '' : `${other.metric}, ${other.stratum}`;
    },
  },
  {
    id: 'better · worse in the headline',
    find: ({ analysis }) => {
      const outcomes = new Set(analysis.verdicts.map((v) => v.outcome));
      const { sentence } = analysis.headline;
      if (/made it better/.test(sentence) && outcomes.has('loses')) return sentence;
      return /made it worse/.test(sentence) && outcomes.has('wins') ? sentence : '';
    },
  },
  {
    id: 'an answer is given · headed by an outcome word',
    find: ({ analysis }) =>
      analysis.findings.find(
        (f) =>
          f.role !== 'verdict' &&
          f.effect?.low != null &&
          /^(cannot tell|no difference|wins|loses)\b/i.test(f.sentence),
      )?.sentence ?? '',
  },
  {
    id: 'a share · above 100 %',
    find: (page) =>
      page.sentences.find((s) =>
        [
          ...s.matchAll(
            /(?<![\d.,+−-])(\d+(?:\.\d+)?) % of (?:all|calls|samples|busy|their|its|the (?:calls|time))\b/g,
          ),
        ].some(([, pct]) => Number(pct) > 100.5),
      ) ?? '',
  },
  {
    id: 'latency · not in time per call',
    find: ({ analysis }) => {
      const effect = analysis.verdicts.find((v) => v.id === 'verdict-latency')?.effect ?? null;
      return effect === null || effect.unit === 'ns' || effect.unit === '%' ? '' : effect.unit;
    },
  },
  {
    id: 'broken words · a sentence',
    find: (page) => says(page, /\b(NaN|undefined|Infinity|null)\b|\[object|(?<![\d.,−])1 (\w+ )?calls\b|−0 %/),
  },
];

const MAX_WORDS = 20;
/** A program's own name may hold anything: `a:b-1 <x> (0)`. */
const NAMES = /^[^:]*: /;
/** Words of the inside that a reader of a headline has never met; a setting's name is what he typed himself. */
const JARGON =
  /\b(pinn?ed|unpin|backlog|rcvlowat|early cop(?:y|ies)|doorbell|descriptor|stratum|strata|detectable|effect|exemplar|Theil|max-T|kfree_skb)\b/;

/** The headline: one sentence, at most twenty words (a unit or a sign is no word), no bracket, no jargon. */
export function checkHeadline(sentence: string): string {
  const words = sentence
    .split(/\s+/)
    .filter((word) => /[A-Za-z]{2,}|\d/.test(word) && !/^(ns|µs|ms|%|B|KiB|MiB)$/.test(word));
  if (words.length > MAX_WORDS) return `${words.length} words: ${sentence}`;
  if (/[()[\]]/.test(sentence.replace(NAMES, ''))) return `a bracket: ${sentence}`;
  if (/\. [A-Z]/.test(sentence)) return `two sentences: ${sentence}`;
  return JARGON.test(sentence) ? `jargon: ${sentence}` : '';
}
