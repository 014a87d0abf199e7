import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/environment.ts';
import { CLAUSE_COLUMNS, CLAUSES, DECLINE_EVIDENCE, DECLINE_REASONS, decodeCell } from '../../src/model/mechanism.ts';
import { buildFromText } from '../support/build-calls.ts';

const HEAD =
  '# tracer: nop\n#\n# entries-in-buffer/entries-written: 9/9   #P:2\n#\n#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION\n#              | |         |   ||||      |         |\n';
/** `us text` per line, one task on one CPU. */
function trace(lines: readonly string[]): string {
  const text = lines.map((line) => {
    const [us, ...rest] = line.split(' ');
    return `${'rx-5'.padStart(16)} [001] d... ${(10 + Number(us) / 1e6).toFixed(6).padStart(12)}: ${rest.join(' ')}`;
  });
  return `${HEAD}${text.join('\n')}\n`;
}
const fact = (domain: Fact['domain'], key: string, text: string): Fact => ({
  domain,
  key,
  text,
  value: Number(text),
  unit: '',
  moment: '',
  file: 'side',
  line: 1,
  record: '',
});
const release = (text: string): Fact => fact('kernel', 'release', text);
const copybreak = (value: number): Fact => fact('sysctl', 'net.ipv4.tcp_dma_copybreak', String(value));
const lowLatency = (value: number): Fact => fact('sysctl', 'net.ipv4.tcp_low_latency', String(value));
const SYSCTLS = [copybreak(4096), lowLatency(0)];

interface Shape {
  len?: number;
  flags?: number;
  before?: string[];
  /** What stands between the start and the copy. */
  pin?: string[];
  waits?: boolean;
}
/** One call with kprobes: entry, look-up or pin, copy before or after the wait, return. */
function call(at: number, { len = 0x20000, flags = 0, before = [], pin = [], waits = false }: Shape): string[] {
  const copy = `${at + 6} skb_copy_datagram_iovec: (skb_copy_datagram_iovec+0x0/0x310) skb=ffff88002cd94a00 offset=0 len=5a8`;
  const wait = [
    `${at + 3} sk_wait_data: (sk_wait_data+0x0/0x100) sk=ffff88002cd34380`,
    `${at + 5} sk_wait_data_ret: (tcp_recvmsg+0x100/0xd10 <- sk_wait_data) ret=1`,
  ];
  return [
    ...before.map((line) => `${at - 1} ${line}`),
    `${at} tcp_recvmsg: (tcp_recvmsg+0x0/0xd10) sk=ffff88002cd34380 len=${len.toString(16)} nonblock=0 flags=${flags.toString(16)}`,
    ...pin.map((line, i) => `${at + 1 + i / 10} ${line}`),
    ...(waits ? wait : []),
    copy,
    `${at + 7} skb_copy_datagram_iovec_ret: (tcp_recvmsg+0x10/0xd10 <- skb_copy_datagram_iovec) ret=0`,
    `${at + 9} tcp_recvmsg_ret: (inet_recvmsg+0x6b/0x80 <- tcp_recvmsg) ret=1448`,
  ];
}
const PIN = 'dma_pin_iovec_pages: (dma_pin_iovec_pages+0x0/0x200) iov=ffff88002ce35e88 len=20000';
const pinReturns = (list: string): string =>
  `dma_pin_iovec_pages_ret: (tcp_recvmsg+0x919/0xd10 <- dma_pin_iovec_pages) ret=${list}`;
const UNPIN = 'dma_unpin_iovec_pages: (dma_unpin_iovec_pages+0x0/0x90) list=ffff88002d4a7700';
/** A later call that is offloaded: engine, sysctls and probes are in order. */
const offloaded = [
  ...call(1000, { pin: [PIN, pinReturns('ffff88002d4a7700')], waits: true }).filter(
    (line) => !line.includes('datagram'),
  ),
  '1007 dma_skb_copy_datagram_iovec: (dma_skb_copy_datagram_iovec+0x0/0x270) skb=ffff88002cd34000 offset=32 len=5a8',
  '1007.5 dma_skb_copy_datagram_iovec_ret: (tcp_recvmsg+0x1/0x10 <- dma_skb_copy_datagram_iovec) cookie=7',
  `1008 ${UNPIN}`,
].sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));

async function decide(lines: readonly string[], facts: readonly Fact[]): Promise<string> {
  const { calls } = await buildFromText(trace(lines), facts);
  return `${DECLINE_REASONS[calls.get('declineReason', 0)]} by ${DECLINE_EVIDENCE[calls.get('declineKnownBy', 0)]}`;
}

describe('each clause of the predicate', () => {
  it('len <= copybreak: the sysctl and the argument; unsigned, so a negative one refuses all', async () => {
    expect(await decide([...call(10, { len: 4096, waits: true }), ...offloaded], SYSCTLS)).toBe(
      'below-copybreak by sysctl',
    );
    expect(await decide([...call(10, { len: 4097, waits: true }), ...offloaded], SYSCTLS)).not.toContain(
      'below-copybreak',
    );
    expect(await decide(call(10, { waits: true }), [copybreak(-1), lowLatency(0)])).toBe('below-copybreak by sysctl');
  });

  it('MSG_PEEK: the flags argument', async () => {
    expect(await decide([...call(10, { flags: 2 }), ...offloaded], SYSCTLS)).toBe('peek by argument');
  });

  it('tcp_low_latency: the sysctl', async () => {
    expect(await decide(call(10, { waits: true }), [copybreak(4096), lowLatency(1)])).toBe('low-latency by sysctl');
  });

  it('no channel: nothing is in /sys/class/dma, unless a call was offloaded all the same', async () => {
    const none = fact('other', 'dma.channels', '0');
    expect(await decide(call(10, {}), [...SYSCTLS, none])).toBe('no-channel by sysfs');
    expect(await decide([...call(10, {}), ...offloaded], [...SYSCTLS, none])).toBe('enough-data-queued by order');
  });

  it('available >= target: copies and never waits, in a kernel that has the clause', async () => {
    const lines = [...call(10, {}), ...offloaded];
    expect(await decide(lines, SYSCTLS)).toBe('enough-data-queued by order');
    expect(await decide(lines, [...SYSCTLS, release('2.6.32')])).toBe('enough-data-queued by order');
    expect(await decide(lines, [release('3.10.105')])).toBe('enough-data-queued by order');
    // 2.6.18–2.6.22 do not ask it: everything else held and no pin was tried, so there was no channel.
    expect(await decide(lines, [...SYSCTLS, release('2.6.22')])).toBe('no-channel by probe-absence');
  });

  it('a call that slept in sk_wait_data had less than its target: the clause held', async () => {
    const lines = [...call(10, { waits: true }), ...offloaded];
    expect(await decide(lines, SYSCTLS)).toBe('no-channel by probe-absence');
    // Without the sysctls the buffer size of an offloaded call tells the copybreak, the offload itself low_latency.
    expect(await decide(lines, [])).toBe('no-channel by probe-absence');
    expect(await decide([...call(10, { len: 0x1000, waits: true }), ...offloaded], [])).toBe(
      'not-visible by not-visible',
    );
  });

  it('no channel: looked up by tcp_recvmsg, no pin after it', async () => {
    const lines = [...call(10, { before: [UNPIN], pin: ['net_dma_find_channel <-tcp_recvmsg'], waits: true })];
    expect(await decide(lines, [])).toBe('no-channel by probe-presence');
    // The look-up of tcp_v4_rcv is not that of the predicate.
    const softirq = [...call(10, { before: [UNPIN], pin: ['net_dma_find_channel <-tcp_v4_rcv'], waits: true })];
    expect(await decide(softirq, [])).toBe('not-visible by not-visible');
  });

  it('alignment refused (3.4 on): an engine was found and not given out', async () => {
    const lookUp = (inner: string): string[] => [
      'net_dma_find_channel: (net_dma_find_channel+0x0/0x50)',
      'dma_find_channel: (dma_find_channel+0x0/0x40)',
      `dma_find_channel_ret: (net_dma_find_channel+0x10/0x50 <- dma_find_channel) ret=${inner}`,
      'net_dma_find_channel_ret: (tcp_recvmsg+0x800/0xd10 <- net_dma_find_channel) ret=0',
    ];
    const refused = call(10, { before: [UNPIN], pin: lookUp('ffff88002d0d0000'), waits: true });
    expect(await decide(refused, [])).toBe('alignment-refused by probe-presence');
    expect(await decide(call(10, { before: [UNPIN], pin: lookUp('0'), waits: true }), [])).toBe(
      'no-channel by probe-presence',
    );
  });

  it('pin failed: NULL, or an ERR_PTR up to 2.6.27', async () => {
    for (const list of ['0', 'fffffffffffffff2'])
      expect(await decide(call(10, { pin: [PIN, pinReturns(list)], waits: true }), [])).toBe(
        'pin-failed by probe-presence',
      );
  });

  it('kernels without it: by release', async () => {
    expect(await decide(call(10, {}), [release('3.18.0')])).toBe('no-offload-in-kernel by kernel-version');
    expect(await decide(call(10, {}), [release('2.6.17')])).toBe('no-offload-in-kernel by kernel-version');
    expect(await decide(call(10, {}), [release('3.17.8')])).not.toContain('no-offload-in-kernel');
  });

  it('UDP is never offloaded', async () => {
    const udp = call(10, {}).map((line) => line.replaceAll('tcp_recvmsg', 'udp_recvmsg'));
    expect(await decide([...udp, ...offloaded], SYSCTLS)).toBe('not-tcp by probe-presence');
  });

  it('without flags, len and sysctls nothing is claimed', async () => {
    const bare = call(10, { waits: true }).map((line) => line.replace(/ sk=.*flags=\w+/, ''));
    expect(await decide([...bare, ...offloaded], [])).toBe('not-visible by not-visible');
  });
});

/** available copybreak peek lowLatency channel: + holds, - fails, ? not known, each with what tells it. */
async function cells(lines: readonly string[], facts: readonly Fact[], row = 0): Promise<string> {
  const { calls } = await buildFromText(trace(lines), facts);
  const sign = { holds: '+', fails: '-', unknown: '?' };
  return CLAUSES.map((clause) => {
    const { state, knownBy } = decodeCell(calls.get(CLAUSE_COLUMNS[clause], row));
    return `${sign[state]}${knownBy}`;
  }).join(' ');
}

describe('the five operands of one call', () => {
  it('by arguments, sysctls, order of acts, other calls, and what is left', async () => {
    // Copied and never waited; another call was offloaded, so there is an engine.
    expect(await cells([...call(10, {}), ...offloaded], SYSCTLS)).toBe('-order +sysctl +argument +sysctl +other-calls');
    expect(await cells([...call(10, { len: 4096, waits: true }), ...offloaded], SYSCTLS)).toBe(
      '+order -sysctl +argument +sysctl +other-calls',
    );
    expect(await cells([...call(10, { flags: 2 }), ...offloaded], SYSCTLS)).toContain('-argument');
    // The pinned call itself: all held.
    expect(await cells([...call(10, {}), ...offloaded], SYSCTLS, 1)).toBe(Array(5).fill('+probe-presence').join(' '));
    // Slept, asked for enough, nothing forbids it, and no pin although one could have been seen: no channel here.
    expect(await cells([...call(10, { waits: true }), ...offloaded], SYSCTLS)).toBe(
      '+order +sysctl +argument +sysctl -probe-absence',
    );
  });

  it('a copybreak of INT_MAX refuses every length, also one that is not printed', async () => {
    const bare = call(10, { waits: true }).map((line) => line.replace(/ sk=.*flags=\w+/, ''));
    expect(await cells(bare, [copybreak(2_147_483_647), lowLatency(0)])).toBe('+order -sysctl ? +sysctl ?');
    expect(await decide(bare, [copybreak(2_147_483_647)])).toBe('below-copybreak by sysctl');
  });

  it('lengths and flags that a text does not print are those of the program, where all its reads agree', async () => {
    const bare = call(10, {}).map((line) => line.replace(/ sk=.*flags=\w+/, ''));
    expect(await cells([...bare, ...offloaded], SYSCTLS)).toBe('-order +other-calls +other-calls +sysctl +other-calls');
    // One read of 4 KiB among those of 128 KiB: nothing is told of the one without a length.
    const small = call(500, { len: 4096, waits: true });
    expect(await cells([...bare, ...small, ...offloaded], SYSCTLS)).toContain(' ? ');
  });

  it('bytes that no CPU copied while the engine counters moved: every clause held', async () => {
    const counters = (value: number, moment: 'before' | 'after'): Fact => ({
      ...fact('dma', 'dma0chan0.bytes_transferred', String(value)),
      moment,
    });
    const events = [
      '10 sys_recvfrom(fd: 3, ubuf: 7f0, size: 20000, flags: 0, addr: 0, addr_len: 0)',
      '12 skb_copy_datagram_iovec: skbaddr=ffff88002cd94a00 len=1448',
      '20 sys_recvfrom -> 0x2d40',
    ];
    const facts = [...SYSCTLS, release('3.10.105'), counters(0, 'before'), counters(11_584, 'after')];
    expect(await cells(events, facts)).toBe(Array(5).fill('+counter').join(' '));
    expect(await decide(events, facts)).toBe('none by counter');
    const idle = [...SYSCTLS, release('3.10.105'), counters(7, 'before'), counters(7, 'after')];
    expect(await decide(events, idle)).toBe('not-visible by not-visible');
  });
});

describe('the look at the engine of a call that pinned nothing', () => {
  const CHECK = [
    '17 tcp_service_net_dma: (tcp_service_net_dma+0x0/0x200) sk=ffff88002cd34380 wait=1',
    '18 tcp_service_net_dma_ret: (tcp_recvmsg+0x700/0xd10 <- tcp_service_net_dma) ret=0',
  ];
  const phases = async (facts: readonly Fact[], pin: string[] = []) => {
    const lines = [
      ...call(10, { pin }).slice(0, -1),
      ...CHECK,
      '19 tcp_recvmsg_ret: (inet_recvmsg+0x6b/0x80 <- tcp_recvmsg) ret=1448',
    ];
    const { calls } = await buildFromText(trace(lines), facts);
    return { wait: calls.get('waitNs', 0), rest: calls.get('unattributedNs', 0), all: calls.get('durationNs', 0) };
  };

  it('is no wait for an engine: its microsecond is unattributed', async () => {
    const off = await phases([copybreak(2_147_483_647), lowLatency(0)]);
    expect(off.wait).toBe(0);
    const on = await phases(SYSCTLS, [PIN, pinReturns('ffff88002d4a7700')]);
    expect(on.wait).toBe(1000);
    expect(off.all).toBe(on.all);
  });
});
