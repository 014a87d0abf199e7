import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

describe('a time stamp that no clock shows', () => {
  it.each([
    '999999999999999999999999999999999999999999999999.000001',
    `${'9'.repeat(400)}.000001`,
    '9007199254.000001',
  ])('%s neither throws nor poisons the others', (time) => {
    const line = (at: string, body: string): string => `          rxsink-77    [000] ....     ${at}: ${body}\n`;
    const text = `# tracer: nop\n${line('1.000100', 'sys_recvfrom(fd: 3, ubuf: 7f26cec37000, size: 4000, flags: 0, addr: 0, addr_len: 0)')}${line(time, 'softirq_entry: vec=3 [action=NET_RX]')}${line('1.000200', 'sys_recvfrom -> 0x5a8')}`;
    const { status, stdout, stderr } = runCli(['inspect', '-', '--format', 'json'], { input: text });
    expect(status, stderr).toBe(0);
    const [file] = JSON.parse(stdout).files;
    expect(file.firstNs).toBe('1000100000');
    const calls = runCli(['calls', '-'], { input: text }).stdout.trim().split('\n');
    expect(calls).toHaveLength(2);
    expect(calls[1]).toContain('1000100000,1000200000,16384,1448');
  });
});
