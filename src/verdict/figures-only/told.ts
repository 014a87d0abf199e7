import type { Evidence } from '../../model/analysis/index.ts';
import type { Run } from '../../model/capture.ts';
import type { Fact, FactDomain } from '../../model/environment.ts';

/** A figure of the bundle and the line it stands in. */
export interface Told {
  value: number;
  text: string;
  cite: Evidence;
}

export function tell(run: Run, fact: Fact, text: string): Told {
  return {
    value: fact.value,
    text: fact.text,
    cite: { run: run.name, file: fact.file, line: fact.line, call: -1, text },
  };
}

/** Last value of a key, of the run or of one record of it. */
export function findTold(
  run: Run,
  domain: FactDomain,
  key: string | RegExp,
  record?: string,
  file?: string,
): Told | null {
  for (let i = run.facts.length - 1; i >= 0; i--) {
    const fact = run.facts[i];
    if (fact.domain !== domain || (record !== undefined && fact.record !== record)) continue;
    if (file !== undefined && fact.file !== file) continue;
    if (typeof key === 'string' ? fact.key !== key : !key.test(fact.key)) continue;
    return tell(run, fact, `${fact.key} ${fact.text}`);
  }
  return null;
}

/** The first of several places that tells. */
export function findFirst(...found: (Told | null)[]): Told | null {
  return found.find((told) => told !== null) ?? null;
}

/** ' (lines 12, 14)', ' (a.txt: lines 3, 4; b.csv: line 1)': where the figures of a sentence stand. */
export function writeLines(cites: readonly Evidence[]): string {
  const byFile = new Map<string, Set<number>>();
  for (const { file, line } of cites) if (line > 0) byFile.set(file, (byFile.get(file) ?? new Set()).add(line));
  if (byFile.size === 0) return '';
  const parts = [...byFile].map(([file, lines]) => {
    const sorted = [...lines].sort((a, b) => a - b);
    const words = `${sorted.length === 1 ? 'line' : 'lines'} ${sorted.join(', ')}`;
    return byFile.size === 1 ? words : `${shortName(file, [...byFile.keys()])}: ${words}`;
  });
  return ` (${parts.slice(0, MAX_FILES).join('; ')}${parts.length > MAX_FILES ? ' …' : ''})`;
}
const MAX_FILES = 3;

/** The last part of a path, with its folder where another file has the same. */
function shortName(file: string, all: readonly string[]): string {
  const parts = file.split('/');
  const last = parts[parts.length - 1];
  const isShared = all.some((other) => other !== file && other.split('/').at(-1) === last);
  return isShared ? parts.slice(-2).join('/') : last;
}

/** Sentences of parts: each begins with a capital, unless it begins with the name of a setting or a function. */
export function joinSentences(parts: readonly string[], cites: readonly Evidence[] = []): string {
  return `${parts.map(startSentence).join('. ')}${writeLines(cites)}.`;
}

export function startSentence(text: string): string {
  return /^[a-z]+_/.test(text) ? text : text[0].toUpperCase() + text.slice(1);
}
