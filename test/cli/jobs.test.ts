import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const CLASSIC = 'fixtures/captures/classic';
const SIDES = [
  ...['run1', 'run2'].flatMap((run) => ['--before', `${CLASSIC}/A-offload-off/${run}`]),
  ...['run1', 'run2'].flatMap((run) => ['--after', `${CLASSIC}/B-default/${run}`]),
];
/** With calls and arrivals, a bundle of several files, a profile without calls, a capture with losses. */
const MIXED = [
  'fixtures/captures/modern-rcvlowat/A1',
  'fixtures/captures/perf-report/6.1',
  'fixtures/captures/truth/modern-6.18-rr64',
  'fixtures/captures/ftrace/lost',
];

describe('captures read at the same time', () => {
  it.each([
    ['compare', ...SIDES, '--format', 'json'],
    ['report', ...MIXED, '--format', 'json'],
    ['calls', ...MIXED, '--extra'],
    ['inspect', ...MIXED, '--format', 'json'],
  ])('%s: the same bytes from one thread and from several', (...args) => {
    const one = runCli([...args, '--jobs', '1']);
    const several = runCli([...args, '--jobs', '3']);
    expect(one.status).toBe(0);
    expect(one.stdout.length).toBeGreaterThan(1000);
    expect(several).toEqual(one);
  });

  it('the first capture that cannot be read is the one that is told of', () => {
    const args = ['inspect', MIXED[3], 'package.json', 'fixtures/captures/no-such-folder', MIXED[0]];
    const one = runCli([...args, '--jobs', '1']);
    const several = runCli([...args, '--jobs', '4']);
    expect(one.stderr).toContain('no-such-file');
    expect(several).toEqual(one);
    const unknown = ['inspect', MIXED[3], 'package.json', MIXED[0], 'tsconfig.json'];
    expect(runCli([...unknown, '--jobs', '4'])).toEqual(runCli([...unknown, '--jobs', '1']));
    expect(runCli([...unknown, '--jobs', '4']).stderr).toContain('package.json');
  });

  it('one capture from standard input beside others', () => {
    const input =
      '# tracer: nop\n          iperf-77      [001] d.s1.  100.000123: sys_read(fd: 3, buf: 1, count: 10)\n';
    const args = ['inspect', '-', MIXED[0], MIXED[3]];
    expect(runCli([...args, '--jobs', '3'], { input })).toEqual(runCli([...args, '--jobs', '1'], { input }));
  });

  it('refuses a number that is none', () => {
    for (const jobs of ['0', '-1', '1.5', 'x']) expect(runCli(['inspect', MIXED[3], '--jobs', jobs]).status).toBe(2);
  });
});
