import { describe, expect, it } from 'vitest';
import { readText } from '../side/support.ts';

/** Case perf-report-screen-copy and its kin: the interactive screen, perf top, trees. */
const SCREEN = `Samples: 71K of event 'cycles', Event count (approx.): 60233918811
  Children      Self  Command  Shared Object      Symbol
+   38.10%     0.41%  nginx    [kernel.kallsyms]  [k] entry_SYSCALL_64_after_hwframe      ▒
-   17.22%     0.30%  nginx    [kernel.kallsyms]  [k] tcp_recvmsg                         ◆
   - 16.92% tcp_recvmsg                                                                   ▒
      - 11.05% tcp_recvmsg_locked                                                         ▒
         - 9.40% skb_copy_datagram_iter                                                   ▒
            - 9.12% __skb_datagram_iter                                                   ▒
                 7.81% rep_movs_alternative                                               ▒
      + 4.33% release_sock                                                                ▒
     7.90%     7.88%  Web Content [kernel.kallsyms] [k] rep_movs_alternative              ▒
`;

describe('perf report copied from the screen', () => {
  it('rows, samples and tree', async () => {
    const { profiles, files } = await readText(SCREEN);
    expect(files[0]).toMatchObject({ format: 'perf-report', samples: 71_000 });
    expect(files[0].account).toMatchObject({ unknown: 0, malformed: 0, unused: 0 });
    const [table] = profiles;
    expect(table).toMatchObject({
      event: 'cycles',
      totalSamples: 71_000,
      isRounded: true,
      totalWeight: 60233918811,
      listedPct: 8.59,
    });
    expect(table.rows.map(({ symbol, percent, app }) => [symbol, percent, app])).toEqual([
      ['entry_SYSCALL_64_after_hwframe', 0.41, 'nginx'],
      ['tcp_recvmsg', 0.3, 'nginx'],
      ['rep_movs_alternative', 7.88, 'Web Content'],
    ]);
    const chains = table.chains!.map(({ percent, path }) => [percent, path.join(' ')]);
    expect(chains).toContainEqual([
      7.81,
      'tcp_recvmsg tcp_recvmsg_locked skb_copy_datagram_iter __skb_datagram_iter rep_movs_alternative',
    ]);
    expect(chains).toContainEqual([4.33, 'tcp_recvmsg release_sock']);
  });

  it('without titles, inside a fence', async () => {
    const rows = SCREEN.split('\n').filter((line) => !line.includes('Children'));
    const { profiles } = await readText(`on 6.8:\n\n\`\`\`\n${rows.join('\n')}\`\`\`\n`);
    expect(profiles[0].rows.map(({ percent }) => percent)).toEqual([0.41, 0.3, 7.88]);
  });

  it('the samples of a whole number are exact', async () => {
    const { profiles } = await readText(
      SCREEN.replace('71K of event', '712 of event').replace("'cycles',", "'cycles:P', 4000 Hz,"),
    );
    expect(profiles[0]).toMatchObject({ event: 'cycles:P', totalSamples: 712 });
    expect(profiles[0].isRounded).toBeUndefined();
  });

  it('perf top with its line of frequencies', async () => {
    const text = `   PerfTop:   31245 irqs/sec  kernel:97.1%  exact: 99.0% lost: 0/0 drop: 0/0 [4000Hz cycles],  (all, 8 CPUs)
-------------------------------------------------------------------------------

    67.30%  [kernel]       [k] native_queued_spin_lock_slowpath
     3.11%  [kernel]       [k] copy_user_enhanced_fast_string
     1.02%  libc-2.31.so   [.] __memmove_avx_unaligned_erms
`;
    const { profiles } = await readText(text);
    expect(profiles[0]).toMatchObject({ event: 'cycles', sampling: '4000 Hz', listedPct: 71.43 });
    expect(profiles[0].rows.length).toBe(3);
  });
});

describe('trees of --stdio', () => {
  it('frames of one branch stand below each other', async () => {
    const text = `# Samples: 20K of event 'cycles'
# Event count (approx.): 100
#
# Overhead  Command  Shared Object      Symbol
# ........  .......  .................  ......................
#
    12.00%  rx       [kernel.kallsyms]  [k] rep_movs_alternative
            |
            ---rep_movs_alternative
               |
               |--9.10%--_copy_to_iter
               |          __skb_datagram_iter
               |          tcp_recvmsg
               |
                --2.90%--_copy_from_iter
                          tcp_sendmsg_locked
                          |
                          |--2.00%--tcp_sendmsg
                          |
                           --0.90%--tcp_sendpage
`;
    const { profiles } = await readText(text);
    expect(profiles[0].chains!.map(({ percent, path }) => `${percent} ${path.join(' ')}`)).toEqual([
      '9.1 rep_movs_alternative _copy_to_iter __skb_datagram_iter tcp_recvmsg',
      '2.9 rep_movs_alternative _copy_from_iter tcp_sendmsg_locked',
      '2 rep_movs_alternative _copy_from_iter tcp_sendmsg_locked tcp_sendmsg',
      '0.9 rep_movs_alternative _copy_from_iter tcp_sendmsg_locked tcp_sendpage',
    ]);
  });
});
