import { printable } from '../printable.ts';
import { DIAGNOSTICS, type DiagnosticName, type DiagnosticSpec, type Origin, type Severity } from './table.ts';

export { printable } from '../printable.ts';
export type { DiagnosticName, Origin, Severity } from './table.ts';

export const MAX_EXAMPLES = 5;

export interface DiagnosticExample {
  file: string;
  line: number;
  /** The offending text, at most 200 characters, control characters replaced. */
  text: string;
  /** Reason code, e.g. 'no-timestamp'. */
  reason: string;
}
export interface DiagnosticRecord {
  name: DiagnosticName;
  severity: Severity;
  origin: Origin;
  count: number;
  meaning: string;
  advice: string;
  examples: DiagnosticExample[];
}

export class Diagnostics {
  private readonly records = new Map<DiagnosticName, DiagnosticRecord>();

  /** `amount` occurrences of `name`; the first few keep file, line, text and reason. */
  count(name: DiagnosticName, example?: Partial<DiagnosticExample>, amount = 1): void {
    let record = this.records.get(name);
    if (record === undefined) {
      const spec: DiagnosticSpec = DIAGNOSTICS[name];
      record = { name, ...spec, count: 0, examples: [] };
      this.records.set(name, record);
    }
    record.count += amount;
    if (example !== undefined && record.examples.length < MAX_EXAMPLES) {
      record.examples.push({
        file: example.file ?? '',
        line: example.line ?? 0,
        text: printable(example.text ?? ''),
        reason: example.reason ?? '',
      });
    }
  }

  countOf(name: DiagnosticName): number {
    return this.records.get(name)?.count ?? 0;
  }

  /** Sorted by name: the same capture gives the same bytes. */
  toRecords(): DiagnosticRecord[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  absorb(records: readonly DiagnosticRecord[]): void {
    for (const from of records) {
      this.count(from.name, undefined, from.count);
      const to = this.records.get(from.name)!;
      for (const example of from.examples) if (to.examples.length < MAX_EXAMPLES) to.examples.push(example);
    }
  }
}
