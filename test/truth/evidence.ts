import type { FileReport } from '../../src/model/diagnostics/accounting.ts';
import { Source } from '../../src/model/events.ts';
import { quantile } from './join.ts';

/** Best evidence of a capture, best first: what its figures may be compared with. */
export const EVIDENCE = ['function_graph', 'function', 'kprobes', 'ftrace events', 'perf events'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** `sources` are the sources of its events; kprobes count by what they are, whichever tool printed them. */
export function evidenceOf(sources: ReadonlySet<number>, files: readonly FileReport[]): Evidence {
  if (sources.has(Source.graph)) return 'function_graph';
  if (sources.has(Source.function)) return 'function';
  if (sources.has(Source.kprobe)) return 'kprobes';
  return files.some((file) => file.format.startsWith('perf')) ? 'perf events' : 'ftrace events';
}

/** Per kind of evidence: median over files of the files' medians, and median over all calls. */
export function summarizeUnattributed(lines: readonly { evidence: Evidence; shares: readonly number[] }[]): string[] {
  const out = ['', 'unattributed % of complete calls    files  median of files  calls  median of calls  p95 of calls'];
  for (const evidence of EVIDENCE) {
    const files = lines.filter((line) => line.evidence === evidence && line.shares.length > 0);
    if (files.length === 0) continue;
    const medians = files.map((line) => quantile(line.shares, 0.5));
    const shares = files.flatMap((line) => line.shares);
    const cells = [quantile(medians, 0.5), shares.length, quantile(shares, 0.5), quantile(shares, 0.95)];
    const [file, calls, median, high] = cells.map((value) => value.toFixed(Number.isInteger(value) ? 0 : 1));
    out.push(
      `${evidence.padEnd(35)} ${String(files.length).padEnd(6)} ${file.padEnd(16)} ${calls.padEnd(6)} ${median.padEnd(16)} ${high}`,
    );
  }
  return out;
}
