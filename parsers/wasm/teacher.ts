import type { EventWriter } from '../events/writer.ts';
import type { PayloadDecoder } from '../payload/decoder.ts';
import type { NameEntry } from '../payload/events.ts';
import * as L from './layout.ts';
import type { LineScanner } from './line-scanner.ts';
import { learnProbe } from './plans.ts';

/** What the teachers of event lines share, whoever printed them: the clock and the places of probes. */
export class EventTeacher {
  protected readonly scanner: LineScanner;
  protected readonly writer: EventWriter;
  protected readonly payload: PayloadDecoder;
  private generation = 0;

  constructor(scanner: LineScanner, writer: EventWriter, payload: PayloadDecoder, layout: number) {
    this.scanner = scanner;
    this.writer = writer;
    this.payload = payload;
    scanner.setInt(L.LAYOUT, layout);
  }

  /** The scanner reads times with this number of digits, and counts them from where the writer does. */
  isReady(digits: number): boolean {
    const { scanner, writer } = this;
    const { baseSeconds } = writer.clock;
    if ((digits !== 6 && digits !== 9) || Number.isNaN(baseSeconds)) return false;
    scanner.setInt(L.DIGITS, digits);
    scanner.setDouble(L.BASE_HIGH, baseSeconds);
    this.forgetStyles();
    return true;
  }

  /** Some line, whoever has read it, has shown that a field is hex: what the scanner knows of it is not true any more. */
  private forgetStyles(): void {
    const { generation } = this.payload.kprobes;
    if (generation === this.generation) return;
    this.generation = generation;
    this.scanner.forgetNames(this.writer);
  }

  /** Remembers the probe line of `entry` that has just been decoded, whose name is in `slot`. */
  protected learnPlace(entry: NameEntry, slot: number): void {
    const { kprobes } = this.payload;
    if (kprobes.generation !== this.generation) return;
    if (kprobes.lastEntry === entry.kprobe) learnProbe(this.scanner, slot, kprobes);
  }

  /** Adds what the scanner has counted to the writer's counts. */
  drain(): void {
    this.scanner.drain(this.writer);
  }
}
