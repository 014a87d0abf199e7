import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPairs } from './pairs.ts';
import { checkPair } from './truth.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Every capture under fixtures/ that has a log of its receiver must agree with it. */
describe('calls agree with what the receivers logged', () => {
  const pairs = findPairs(FIXTURES);
  it('finds captures with truth', () => expect(pairs.length).toBeGreaterThanOrEqual(6));
  for (const pair of pairs) {
    const name = join(pair.folder, pair.capture).slice(FIXTURES.length + 1);
    it(name, async () => {
      const line = await checkPair(pair, FIXTURES);
      const [equal, known] = line.bytesEqual.split('/').map(Number);
      expect({ ...line, found: line.found > 0 }).toMatchObject({ found: true, invented: 0, missing: 0, untiled: 0 });
      expect(equal).toBe(known);
      expect(line.expected).toBe(line.found);
      if (line.conserved !== '-') {
        const [sum, calls] = line.conserved.split('/').map(Number);
        expect(sum).toBe(calls);
      }
      if (line.dma !== '-') {
        const [dma, copies, calls] = line.dma.split('/').map(Number);
        expect([dma, copies]).toEqual([calls, calls]);
      }
      // Whole runs with the engine's counters beside them: every byte by engine is in some call.
      if (/classic/.test(name)) {
        const [sum, counted] = line.engineBytes.split('/').map(Number);
        expect(sum).toBe(counted);
      }
      // Native captures with enough calls for a median. The program reads its clock after the syscall returned: with perf
      // attached that return takes 1.0–1.5 us (measured on untrimmed captures), with ftrace 0.2–0.7 us.
      if (/6\.18.*(events\.trace|perf\.script)/.test(name) && line.found >= 20) {
        const [startMedian, startHigh] = line.startUs.split('/').map(Number);
        expect(startMedian).toBeLessThanOrEqual(1);
        expect(startHigh).toBeLessThanOrEqual(10);
        expect(Number(line.endUs.split('/')[0])).toBeLessThanOrEqual(name.includes('perf') ? 1.5 : 1);
      }
    });
  }
});
