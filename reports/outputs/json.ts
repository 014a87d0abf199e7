import type { Analysis } from '../../src/model/analysis/index.ts';

/** The saved file format. Top-level keys stand in the order of the interface, keys below in alphabetical order. */
const TOP_KEYS: readonly (keyof Analysis)[] = [
  'schemaVersion',
  'kind',
  'tool',
  'title',
  'headline',
  'runs',
  'environment',
  'calls',
  'verdicts',
  'findings',
  'balance',
  'budget',
  'sizeClasses',
  'breakEven',
  'distributions',
  'declines',
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

/** JSON.stringify leaves C1 controls and bidi overrides as they are; a terminal that prints the file would obey them. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function writeJson(analysis: Analysis): string {
  const given = analysis as unknown as Record<string, unknown>;
  const rest = Object.keys(given)
    .filter((key) => !(TOP_KEYS as readonly string[]).includes(key))
    .sort();
  const ordered = Object.fromEntries(
    [...TOP_KEYS, ...rest].filter((key) => key in given).map((key) => [key, sortKeys(given[key])]),
  );
  const text = JSON.stringify(ordered, null, 1);
  return `${text.replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
