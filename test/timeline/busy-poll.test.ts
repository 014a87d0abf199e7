import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFromText } from '../support/build-calls.ts';

const TRACE = join(import.meta.dirname, '../../fixtures/captures/ftrace/busy-poll-6.18/trace.txt');
const text = readFileSync(TRACE, 'utf8');

async function busyPollOf(trace: string): Promise<[number, number, boolean]> {
  const { calls, notes } = await buildFromText(trace);
  expect(calls.length).toBe(1);
  const { busyPollNs, sleepNs, durationNs, state } = calls.rowAt(0);
  expect([durationNs, state]).toEqual([12_000, 0]);
  return [busyPollNs, sleepNs, notes.evidence.busyPollSeen];
}

describe('busy polling of the reader, told from napi_poll lines', () => {
  it('from the entry 339.128 to the poll that got the packet 339.137; its softirq before the call is none', async () => {
    expect(await busyPollOf(text)).toEqual([9000, 9000, true]);
  });

  it('is not what a softirq or netpoll polls', async () => {
    for (const budget of [64, 0])
      expect(await busyPollOf(text.replaceAll('budget 8', `budget ${budget}`))).toEqual([0, Number.NaN, false]);
  });

  it('the budget of SO_BUSY_POLL_BUDGET is told from the weight of a device by the flags of the line', async () => {
    const other = text.replaceAll('budget 8', 'budget 32');
    expect(await busyPollOf(other)).toEqual([9000, 9000, true]);
    const inSoftirq = other.replace(/ b\.\.1\. (.*budget 32)/g, ' ..s1. $1');
    expect(inSoftirq).not.toBe(other);
    expect(await busyPollOf(inSoftirq)).toEqual([0, Number.NaN, false]);
  });
});
