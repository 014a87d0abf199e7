import type { Fact, FactDomain } from '../../../src/model/environment.ts';
import { type FactPlace, makeFact } from '../../text/facts.ts';

/**
 * Collects the facts of one side file. Counters of one moment form a snapshot: when a counter that was seen comes again,
 * a second snapshot has begun in the same file (`cat before after`). Tables printed twice in one snapshot count once.
 */
export class SideRecorder {
  readonly facts: Fact[] = [];
  readonly seenSections = new Set<string>();
  private readonly file: string;
  private readonly seen = new Set<string>();
  private snapshot = 1;

  constructor(file: string) {
    this.file = file;
  }

  /** A key that was kept before means a new moment, not a second excerpt of the same table. */
  startSnapshotAt(domain: FactDomain, key: string): void {
    if (!this.seen.has(`${domain}\0${key}`)) return;
    this.snapshot++;
    this.seen.clear();
  }

  keep(domain: FactDomain, key: string, text: string, line: number, unit = ''): void {
    const id = `${domain}\0${key}`;
    if (this.seen.has(id)) return;
    this.seen.add(id);
    this.facts.push(makeFact(domain, key, text.trim(), this.placeOf(line), unit));
  }

  /** Several values under one key are meant: kprobe definitions, trace options of several instances. */
  keepAll(domain: FactDomain, key: string, text: string, line: number): void {
    this.facts.push(makeFact(domain, key, text.trim(), this.placeOf(line)));
  }

  private placeOf(line: number): FactPlace {
    return { file: this.file, line, record: `snapshot#${this.snapshot}` };
  }
}
