import type { Analysis } from '../../src/model/analysis/index.ts';
import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { escapeUnprintableJson } from '../../src/model/printable.ts';

/** The saved file format. Top-level keys stand in the order of the interface, keys below in alphabetical order. */
const TOP_KEYS: readonly (keyof Analysis)[] = [
  'schemaVersion',
  'kind',
  'tool',
  'title',
  'headline',
  'answer',
  'runs',
  'environment',
  'calls',
  'verdicts',
  'findings',
  'balance',
  'budget',
  'sideBudgets',
  'overview',
  'sizeClasses',
  'breakEven',
  'distributions',
  'questions',
  'settings',
  'declines',
  'clauses',
  'wakeups',
  'transfers',
  'profiles',
  'comparison',
  'whatIf',
  'exemplars',
  'notes',
  'caveats',
  'recordNext',
  'diagnostics',
  'seed',
];

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

export function writeJson(analysis: Analysis): string {
  const given = analysis as unknown as Record<string, unknown>;
  const rest = Object.keys(given)
    .filter((key) => !(TOP_KEYS as readonly string[]).includes(key))
    .sort();
  const ordered = Object.fromEntries(
    [...TOP_KEYS, ...rest].filter((key) => key in given).map((key) => [key, sortKeys(given[key])]),
  );
  try {
    // A terminal that prints the file would obey what JSON.stringify leaves as it is.
    return `${escapeUnprintableJson(JSON.stringify(ordered, null, 1))}\n`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RecvscopeError(
      'too-large-to-save',
      ExitCode.unreadable,
      'the analysis with all its calls is longer than a text may be here (512 MiB)',
      'keep fewer calls with --max-calls, or save the captures apart',
    );
  }
}
