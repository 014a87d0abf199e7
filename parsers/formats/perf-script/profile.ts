import type { ProfileRow, ProfileTable } from '../../../src/model/profile.ts';

/** What a profile needs to know about ids when it is written out. */
export interface ProfileNames {
  symbolOf(frame: number): string;
  dsoOf(frame: number): string;
  taskOf(task: number): string;
  eventOf(event: number): string;
}

/** What a sample is counted under: ids, -1 unknown; `frame` is the leaf's, `line` the first one's. */
export interface Sample {
  event: number;
  cpu: number;
  task: number;
  frame: number;
  line: number;
}

/**
 * Self samples by event × cpu × task × leaf frame. The four ids are one key of an open-addressing table, so a sample costs
 * one probe; memory is the distinct combinations.
 */
export class SampleCounter {
  private slots = new Int32Array(1 << 10);
  private keys = new Int32Array(4 << 9);
  private counts = new Float64Array(1 << 9);
  private weights = new Float64Array(1 << 9);
  private lines = new Float64Array(1 << 9);
  private rows = 0;

  add(sample: Sample, weight: number): void {
    const { event, cpu, task, frame } = sample;
    const hash = hashOf(event, cpu, task, frame);
    const mask = this.slots.length - 1;
    const keys = this.keys;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot] - 1;
      if (row < 0) {
        this.slots[slot] = this.rows + 1;
        this.append(sample, weight);
        return;
      }
      const at = row * 4;
      if (keys[at + 3] === frame && keys[at + 2] === task && keys[at + 1] === cpu && keys[at] === event) {
        this.counts[row]++;
        this.weights[row] += weight;
        return;
      }
    }
  }

  private append({ event, cpu, task, frame, line }: Sample, weight: number): void {
    const row = this.rows++;
    if (row === this.counts.length) {
      this.keys = grow(new Int32Array(this.keys.length * 2), this.keys);
      this.counts = grow(new Float64Array(row * 2), this.counts);
      this.weights = grow(new Float64Array(row * 2), this.weights);
      this.lines = grow(new Float64Array(row * 2), this.lines);
    }
    this.keys.set([event, cpu, task, frame], row * 4);
    this.counts[row] = 1;
    this.weights[row] = weight;
    this.lines[row] = line;
    if (this.rows * 2 > this.slots.length) this.rehash();
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let row = 0; row < this.rows; row++) {
      const at = row * 4;
      let slot = hashOf(this.keys[at], this.keys[at + 1], this.keys[at + 2], this.keys[at + 3]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.slots = slots;
  }

  /** One table per event, rows with most weight first (ties in order of first appearance). */
  toTables(file: string, names: ProfileNames, samplingOf: (event: number) => string): ProfileTable[] {
    const byEvent = new Map<number, ProfileTable>();
    for (let row = 0; row < this.rows; row++) {
      const event = this.keys[row * 4];
      let table = byEvent.get(event);
      if (table === undefined) {
        table = {
          file,
          format: 'perf-script',
          event: names.eventOf(event),
          sampling: samplingOf(event),
          imagesOnly: false,
          isDifference: false,
          rows: [],
          totalSamples: 0,
          totalWeight: 0,
        };
        byEvent.set(event, table);
      }
      table.rows.push(this.rowOf(row, names));
      table.totalSamples += this.counts[row];
      table.totalWeight += this.weights[row];
    }
    for (const table of byEvent.values()) table.rows.sort((a, b) => b.weight - a.weight || a.line - b.line);
    return [...byEvent.values()];
  }

  private rowOf(row: number, names: ProfileNames): ProfileRow {
    const frame = this.keys[row * 4 + 3];
    return {
      symbol: names.symbolOf(frame),
      image: names.dsoOf(frame),
      app: names.taskOf(this.keys[row * 4 + 2]),
      cpu: this.keys[row * 4 + 1],
      samples: this.counts[row],
      weight: this.weights[row],
      percent: Number.NaN,
      line: this.lines[row],
    };
  }
}

function hashOf(event: number, cpu: number, task: number, frame: number): number {
  let hash = Math.imul(frame + 1, 0x9e3779b1) ^ Math.imul(task + 1, 0x85ebca6b);
  hash =
    Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(cpu + 2, 0x297a2d39) ^ Math.imul(event + 1, 0x27d4eb2f);
  return hash ^ (hash >>> 13);
}

function grow<T extends Int32Array | Float64Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
