import { describe, expect, it } from 'vitest';
import { readText } from '../side/support.ts';

/** Cases perf-chain-after-data-address, perf-fields-behind-the-chain, -frame, perf-period-without-event, perf-samples-without-time. */
async function fold(text: string, of: 'counts' | 'weights' = 'counts'): Promise<string[]> {
  const { folded, files } = await readText(text, { wantFolded: true });
  const { account: a } = files[0];
  expect([a.unknown, a.malformed]).toEqual([0, 0]);
  return [...(folded?.[of] ?? [])].map(([stack, count]) => `${stack} ${count}`).sort();
}

const COPY = '\tffffffff81e67313 copy_user_generic_string+0x33 ([kernel.kallsyms])\n';
const RECV = '\tffffffff81e00010 tcp_recvmsg+0x10 ([kernel.kallsyms])\n';
const head = (event: string, at = 1989.580471): string =>
  `rxbench    2001/2001    [001]  ${at.toFixed(6)}:     250000 ${event}: `;

describe('what stands on the event line is no frame of the chain below', () => {
  const DATA = [
    '    7f3a11b2c3d4 rxbuf+0x3d4 (/usr/bin/rxbench)        68100142 |OP LOAD|LVL L1 hit|SNP None|TLB L1 or L2 hit|LCK No|BLK  N/A              12              9               3',
    '    7f3a11b2c3d4 std::map<int, void (*)(int)>::at(int const&) const+0x4 (/usr/lib/libx.so (deleted))',
    '               0',
    'ffff888105d11f00 [unknown] ([unknown])             249',
    '               0        68100142 |OP LOAD|LVL LFB/MAB hit|SNP None|TLB N/A|LCK N/A|BLK N/A               0',
  ];
  it.each(DATA)('%s', async (data) => {
    const text = `${head('cpu/mem-loads,ldlat=30/P')}${data}\n${COPY}${RECV}\n`.repeat(2);
    expect(await fold(text)).toEqual(['rxbench;tcp_recvmsg;copy_user_generic_string 2']);
  });

  it('an empty chain has no leaf', async () => {
    const text = `${head('page-faults')}               0\n${COPY}\n${head('page-faults')}    7f3a11b2c3d4\n\n`;
    expect(await fold(text)).toEqual(['rxbench 1', 'rxbench;copy_user_generic_string 1']);
  });
});

describe('what stands behind the one frame', () => {
  const BEHIND = [
    '',
    '       10a2b3c40',
    '               0 N/A 2M',
    ' 4K',
    ' 2M 1G',
    ' N/A',
    ' ilen: 6',
    ' insn: 48 3d 00 f0 ff ff',
    ' ilen: 6 insn: 48 3d       10a2b3c40 4K 2M',
  ];
  it.each(BEHIND)('"%s"', async (behind) => {
    const frame = 'ffffffff81e67313 copy_user_generic_string+0x33';
    const text = `${head('cycles:P')} ${frame} ([kernel.kallsyms])${behind}\n${head('cycles:P')} ${frame}${behind}\n`;
    expect(await fold(text)).toEqual(['rxbench;copy_user_generic_string 2']);
  });
});

describe('what stands in the place of the blank line', () => {
  const BEHIND = [
    '       10a2b3c40 N/A 2M',
    '               0 4K',
    '       10a2b3c40',
    ' ilen: 6 insn: 48 3d',
    ' insn: 48 3d 00',
  ];
  it.each(BEHIND)('"%s"', async (behind) => {
    const text = `${head('cycles:P')}\n${COPY}${RECV}${behind}\n`.repeat(3);
    expect(await fold(text)).toEqual(['rxbench;tcp_recvmsg;copy_user_generic_string 3']);
  });
});

describe('a lone number behind the time', () => {
  it('is the period', async () => {
    const text = `rxbench 20020  2080.101899:     250000 \n${COPY}\nrxbench 20020  2080.102270:    2004008 \n${COPY}\n`;
    expect(await fold(text)).toEqual(['rxbench;copy_user_generic_string 2']);
    expect(await fold(text, 'weights')).toEqual(['rxbench;copy_user_generic_string 2254008']);
  });
  it('before the one frame, too', async () => {
    const text =
      'rxbench 20020  2080.101899:     250000  ffffffff81e67313 copy_user_generic_string+0x33 ([kernel.kallsyms])\n'.repeat(
        2,
      );
    expect(await fold(text, 'weights')).toEqual(['rxbench;copy_user_generic_string 500000']);
  });
});

describe('samples without a time', () => {
  it.each(['page-faults', 'cpu-clock', 'cycles', 'instructions:u', 'LLC-load-misses', 'cpu/cycles/P'])(
    '%s',
    async (event) => {
      const line = (comm: string, tid: number, frame: string): string =>
        `${comm.padStart(16)} ${String(tid).padStart(7)}          1 ${event}:  ${frame}\n`;
      const copy = 'ffffffff81e67313 copy_user_generic_string+0x33 ([kernel.kallsyms])';
      const text =
        line('rxbench', 2001, copy).repeat(2) +
        line('Web Content', 7, '    7f3a11a0f115 __libc_recv+0x15 (/usr/lib/libc.so.6)');
      expect(await fold(text)).toEqual(['Web Content;__libc_recv 1', 'rxbench;copy_user_generic_string 2']);
    },
  );
});

describe('events apart (case folded-two-events)', () => {
  it('by name', async () => {
    const text = `${head('cycles')}\n${COPY}\n${head('cache-misses', 1990)}\n${COPY}\n${head('cycles', 1991)}\n${COPY}\n`;
    const { folded } = await readText(text, { wantFolded: true });
    expect([...folded!.byEvent!].map(([event, { samples }]) => [event, samples])).toEqual([
      ['cycles', 2],
      ['cache-misses', 1],
    ]);
  });
});
