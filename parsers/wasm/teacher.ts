import type { EventWriter } from '../events/writer.ts';
import type { PayloadDecoder } from '../payload/decoder.ts';
import type { NameEntry } from '../payload/events.ts';
import * as L from './layout.ts';
import type { LineKernel } from './line-scanner.ts';
import { learnProbe } from './plans.ts';

/** What the teachers of event lines share, whoever printed them: the clock and the places of probes. */
export class EventKernel {
  protected readonly kernel: LineKernel;
  protected readonly writer: EventWriter;
  protected readonly payload: PayloadDecoder;
  private generation = 0;

  constructor(kernel: LineKernel, writer: EventWriter, payload: PayloadDecoder, layout: number) {
    this.kernel = kernel;
    this.writer = writer;
    this.payload = payload;
    kernel.setInt(L.LAYOUT, layout);
  }

  /** The kernel reads times with this number of digits, and counts them from where the writer does. */
  isReady(digits: number): boolean {
    const { kernel, writer } = this;
    const { baseSeconds } = writer.clock;
    if ((digits !== 6 && digits !== 9) || Number.isNaN(baseSeconds)) return false;
    kernel.setInt(L.DIGITS, digits);
    kernel.setDouble(L.BASE_HIGH, baseSeconds);
    this.forgetStyles();
    return true;
  }

  /** Some line, whoever has read it, has shown that a field is hex: what the kernel knows of it is not true any more. */
  private forgetStyles(): void {
    const { generation } = this.payload.kprobes;
    if (generation === this.generation) return;
    this.generation = generation;
    this.kernel.forgetNames(this.writer);
  }

  /** Remembers the probe line of `entry` that has just been decoded, whose name is in `slot`. */
  protected learnPlace(entry: NameEntry, slot: number): void {
    const { kprobes } = this.payload;
    if (kprobes.generation !== this.generation) return;
    if (kprobes.lastEntry === entry.kprobe) learnProbe(this.kernel, slot, kprobes);
  }

  /** Adds what the kernel has counted to the writer's counts. */
  drain(): void {
    this.kernel.drain(this.writer);
  }
}
