import { expect } from 'vitest';
import { type CallRow, CallState, type CallTable, LINK_KINDS, MECHANISM_IDS } from '../../src/model/calls.ts';
import { DECLINE_EVIDENCE, DECLINE_REASONS } from '../../src/model/mechanism.ts';
import { DETAIL_PARENT, DETAILS, PHASES } from '../../src/model/phases.ts';

/** What holds of every call table, whatever the capture: called by every test that makes calls. */
export function assertCallTable(table: CallTable): void {
  for (let row = 0; row < table.length; row++) {
    const call = table.rowAt(row);
    const where = `row ${row} (line ${call.firstLine})`;
    assertTimes(call, where);
    assertTiling(call, where);
    assertIndexes(table, call, where);
    const segments = table.segmentsByCall.get(row);
    for (const segment of segments ?? []) {
      expect(segment.endNs, `${where}: segment ends after it starts`).toBeGreaterThanOrEqual(segment.startNs);
      if (segment.lane === 'process') {
        expect(segment.startNs, where).toBeGreaterThanOrEqual(call.startNs);
        expect(segment.endNs, where).toBeLessThanOrEqual(call.endNs);
      }
    }
  }
}

function assertTimes(call: CallRow, where: string): void {
  if (!Number.isNaN(call.startNs) && !Number.isNaN(call.endNs)) {
    expect(call.endNs, `${where}: starts before it ends`).toBeGreaterThanOrEqual(call.startNs);
    expect(call.durationNs, where).toBe(call.endNs - call.startNs);
    expect(Number.isInteger(call.durationNs), `${where}: integer nanoseconds`).toBe(true);
  }
  if ((call.state & CallState.cutAtEnd) !== 0) expect(call.endNs, `${where}: a cut call has no end`).toBeNaN();
  if (!Number.isNaN(call.firstLine)) expect(call.lastLine, where).toBeGreaterThanOrEqual(call.firstLine);
}

function assertTiling(call: CallRow, where: string): void {
  let sum = 0;
  for (const phase of PHASES) {
    const value = call[`${phase}Ns`];
    if (Number.isNaN(value)) continue;
    expect(value, `${where}: ${phase} is not negative`).toBeGreaterThanOrEqual(0);
    sum += value;
  }
  if (!Number.isNaN(call.durationNs)) expect(sum, `${where}: phases add up to the duration`).toBe(call.durationNs);
  for (const detail of DETAILS) {
    const value = call[`${detail}Ns`];
    const parent = call[`${DETAIL_PARENT[detail]}Ns`];
    if (!Number.isNaN(value) && value > 0)
      expect(value, `${where}: ${detail} lies in its phase`).toBeLessThanOrEqual(parent);
  }
}

function assertIndexes(table: CallTable, call: CallRow, where: string): void {
  expect(MECHANISM_IDS[call.mechanism], where).toBeDefined();
  expect(LINK_KINDS[call.link], where).toBeDefined();
  expect(table.files[call.file], where).toBeDefined();
  if (call.declineReason >= 0) expect(DECLINE_REASONS[call.declineReason], where).toBeDefined();
  if (call.declineKnownBy >= 0) expect(DECLINE_EVIDENCE[call.declineKnownBy], where).toBeDefined();
  expect([0, 1, 2], where).toContain(call.pinned);
  expect([0, 1, 2], where).toContain(call.protocol);
  for (const name of ['comm', 'entry', 'sock'] as const) expect(call[name], where).toBeLessThan(table.strings.size);
  if (!Number.isNaN(call.earlyCopies)) expect(call.earlyCopies, where).toBeLessThanOrEqual(call.dmaCopies);
}
