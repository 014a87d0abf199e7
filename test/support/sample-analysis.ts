import type {
  Analysis,
  CompareRow,
  Distribution,
  Effect,
  Exemplar,
  Finding,
  OverviewSide,
  PhaseBudget,
  SideBudget,
  SizeClassRow,
} from '../../src/model/analysis/index.ts';
import { SCHEMA_VERSION } from '../../src/model/analysis/index.ts';
import type { MechanismId } from '../../src/model/calls.ts';
import { PHASE_TITLES, PHASES, type Phase } from '../../src/model/phases.ts';

/** Analyses made by hand to develop and test the reports with: the figures are plausible, not measured. */
export const HOSTILE = '<script>alert(1)</script>"\'&\u001b[31m\u202e=cmd|x';

export const effect = (
  estimate: number | null,
  low: number | null,
  high: number | null,
  unit: string,
  method = 'Hodges-Lehmann, run = unit',
): Effect => ({
  estimate,
  low,
  high,
  unit,
  method,
  level: 0.95,
});

export function finding(id: string, over: Partial<Finding>): Finding {
  return {
    id,
    stratum: 'all calls',
    outcome: 'cannotTell',
    role: 'note',
    title: id,
    sentence: `Sentence of ${id}.`,
    effect: null,
    n: 0,
    unitOfN: 'calls',
    reasons: [],
    numbers: [],
    evidence: [],
    exemplars: [],
    warnings: [],
    nextStep: '',
    ...over,
  };
}

function budgetOf(parts: Partial<Record<Phase, number>>): PhaseBudget[] {
  const total = Object.values(parts).reduce((sum, ns) => sum + ns, 0);
  return PHASES.map((phase) => {
    const totalNs = parts[phase] ?? 0;
    return { phase, title: PHASE_TITLES[phase], totalNs, sharePct: total > 0 ? (totalNs / total) * 100 : 0 };
  });
}

function sizeRow(
  [label, low, high]: [label: string, low: number, high: number],
  mechanism: MechanismId,
  calls: number,
  parts: Partial<Record<Phase, number>>,
  over: Partial<SizeClassRow> = {},
): SizeClassRow {
  return {
    side: '',
    label,
    lowBytes: low,
    highBytes: high,
    mechanism,
    calls,
    bytes: calls * low,
    medianNs: 3_214_877,
    p95Ns: 9_876_543,
    medianCpuNs: 812_345,
    budget: budgetOf(parts),
    costNs: mechanism === 'plain-copy' ? null : 612_345,
    savedNs: mechanism === 'plain-copy' ? null : 201_234,
    netNs: mechanism === 'plain-copy' ? null : effect(411_111, 355_000, 478_000, 'ns', 'block bootstrap of calls'),
    outcome: mechanism === 'plain-copy' ? 'noDifference' : 'loses',
    reasons:
      mechanism === 'plain-copy' ? [] : ['Pin and completion wait together are larger than the copy they avoid.'],
    ...over,
  };
}

function exemplar(id: string, role: Exemplar['role'], over: Partial<Exemplar> = {}): Exemplar {
  const us = 1000;
  const process: [Phase, number, number][] = [
    ['unattributed', 0, 6],
    ['pin', 6, 61],
    ['ack', 61, 66],
    ['sleep', 66, 2930],
    ['wakeLatency', 2930, 2972],
    ['submit', 2972, 3050],
    ['copy', 3050, 3064],
    ['submit', 3064, 3121],
    ['wait', 3121, 3290],
    ['unpin', 3290, 3322],
    ['ack', 3322, 3340],
    ['unattributed', 3340, 3352],
  ];
  const segments: Exemplar['segments'] = process.map(([phase, from, to], i) => ({
    lane: 'process',
    phase,
    startNs: from * us,
    endNs: to * us,
    cpu: 1,
    line: 8131 + i * 4,
    label: '',
  }));
  for (let i = 0; i < 9; i++)
    segments.push({
      lane: 'softirq',
      phase: null,
      startNs: (2840 + i * 9) * us,
      endNs: (2846 + i * 9) * us,
      cpu: 0,
      line: 8150 + i,
      label: 'tcp_v4_rcv',
    });
  segments.push({
    lane: 'engine',
    phase: null,
    startNs: 2984 * us,
    endNs: 3281 * us,
    cpu: -1,
    line: 8170,
    label: 'engine busy',
  });
  segments.push({
    lane: 'waker',
    phase: null,
    startNs: 2930 * us,
    endNs: 2930 * us,
    cpu: 0,
    line: 8161,
    label: 'sock_def_readable',
  });
  return {
    id,
    role,
    side: '',
    run: 'B-default-1',
    file: 'trace.txt.gz',
    call: 17,
    tid: 1760,
    comm: 'rxsink',
    mechanism: 'net-dma+copy',
    startNs: '71125501000',
    durationNs: 3_352_000,
    requestedBytes: 131_072,
    returnedBytes: 114_392,
    firstLine: 8131,
    lastLine: 8290,
    phases: PHASES.map((phase) => ({
      phase,
      ns:
        phase === 'interrupt'
          ? null
          : process.filter(([p]) => p === phase).reduce((sum, [, a, b]) => sum + (b - a) * us, 0),
    })),
    segments,
    why: 'Longest completion wait of the capture.',
    ...over,
  };
}

function latency(side: Distribution['side'], shift: number): Distribution {
  const histogram = Array.from({ length: 22 }, (_, i) => ({
    low: 2 ** (14 + i / 2) * shift,
    high: 2 ** (14.5 + i / 2) * shift,
    count: Math.round(60 * Math.exp(-(((i - 12) / 4) ** 2)) + (i > 17 ? 3 : 0)),
  }));
  const n = histogram.reduce((sum, bin) => sum + bin.count, 0);
  const at: [number, number][] = [
    [0.05, 240_000],
    [0.25, 700_000],
    [0.5, 1_214_000],
    [0.75, 2_101_000],
    [0.95, 5_900_000],
    [0.99, 14_800_000],
  ];
  return {
    metric: 'latency',
    unit: 'ns',
    side,
    stratum: 'all complete calls',
    n,
    quantiles: at.map(([p, value]) => ({
      p,
      value: value * shift,
      low: value * shift * 0.9,
      high: p === 0.99 ? null : value * shift * 1.15,
    })),
    histogram,
  };
}

function sideBudget(
  side: SideBudget['side'],
  mechanism: SideBudget['mechanism'],
  calls: number,
  bytes: number | null,
): SideBudget {
  const phases = budgetOf({ copy: 301_000_000, wait: 72_800_000, sleep: 1_911_000_000, ack: 34_000_000 });
  return { side, mechanism, calls, bytes, phases: phases.filter(({ totalNs }) => totalNs > 0) };
}

function overviewOf(side: OverviewSide['side'], runs: string[]): OverviewSide {
  return {
    side,
    stretches: runs.map((run) => ({
      run,
      file: 'trace.txt.gz',
      startNs: '71120000000',
      bucketNs: 35_000_000,
      calls: 412,
      tracks: [
        {
          id: 'throughput',
          title: 'bytes handed to the reader',
          unit: 'bytes/s',
          values: Array.from({ length: 60 }, (_, i) => (i % 7) * 1e7),
        },
        {
          id: 'sleep',
          title: 'readers asleep in a call',
          unit: '%',
          values: Array.from({ length: 60 }, (_, i) => (i * 37) % 100),
        },
      ],
      slowest: Array.from({ length: 60 }, (_, i) =>
        i % 11 === 0 ? null : { call: i, durationNs: 1e5 * (1 + ((i * 13) % 90)), line: 8000 + i },
      ),
    })),
  };
}

const EMULATED =
  'The copy engine was software and the machine was emulated: order, counts and bytes are real, microseconds are not. Do not quote its times.';

export function sampleReport(): Analysis {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'report',
    tool: 'recvscope 0.1.0',
    title: 'B-default (5 runs)',
    headline: {
      sentence:
        'Offload loses here: pinning and the completion wait cost 3.0 times the CPU copy they avoid, and only 19 % of the bytes went through the engine.',
      outcome: 'loses',
    },
    runs: [1, 2, 3].map((i) => ({
      name: `B-default-${i}`,
      side: '' as const,
      kernel: '3.10.105',
      kernelKnownBy: 'release 3.10.105 in uname',
      calls: 412 + i,
      completeCalls: 401 + i,
      bytes: 52_428_800,
      spanNs: 4_211_987_654 + i,
      bytesPerSecond: 12_446_000 + i * 1000,
      throughputFrom: 'iperf',
      dmaBytes: 9_961_472,
      dmaSharePct: 19.0,
      counterDmaBytes: 10_223_616,
      counterDmaCopies: 9_544,
      files: [
        {
          file: 'trace.txt.gz',
          format: 'ftrace',
          variant: 'events',
          wrapping: 'gzip',
          lines: 84_211,
          parsedLines: 84_100,
          commentLines: 11,
          unusedLines: 96,
          unknownLines: 3,
          malformedLines: 1,
          events: 84_100,
          samples: 0,
          unknownEvents: 4,
          lostEvents: 0,
          firstNs: '71120000000',
          lastNs: '75331987654',
        },
      ],
    })),
    environment: [
      { key: 'net.ipv4.tcp_dma_copybreak', value: '4096', from: 'sysctl.txt' },
      { key: 'kernel release', value: '3.10.105', from: 'uname.txt' },
    ],
    calls: {
      total: 1242,
      complete: 1209,
      excluded: [
        { reason: 'cut at the start of the capture', count: 3 },
        { reason: 'events lost inside', count: 30 },
      ],
      byMechanism: [
        { mechanism: 'plain-copy', calls: 811, bytes: 106_000_000, dmaBytes: 0 },
        { mechanism: 'net-dma+copy', calls: 376, bytes: 48_000_000, dmaBytes: 28_000_000 },
        { mechanism: 'net-dma', calls: 55, bytes: 3_286_400, dmaBytes: 3_286_400 },
      ],
      bytes: 157_286_400,
      sampled: false,
    },
    verdicts: [
      finding('verdict-cpu', {
        role: 'verdict',
        outcome: 'loses',
        title: 'CPU time per byte',
        sentence: 'An offloaded byte costs 2.3 times the CPU time of a copied one.',
        effect: effect(3.21, 2.84, 3.66, 'ns/byte', 'block bootstrap of calls'),
        n: 1209,
        reasons: ['Pinning costs 55 µs a call, whatever arrives.'],
        evidence: [
          {
            run: 'B-default-1',
            file: 'trace.txt.gz',
            line: 8135,
            call: 17,
            text: 'dma_pin_iovec_pages takes 55 µs for 32 pages',
          },
        ],
      }),
      finding('verdict-latency', {
        role: 'verdict',
        outcome: 'noDifference',
        title: 'Latency per call',
        sentence: 'Calls of 64 KiB to 128 KiB take as long with offload as without, within 6 %.',
        effect: effect(-12_300, -48_000, 21_000, 'ns'),
        n: 1209,
      }),
      finding('verdict-throughput', {
        role: 'verdict',
        outcome: 'cannotTell',
        title: 'Throughput',
        sentence: 'One side only: a baseline without offload is needed.',
        n: 3,
        unitOfN: 'runs',
        warnings: ['Three runs can show a difference of 14 % or more; 8 runs a side would show 5 %.'],
      }),
    ],
    findings: [
      finding('answer-bandwidth', {
        role: 'answer',
        outcome: 'loses',
        title: 'Why is bandwidth lower with offload on?',
        sentence: 'The reader busy-waits for the engine at the end of each call: 169 µs of 486 µs on the CPU (35 %).',
        effect: effect(169_000, 151_000, 190_500, 'ns', 'median of calls, order statistics'),
        n: 431,
        reasons: ['The engine finishes after the last submit: nothing overlaps with sleep.'],
        numbers: [
          { label: 'pin', value: 55_000, unit: 'ns' },
          { label: 'wait', value: 169_000, unit: 'ns' },
          { label: 'descriptors per call', value: 107.2, unit: '' },
        ],
        evidence: [
          {
            run: 'B-default-1',
            file: 'trace.txt.gz',
            line: 8251,
            call: 17,
            text: 'tcp_service_net_dma wait=1 for 169 µs',
          },
          {
            run: 'B-default-2',
            file: 'trace.txt.gz',
            line: 10_411,
            call: 88,
            text: 'tcp_service_net_dma wait=1 for 171 µs',
          },
        ],
        exemplars: ['worst'],
        nextStep: 'Raise SO_RCVLOWAT so that copies start while the reader sleeps.',
      }),
      finding('answer-settings', {
        role: 'answer',
        outcome: 'wins',
        title: 'Which values of window, buffer length, SO_RCVLOWAT and copybreak would help?',
        sentence: 'SO_RCVLOWAT of 200000 would let 61 % [48, 70] of the bytes be copied while the reader sleeps.',
        n: 1209,
      }),
      finding('answer-transfers', {
        role: 'answer',
        outcome: 'cannotTell',
        title: 'Are the transfers too small?',
        sentence: 'Transfers average 1070 bytes; the engine’s own rate is not in the capture.',
        n: 40_211,
        unitOfN: 'transfers',
        reasons: ['No engine timing: neither issue nor completion is probed.'],
      }),
      finding('offload-hardly-taken', {
        role: 'problem',
        outcome: 'loses',
        title: 'Offload is hardly taken',
        sentence: '778 of 1209 calls found enough data queued and were copied by the CPU.',
        n: 1209,
      }),
      finding('emulated', {
        role: 'note',
        outcome: 'cannotTell',
        title: 'Emulated machine',
        sentence: EMULATED,
        n: 3,
        unitOfN: 'runs',
      }),
    ],
    balance: [
      {
        scope: 'offloaded calls',
        calls: 431,
        bytes: 51_286_400,
        dmaBytes: 31_286_400,
        lines: [
          { label: 'pin user buffer', kind: 'cost', ns: 23_700_000, per: 'all calls', note: '32 pages a call' },
          { label: 'submit descriptors', kind: 'cost', ns: 58_100_000, per: 'all calls', note: '' },
          { label: 'completion wait', kind: 'cost', ns: 72_800_000, per: 'all calls', note: 'busy poll' },
          { label: 'unpin and dirty', kind: 'cost', ns: 13_800_000, per: 'all calls', note: '' },
          {
            label: 'CPU copy avoided',
            kind: 'saving',
            ns: 56_300_000,
            per: 'all calls',
            note: '31.3 MB × 1.8 ns/byte',
          },
          { label: 'overlap with sleep', kind: 'context', ns: null, per: 'all calls', note: 'not visible' },
        ],
        netNs: effect(112_100_000, 98_000_000, 127_000_000, 'ns', 'block bootstrap of calls'),
        copyRate: { nsPerByte: effect(1.8, 1.71, 1.92, 'ns/byte', 'Theil-Sen'), source: 'same capture', n: 811 },
      },
    ],
    budget: budgetOf({
      pin: 23_700_000,
      submit: 58_100_000,
      copy: 301_000_000,
      wait: 72_800_000,
      unpin: 13_800_000,
      sleep: 1_911_000_000,
      wakeLatency: 88_000_000,
      backlog: 120_000_000,
      interrupt: 61_000_000,
      ack: 34_000_000,
      unattributed: 90_000_000,
    }).map((row) =>
      row.phase === 'ack'
        ? { ...row, parts: [{ title: 'freeing consumed skbs', totalNs: 20_000_000, sharePct: row.sharePct / 1.7 }] }
        : row,
    ),
    answer: {
      why: ['The reader busy-waits 169 µs a call for the engine; the copy that this avoids takes 131 µs.'],
      actions: [
        { text: 'Read with a smaller buffer (2 MiB asked, 32 of 513 pages used)', command: '' },
        { text: 'Record CPU samples', command: 'perf record -a -g -e cycles -- sleep 10' },
      ],
      facts: [
        { label: 'CPU time per byte', effect: effect(3.86, 3.7, 4.1, 'ns/byte'), note: 'of CPU-copied calls' },
        { label: 'median call', effect: effect(1_214_000, null, null, 'ns'), note: 'duration, sleep included' },
      ],
      trust: [
        { text: '3 runs, 1,209 calls', about: 'runs' },
        { text: 'lost: 1556 lines or events', about: 'loss' },
        { text: 'probes at most 13 % of CPU time', about: 'probes' },
        { text: 'emulated: shares hold, microseconds do not', about: 'emulation' },
      ],
    },
    sideBudgets: [
      sideBudget('', 'all', 1209, 157_286_400),
      sideBudget('', 'plain-copy', 811, 106_000_000),
      sideBudget('', 'net-dma+copy', 376, 48_000_000),
    ],
    overview: [overviewOf('', ['B-default-1', 'B-default-2'])],
    sizeClasses: [
      sizeRow(['4 KiB – 8 KiB', 4096, 8192], 'plain-copy', 122, {
        copy: 2_900_000,
        sleep: 90_000_000,
        ack: 300_000,
        unattributed: 900_000,
      }),
      sizeRow(['64 KiB – 128 KiB', 65_536, 131_072], 'plain-copy', 689, {
        copy: 210_000_000,
        sleep: 401_000_000,
        backlog: 60_000_000,
        ack: 12_000_000,
        unattributed: 33_000_000,
      }),
      sizeRow(['64 KiB – 128 KiB', 65_536, 131_072], 'net-dma+copy', 376, {
        pin: 21_000_000,
        submit: 49_000_000,
        copy: 61_000_000,
        wait: 64_000_000,
        unpin: 11_000_000,
        sleep: 900_000_000,
        wakeLatency: 41_000_000,
        backlog: 30_000_000,
        interrupt: 22_000_000,
        ack: 9_000_000,
        unattributed: 22_000_000,
      }),
      sizeRow(
        ['128 KiB and more', 131_072, 262_144],
        'net-dma',
        55,
        {
          pin: 2_700_000,
          submit: 9_100_000,
          wait: 8_800_000,
          unpin: 2_800_000,
          sleep: 120_000_000,
          unattributed: 2_000_000,
        },
        { outcome: 'cannotTell', netNs: null, savedNs: null, reasons: ['55 calls; about 130 more would be needed.'] },
      ),
    ],
    breakEven: [
      {
        of: 'call',
        status: 'crossing',
        bytes: effect(301_000, 212_000, 460_000, 'bytes', 'Theil-Sen lines, bootstrap of calls'),
        reasons: ['No call of the capture is as large as the break-even: the crossing is extrapolated.'],
        points: Array.from({ length: 260 }, (_, i) => {
          const sizeBytes = Math.round(2048 * 2 ** ((i % 65) / 10.8));
          const dma = i % 3 === 0;
          const wobble = 1 + ((i * 37) % 23) / 40;
          return {
            sizeBytes,
            costNs: Math.round((dma ? 120_000 + 1.4 * sizeBytes : 9000 + 1.8 * sizeBytes) * wobble),
            mechanism: dma ? ('net-dma' as const) : ('plain-copy' as const),
            call: i,
          };
        }),
        fits: [
          {
            mechanism: 'plain-copy',
            interceptNs: 9000,
            nsPerByte: 1.8,
            fromBytes: 2048,
            toBytes: 460_000,
            method: 'Theil-Sen',
          },
          {
            mechanism: 'net-dma',
            interceptNs: 120_000,
            nsPerByte: 1.4,
            fromBytes: 2048,
            toBytes: 460_000,
            method: 'Theil-Sen',
          },
        ],
        references: [
          { label: 'pin of 32 pages', valueNs: 55_000, note: 'median of 431 calls' },
          { label: 'interrupt of the engine', valueNs: null, note: 'NET_DMA polls' },
        ],
      },
      {
        of: 'transfer',
        status: 'cannot tell',
        bytes: null,
        reasons: ['Descriptors carry no time.'],
        points: [],
        fits: [],
        references: [],
      },
    ],
    distributions: [latency('', 1), { ...latency('', 0.04), metric: 'pin', stratum: 'offloaded calls' }],
    declines: [
      { reason: 'none', title: 'offloaded', knownBy: 'probe-presence', calls: 431, bytes: 51_286_400, sharePct: 35.6 },
      {
        reason: 'enough-data-queued',
        title: 'available ≥ target: enough data was queued, the call would not have waited',
        knownBy: 'probe-absence',
        calls: 689,
        bytes: 90_000_000,
        sharePct: 57,
      },
      {
        reason: 'below-copybreak',
        title: 'len ≤ tcp_dma_copybreak: the read buffer is too small',
        knownBy: 'argument',
        calls: 78,
        bytes: 120_000,
        sharePct: 6.5,
      },
      {
        reason: 'not-visible',
        title: 'not visible in this capture',
        knownBy: 'not-visible',
        calls: 11,
        bytes: 0,
        sharePct: 0.9,
      },
    ],
    wakeups: [
      { reason: 'segment', count: 901, useful: 640, useless: 201, early: 60, perCall: 0.73, perMiB: 6.01 },
      { reason: 'psh', count: 122, useful: 122, useless: 0, early: 0, perCall: 0.1, perMiB: 0.81 },
      { reason: 'unknown', count: 7, useful: 0, useless: 0, early: 0, perCall: null, perMiB: null },
    ],
    transfers: [
      { bytes: 256, count: 3120 },
      { bytes: 512, count: 2811 },
      { bytes: 1024, count: 21_080 },
      { bytes: 2048, count: 13_200 },
    ],
    profiles: [
      {
        side: '',
        run: 'B-default-1',
        file: 'opreport.txt',
        event: 'timer',
        totalSamples: 41_211,
        idlePct: 22.1,
        enginePct: 11.9,
        categories: [
          { category: 'tcp_ip', samples: 9000, busyPct: 33.1 },
          { category: 'data_copy', samples: 6000, busyPct: 22.1 },
          { category: 'dma', samples: 5000, busyPct: 18.4 },
          { category: 'pin', samples: 3000, busyPct: 11 },
          { category: 'other', samples: 4186, busyPct: 15.4 },
        ],
        symbols: [
          {
            symbol: 'copy_user_generic_string',
            image: 'vmlinux',
            category: 'data_copy',
            samples: 5800,
            totalPct: 14.1,
            busyPct: 21.3,
          },
          {
            symbol: 'tcp_service_net_dma',
            image: 'vmlinux',
            category: 'dma',
            samples: 4100,
            totalPct: 9.9,
            busyPct: 15.1,
          },
          { symbol: 'get_user_pages', image: 'vmlinux', category: 'pin', samples: 2700, totalPct: 6.6, busyPct: 9.9 },
          { symbol: 'default_idle', image: 'vmlinux', category: 'other', samples: 9107, totalPct: 22.1, busyPct: null },
        ],
        notes: ['Software engine: its copies are CPU time of kernel threads.'],
      },
    ],
    comparison: null,
    whatIf: [],
    exemplars: [
      exemplar('worst', 'worst'),
      exemplar('median', 'median', { call: 91, why: '', durationNs: 3_352_000 }),
      exemplar('typical', 'typical', { call: 3, segments: [], why: '' }),
    ],
    notes: ['Phase ends of pins are inferred from the next event of the task.'],
    caveats: [EMULATED],
    recordNext: [
      {
        missing: 'CPU samples',
        why: 'Without them the price of cache misses after the call is not visible.',
        command: 'perf record -a -g -e cycles -- sleep 10\nperf script > profile.txt',
      },
    ],
    diagnostics: [
      {
        name: 'lost-events',
        severity: 'loss',
        origin: 'capture',
        count: 1556,
        meaning: 'The producer says it lost events.',
        advice: 'Enlarge the buffer (buffer_size_kb, perf record -m) or record fewer events.',
        examples: [{ file: 'trace.txt.gz', line: 1337, text: 'CPU:0 [LOST 1556 EVENTS]', reason: 'lost-marker' }],
      },
      {
        name: 'call-cut-at-end',
        severity: 'info',
        origin: 'capture',
        count: 3,
        meaning: 'A receive call was still open when the capture ended.',
        advice: '',
        examples: [],
      },
    ],
    seed: 1,
  };
}

function compareRow(
  metric: string,
  unit: string,
  [before, after]: [number | null, number | null],
  pct: [number, number, number] | null,
  over: Partial<CompareRow> = {},
): CompareRow {
  return {
    stratum: 'all calls',
    metric,
    unit,
    before,
    after,
    difference:
      before === null || after === null
        ? null
        : effect(after - before, (after - before) * 0.8, (after - before) * 1.2, unit),
    differencePct: pct === null ? null : effect(pct[0], pct[1], pct[2], '%'),
    pValue: pct === null ? null : 0.0079,
    adjustedP: pct === null ? null : 0.032,
    significant: true,
    outcome: 'higher',
    direction: 'worse',
    nBefore: 5,
    nAfter: 5,
    unitOfN: 'runs',
    detectablePct: 6.1,
    ...over,
  };
}

export function sampleCompare(): Analysis {
  const report = sampleReport();
  return {
    ...report,
    kind: 'compare',
    title: 'A-offload-off against B-default',
    headline: {
      sentence: 'Offload on lowers throughput by 21 % [17, 26] and costs 84 % more CPU time per byte (5 runs a side).',
      outcome: 'loses',
    },
    runs: report.runs.map((run, i) => ({
      ...run,
      side: i === 0 ? ('before' as const) : ('after' as const),
      name: i === 0 ? 'A-offload-off-1' : run.name,
    })),
    distributions: [latency('before', 0.7), latency('after', 1)],
    sideBudgets: [sideBudget('before', 'all', 401, 52_000_000), sideBudget('after', 'all', 811, 105_000_000)],
    overview: [overviewOf('before', ['A-offload-off-1']), overviewOf('after', ['B-default-2', 'B-default-3'])],
    sizeClasses: report.sizeClasses.map((row, i) => ({
      ...row,
      side: i < 2 ? ('before' as const) : ('after' as const),
    })),
    exemplars: [
      exemplar('before-median', 'median', { side: 'before', mechanism: 'plain-copy' }),
      exemplar('after-worst', 'worst', { side: 'after' }),
    ],
    comparison: {
      unit: 'runs',
      rows: [
        compareRow('throughput', 'bytes/s', [15_800_000, 12_446_000], [-21.2, -26, -17], {
          primary: 'throughput',
          outcome: 'lower',
          stratum: '',
        }),
        compareRow('CPU time per byte', 'ns/byte', [2.1, 3.86], [83.8, 71, 99], { primary: 'cpu' }),
        compareRow('latency', 'ns', [1_100_000, 1_214_000], [10.4, -2.1, 22.9], {
          primary: 'latency',
          significant: false,
          outcome: 'cannotTell',
          direction: '',
          adjustedP: 0.21,
        }),
        compareRow('sleeps per MiB', 'count', [6.01, 6.02], [0.2, -1.1, 1.4], {
          significant: false,
          outcome: 'noDifference',
          direction: '',
        }),
        compareRow('wait', 'ns', [0, 169_000], null, { stratum: '64 KiB – 128 KiB' }),
        compareRow('ACK work', 'ns', [12_000, 9000], [-25, -900, 400], {
          significant: false,
          outcome: 'cannotTell',
          direction: '',
        }),
        compareRow('copy', 'ns', [310_000, 170_000], [-45, -51, -38], {
          outcome: 'lower',
          direction: 'better',
          stratum: '64 KiB – 128 KiB',
        }),
        compareRow('interrupt', 'ns', [null, null], null, {
          significant: false,
          outcome: 'cannotTell',
          direction: '',
          nBefore: 0,
        }),
      ],
      profile: [
        {
          symbol: 'tcp_service_net_dma',
          category: 'dma',
          beforePct: 0.1,
          afterPct: 15.1,
          difference: effect(15, 14.2, 15.8, 'points'),
          significant: true,
        },
        {
          symbol: 'copy_user_generic_string',
          category: 'data_copy',
          beforePct: 41.2,
          afterPct: 21.3,
          difference: effect(-19.9, -21, -18.7, 'points'),
          significant: true,
        },
        { symbol: 'kfree', category: 'memory', beforePct: null, afterPct: 0.4, difference: null, significant: false },
      ],
      refusals: ['Transfers: BEFORE has none.'],
      warnings: ['The sides were recorded with different probes.'],
      why: [],
    },
  };
}

export function sampleWhatIf(): Analysis {
  const row = { sleepsPerMiB: 3.2, recommended: false, assumptions: ['Arrivals do not change with the setting.'] };
  return {
    ...sampleReport(),
    kind: 'whatif',
    title: 'what if: B-default',
    headline: {
      sentence: 'SO_RCVLOWAT = 200000 would raise the offloaded share from 19 % to 61 % [48, 70].',
      outcome: 'wins',
    },
    whatIf: [
      {
        setting: 'as captured',
        offloadSharePct: effect(19, 18.1, 19.9, '%'),
        cpuNsPerMiB: effect(4_040_000, 3_910_000, 4_190_000, 'ns'),
        latencyNs: effect(1_214_000, 1_150_000, 1_300_000, 'ns'),
        ...row,
      },
      {
        setting: 'SO_RCVLOWAT = 200000',
        offloadSharePct: effect(61, 48, 70, '%'),
        cpuNsPerMiB: effect(3_100_000, 2_700_000, 3_600_000, 'ns'),
        latencyNs: null,
        ...row,
        recommended: true,
      },
      {
        setting: 'tcp_dma_copybreak = 131072',
        offloadSharePct: effect(0, 0, 0, '%'),
        cpuNsPerMiB: null,
        latencyNs: null,
        ...row,
        sleepsPerMiB: null,
      },
    ],
  };
}

/** Nothing known: every list empty, every number null. */
export function emptyAnalysis(): Analysis {
  return {
    schemaVersion: SCHEMA_VERSION,
    kind: 'report',
    tool: 'recvscope 0.1.0',
    title: 'empty',
    headline: { sentence: 'Cannot tell: the capture has no receive call.', outcome: 'cannotTell' },
    runs: [],
    environment: [],
    calls: { total: 0, complete: 0, excluded: [], byMechanism: [], bytes: 0, sampled: false },
    verdicts: [],
    findings: [],
    balance: [],
    budget: [],
    sizeClasses: [],
    breakEven: [],
    distributions: [],
    declines: [],
    wakeups: [],
    transfers: [],
    profiles: [],
    comparison: null,
    whatIf: [],
    exemplars: [],
    notes: [],
    caveats: [],
    recordNext: [],
    diagnostics: [],
    seed: 1,
  };
}

/** Numbers become null where the contract allows it. */
export function sampleWithNulls(): Analysis {
  const report = sampleCompare();
  return {
    ...report,
    runs: report.runs.map((run) => ({
      ...run,
      spanNs: null,
      bytesPerSecond: null,
      dmaBytes: null,
      dmaSharePct: null,
      counterDmaBytes: null,
      counterDmaCopies: null,
    })),
    verdicts: report.verdicts.map((f) => ({ ...f, effect: effect(null, null, null, 'ns') })),
    sizeClasses: report.sizeClasses.map((row) => ({
      ...row,
      medianNs: null,
      p95Ns: null,
      medianCpuNs: null,
      costNs: null,
      savedNs: null,
      netNs: null,
    })),
    balance: report.balance.map((b) => ({
      ...b,
      lines: b.lines.map((l) => ({ ...l, ns: null })),
      netNs: null,
      copyRate: { nsPerByte: null, source: 'unknown', n: 0 },
    })),
    sideBudgets: report.sideBudgets?.map((b) => ({ ...b, bytes: null })),
    exemplars: report.exemplars.map((e) => ({
      ...e,
      durationNs: null,
      startNs: null,
      requestedBytes: null,
      returnedBytes: null,
      phases: e.phases.map((p) => ({ ...p, ns: null })),
    })),
    distributions: report.distributions.map((d) => ({ ...d, quantiles: [], histogram: [] })),
    profiles: report.profiles.map((p) => ({ ...p, idlePct: null, enginePct: null })),
  };
}

/** Every free text of the sample carries markup, a terminal escape, a bidi override and a formula. */
export function hostileAnalysis(): Analysis {
  const keep = new Set([
    'kind',
    'outcome',
    'role',
    'side',
    'phase',
    'lane',
    'mechanism',
    'unit',
    'severity',
    'source',
    'direction',
    'status',
    'of',
    'startNs',
    'firstNs',
    'lastNs',
    'reason',
    'about',
    'primary',
  ]);
  const poison = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return keep.has(key) ? value : `${value}${HOSTILE}`;
    if (Array.isArray(value)) return value.map((inner) => poison(inner, key));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poison(v, k)]));
    return value;
  };
  return poison(sampleCompare()) as Analysis;
}
