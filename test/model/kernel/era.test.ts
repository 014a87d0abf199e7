import { describe, expect, it } from 'vitest';
import { makeFact } from '../../../parsers/text/facts.ts';
import { makeFileReport } from '../../../src/model/diagnostics/accounting.ts';
import { decideKernelEra, isAtLeast, type SeenName } from '../../../src/model/kernel/era.ts';

const AT = { file: 'system.txt', line: 1 };
const eraOf = (parts: { release?: string; sysctl?: boolean; names?: string[]; seen?: SeenName[] }) =>
  decideKernelEra({
    facts: [
      ...(parts.release === undefined ? [] : [makeFact('kernel', 'release', parts.release, AT)]),
      ...(parts.sysctl ? [makeFact('sysctl', 'net.ipv4.tcp_dma_copybreak', '4096', AT)] : []),
    ],
    files: [{ ...makeFileReport('t', 'ftrace'), eventNames: new Map((parts.names ?? []).map((name) => [name, 1])) }],
    profiles: [],
    seen: parts.seen ?? [],
  });

describe('the era of the kernel', () => {
  it('a printed release outweighs every name', () => {
    const era = eraOf({ release: '3.10.0-1160.el7', names: ['tcp:tcp_probe'] });
    expect(era).toMatchObject({ release: '3.10.0-1160.el7', netDma: 'possible' });
    expect([isAtLeast(era, 3, 10), isAtLeast(era, 4, 16)]).toEqual([true, false]);
    expect(eraOf({ release: '6.18.44' }).netDma).toBe('impossible');
    expect(eraOf({ release: '2.6.17' }).netDma).toBe('impossible');
  });

  it('names bound it from both sides; the tightest is the reason', () => {
    const modern = eraOf({ names: ['sock:sk_data_ready', 'tcp:tcp_probe'] });
    expect(modern).toMatchObject({ from: [6, 3], until: null, netDma: 'impossible' });
    expect(modern.reason).toContain('sk_data_ready exists from 6.3');
    const old = eraOf({
      seen: ['dma_pin_iovec_pages', 'tcp_service_net_dma'].map((name) => ({ name, isEvent: false })),
    });
    expect(old).toMatchObject({ from: [2, 6, 35], netDma: 'seen' });
    expect([isAtLeast(old, 2, 6, 33), isAtLeast(old, 3, 18), isAtLeast(old, 3, 6)]).toEqual([true, false, null]);
  });

  it('what users call their probes, and names of two things, prove nothing', () => {
    const names = ['kprobes:tcp_probe', 'probe:sk_data_ready', 'sk_data_ready', 'tcp_rcv_space_adjust'];
    expect(eraOf({ names }).reason).toBe('');
    // The tracepoint kept its name when the function got another.
    expect(eraOf({ names: ['skb:skb_copy_datagram_iovec', 'skb_copy_datagram_iovec'] }).until).toBeNull();
  });

  it('the copybreak sysctl exists with NET_DMA only', () => {
    expect(eraOf({ sysctl: true })).toMatchObject({ netDma: 'seen', until: [3, 17, 99] });
  });

  it('nothing told is nothing known', () => {
    expect(eraOf({})).toEqual({ release: '', from: null, until: null, netDma: 'possible', reason: '' });
  });
});
