import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReadRow, readPerfScript } from './support.ts';

const FOLDER = path.join(import.meta.dirname, '../../../fixtures/captures/perf-script/printed-ids');
const textOf = (fields: string): string =>
  readFileSync(path.join(FOLDER, `${fields.replaceAll(',', '-')}.txt`), 'utf8');
const reading = (fields: string) =>
  fields === 'comm,tid,cpu,time,trace'
    ? readPerfScript(textOf('comm,tid,cpu,time,event,trace').replace(/: +\w+:\w+: /g, ': '))
    : readPerfScript(textOf(fields));
const reasons = (fields: string): string[] =>
  reading(fields)
    .diagnostics.toRecords()
    .flatMap(({ name, examples }) => examples.map(({ reason }) => `${name} ${reason}`));
const facts = (rows: ReadRow[]) => rows.filter(({ kind }) => kind !== 'unread');

describe('one recording of two threads, printed with and without the fields that calls rest on', () => {
  const whole = reading('comm,tid,cpu,time,event,trace');

  it.each([['comm,pid,cpu,time,event,trace'], ['comm,cpu,time,event,trace'], ['cpu,time,event,trace']])(
    '%s: a thread is the one that was switched in on the CPU, or not known',
    (fields) => {
      const { rows } = reading(fields);
      const events = facts(rows);
      expect(events.length).toBe(whole.rows.length);
      let known = 0;
      for (const [index, row] of events.entries()) {
        const right = whole.rows[index];
        expect({ ...row, tid: 0, comm: '' }).toEqual({ ...right, tid: 0, comm: '' });
        // Of CPU 1 switches from the idle task are missing: without a name nothing shows it until the next system call.
        if (fields.startsWith('cpu') && row.tid === 0) continue;
        expect([right.tid, -1]).toContain(row.tid);
        if (row.tid === right.tid) known++;
      }
      expect(known).toBeGreaterThan(whole.rows.length / 2);
      // Each line of nobody flags the call it could be of.
      const unknown = new Set(events.filter(({ tid }) => tid === -1).map(({ line }) => line));
      expect(new Set(rows.filter(({ kind }) => kind === 'unread').map(({ line }) => line))).toEqual(unknown);
      expect(reasons(fields)).toEqual(['no-task no-tid']);
    },
  );

  it('ids of processes are not taken for those of threads', () => {
    const { rows } = reading('comm,pid,time,event,trace');
    const calls = rows.filter(({ kind }) => kind === 'callEnter');
    expect(calls.length).toBe(whole.rows.filter(({ kind }) => kind === 'callEnter').length);
    expect(new Set(calls.map(({ tid }) => tid))).toEqual(new Set([-1]));
  });

  it('says which field is missing', () => {
    expect(reasons('comm,tid,cpu,time,event,trace')).toEqual([]);
    expect(reasons('comm,tid,event,trace')).toEqual(['field-not-printed time']);
    expect(reasons('comm,tid,time,event')).toEqual(['field-not-printed trace']);
    expect(reasons('comm,tid,cpu,time,trace')).toContain('field-not-printed event');
  });

  it('makes no rows of events whose payload was not printed', () => {
    const { rows, result } = reading('comm,tid,time,event');
    expect(rows).toEqual([]);
    expect(result.report.eventNames).toEqual(whole.result.report.eventNames);
  });

  it('does not take times for events', () => {
    for (const name of reading('comm,tid,cpu,time,trace').result.report.eventNames.keys())
      expect(name).not.toMatch(/^\d/);
  });
});
