import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFromText } from '../support/build-calls.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/captures');

async function zerocopyCalls(text: string): Promise<{ mapped: number[]; returned: number[]; notes: string }> {
  const { calls, notes } = await buildFromText(text);
  const rows = [...Array(calls.length).keys()].filter((row) =>
    ['getsockopt', 'tcp_zerocopy_receive'].includes(calls.strings.textOf(calls.get('entry', row))),
  );
  return {
    mapped: rows.map((row) => calls.get('mappedBytes', row)),
    returned: rows.map((row) => calls.get('returnedBytes', row)),
    notes: notes.notes.join('\n'),
  };
}
/** Worked examples call their text capture.txt. */
const nameOf = (name: string): string => (name.startsWith('worked/') ? 'capture' : 'trace');
const readTrace = (name: string): string => readFileSync(join(ROOT, name, `${nameOf(name)}.txt`), 'utf8');
const truthOf = (name: string): number[] =>
  readFileSync(join(ROOT, name, `gt-${nameOf(name)}.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter((cells) => cells[3] === 'zc')
    .map((cells) => Number(cells[8]));

describe('bytes mapped by TCP_ZEROCOPY_RECEIVE', () => {
  it('are what tcp_cleanup_rbuf names, as the receiver logged them (6.1, kprobes)', async () => {
    const truth = truthOf('worked/zerocopy-kprobes-6.1');
    const { mapped, returned, notes } = await zerocopyCalls(readTrace('worked/zerocopy-kprobes-6.1'));
    expect(truth).toEqual([28672, 28672, 0, 28672, 28672, 0]);
    expect(mapped).toEqual(truth);
    expect(returned).toEqual(truth);
    expect(notes).not.toContain('TCP_ZEROCOPY_RECEIVE');
  });

  it('follow from the number of pages where no copy is in the text (7.2, function arguments)', async () => {
    const { mapped } = await zerocopyCalls(readTrace('ftrace/zerocopy-args-7.2'));
    expect(mapped).toEqual(truthOf('ftrace/zerocopy-args-7.2'));
  });

  it('stay unknown where nothing tells them, and the notes say what to record', async () => {
    const silent = readTrace('worked/zerocopy-kprobes-6.1')
      .split('\n')
      .filter((line) => !line.includes('tcp_cleanup_rbuf'))
      .join('\n');
    const { mapped, returned, notes } = await zerocopyCalls(silent);
    expect(mapped).toEqual(Array(6).fill(Number.NaN));
    expect(returned).toEqual(Array(6).fill(Number.NaN));
    expect(notes).toContain('kprobe of tcp_cleanup_rbuf');
  });

  it('leave out what went through copybuf, and stay unknown where such copies could not show', async () => {
    const lines = readTrace('worked/zerocopy-kprobes-6.1').split('\n');
    const cleanup = lines.findIndex((line) => line.includes('tcp_cleanup_rbuf:'));
    // A straggler of 500 bytes copied before the clean-up: copied = length + copylen.
    const straggler = lines[cleanup]
      .replace(
        /tcp_cleanup_rbuf: .*/,
        'skb_copy_datagram_iter: (skb_copy_datagram_iter+0x0/0x90) skb=0xffff8eefc1876ae8 offset=0 len=500',
      )
      .replace('22.287450', '22.287440');
    lines[cleanup] = lines[cleanup].replace('copied=28672', 'copied=29172');
    lines.splice(cleanup, 0, straggler);
    const { mapped, returned } = await zerocopyCalls(lines.join('\n'));
    expect([mapped[0], returned[0]]).toEqual([28672, 29172]);
    const blind = lines.filter((line) => !line.includes('datagram')).join('\n');
    expect((await zerocopyCalls(blind)).mapped[0]).toBeNaN();
  });

  it('are 0 for a call that failed: the kernel reports success once anything was taken', async () => {
    const lines = readTrace('worked/zerocopy-kprobes-6.1').split('\n');
    const third = lines.findIndex((line) => line.includes('22.287763: sys_getsockopt('));
    const failed = lines
      .filter((line, i) => line.startsWith('#') || (i >= third && i < third + 5))
      .join('\n')
      .replace('sys_getsockopt -> 0x0', 'sys_getsockopt -> 0xfffffffffffffffb');
    expect(await zerocopyCalls(failed)).toMatchObject({ mapped: [0], returned: [-5] });
    // The same call with success shows nothing either, but there silence proves nothing.
    expect((await zerocopyCalls(failed.replace('0xfffffffffffffffb', '0x0'))).mapped).toEqual([Number.NaN]);
  });
});
