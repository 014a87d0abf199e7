import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';

const CAPTURES = 'fixtures/captures';

/** Sums over all rows of `calls`. */
function sumCalls(file: string) {
  const { stdout, status, stderr } = runCli(['calls', `${CAPTURES}/${file}`, '--quiet']);
  expect(status, stderr).toBe(0);
  const [head, ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[head.indexOf(name)] || 0), 0);
  return {
    calls: rows.length,
    complete: rows.filter((row) => row[head.indexOf('state')] === 'complete').length,
    bytes: sum('returned_bytes'),
    sleepNs: sum('sleep_ns'),
    copyNs: sum('copy_ns'),
  };
}

const inspect = (file: string) => JSON.parse(runCli(['inspect', `${CAPTURES}/${file}`, '--format', 'json']).stdout);
const report = (file: string) =>
  JSON.parse(runCli(['report', `${CAPTURES}/${file}`, '--format', 'json', '--quiet']).stdout);

describe('what people paste', () => {
  it('html-escaped-ftrace: the rows of the undamaged text', () => {
    expect(sumCalls('ftrace/html-escaped-ftrace/trace.txt')).toEqual({
      calls: 28,
      complete: 26,
      bytes: 1728,
      sleepNs: 21_446_000,
      copyNs: 26_000,
    });
  });

  it('html-escaped-kprobes: the rows of the undamaged text', () => {
    expect(sumCalls('ftrace/html-escaped-kprobes/trace.txt')).toEqual({
      calls: 10,
      complete: 8,
      bytes: 512,
      sleepNs: 5_529_000,
      copyNs: 179_000,
    });
  });

  it('prose-around-and-quality-sentence: the report counts the lines that inspect counts, and does not say all were understood', () => {
    const file = 'perf-script/prose-around-and-quality-sentence/mail.txt';
    const [account] = inspect(file).files;
    expect(account).toMatchObject({ lines: 13, parsedLines: 3, unknownLines: 6, malformedLines: 0 });
    const text = runCli(['report', `${CAPTURES}/${file}`, '--format', 'text', '--full', '--quiet']).stdout;
    expect(text).not.toContain('every line was understood');
    expect(text.replace(/\s+/g, ' ')).toContain('6 of 13 lines');
  });

  it('opannotate-without-sources: symbols with their samples', () => {
    const [profile] = report('opannotate/opannotate-without-sources/input.txt').profiles;
    const samples = Object.fromEntries(
      profile.symbols.map((row: { symbol: string; samples: number }) => [row.symbol, row.samples]),
    );
    expect(samples).toEqual({ tcp_recvmsg: 1210, skb_copy_datagram_iovec: 550, tcp_cleanup_rbuf: 100 });
  });

  it('opannotate-margin-only: recognised, and no profile made of it', () => {
    const file = 'opannotate/opannotate-margin-only/input.txt';
    expect(inspect(file).files[0].format).toBe('opannotate');
    expect(report(file).profiles).toEqual([]);
  });

  it('perf-fields-behind-the-frame: two stacks of six samples', () => {
    const { stdout } = runCli(['export', `${CAPTURES}/perf-script/perf-fields-behind-the-frame/input.txt`, '--quiet']);
    expect(stdout.trimEnd().split('\n').sort()).toEqual([
      'rxbench;__libc_recv 3',
      'rxbench;copy_user_generic_string 3',
    ]);
  });

  it.each([
    ['input.strace.txt', 'strace'],
    ['input.perf-data-convert.json', 'perf data convert'],
    ['input.perf-stat-record.txt', 'perf stat record'],
  ])('other-tools-named: %s is called by its name', (file, tool) => {
    const { status, stderr } = runCli(['inspect', `fixtures/other-tools/${file}`]);
    expect(status).toBe(4);
    expect(stderr).toContain(tool);
  });
});
