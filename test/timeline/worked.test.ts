import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CallRow, MECHANISM_IDS, nameCallState } from '../../src/model/calls.ts';
import { DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { buildFromFile } from '../support/build-calls.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/captures/worked');

/** One call as worked out by hand from the lines of capture.txt (each about.md shows the sums). */
interface WorkedCall {
  why: string;
  lines: [number, number];
  entry: string;
  durationNs: number | null;
  state: string;
  mechanism: string;
  declined?: string;
  phases: Record<string, number>;
  columns?: Record<string, number>;
}

describe('calls worked out by hand', () => {
  const cases = readdirSync(ROOT).filter((name) => existsSync(join(ROOT, name, 'expected.json')));
  it('has a worked case for each mechanism that was seen', () => {
    expect(cases.length).toBeGreaterThanOrEqual(6);
  });
  for (const name of cases) {
    const expected = JSON.parse(readFileSync(join(ROOT, name, 'expected.json'), 'utf8')) as WorkedCall[];
    it(`${name}: ${expected.length} calls`, async () => {
      const { calls } = await buildFromFile(join(ROOT, name, 'capture.txt'));
      for (const call of expected) {
        const row = findRow(calls.length, (r) => calls.get('firstLine', r) === call.lines[0]);
        expect(row, `${call.why}: a call begins at line ${call.lines[0]}`).toBeGreaterThanOrEqual(0);
        const found = calls.rowAt(row);
        const reason = found.declineReason > 0 ? DECLINE_REASONS[found.declineReason] : undefined;
        expect({
          lastLine: found.lastLine,
          entry: calls.strings.textOf(found.entry),
          durationNs: Number.isNaN(found.durationNs) ? null : found.durationNs,
          state: nameCallState(found.state),
          mechanism: MECHANISM_IDS[found.mechanism],
          phases: pick(found, Object.keys(call.phases), 'Ns'),
          columns: pick(found, Object.keys(call.columns ?? {}), ''),
          ...(call.declined === undefined ? {} : { declined: reason }),
        }).toEqual({
          lastLine: call.lines[1],
          entry: call.entry,
          durationNs: call.durationNs,
          state: call.state,
          mechanism: call.mechanism,
          phases: call.phases,
          columns: call.columns ?? {},
          ...(call.declined === undefined ? {} : { declined: call.declined }),
        });
      }
    });
  }
});

function findRow(rows: number, matches: (row: number) => boolean): number {
  for (let row = 0; row < rows; row++) if (matches(row)) return row;
  return -1;
}

function pick(call: CallRow, names: readonly string[], suffix: string): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, call[`${name}${suffix}` as keyof CallRow]]));
}
