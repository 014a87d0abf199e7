/** Counters of /proc/net/snmp, netstat, /proc/net/dev and ethtool that count what was lost or went wrong. */
const LOSS_COUNTER =
  /(RcvbufErrors|InErrors|InCsumErrors|Drop(s|ped)?|_drop|drops|dropped|Overflow(s)?|Pruned|PruneCalled|RcvCollapsed|RetransSegs|InDiscards|_errs|_errors|_fifo|missed|no_buffer\w*|nobuf\w*|out_of_buffer|OfoPruned|ZeroWindow\w*|BacklogDrop|ReqQFull\w*)$/i;

/** softnet has a lens of its own. */
export const isLossCounter = (key: string): boolean => LOSS_COUNTER.test(key) && !key.startsWith('softnet.');

/** What a counter that moved asks for; the first that fits (kernel Documentation/networking/snmp_counter.rst, ip-sysctl.rst). */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^Udp\w*\.RcvbufErrors$/,
    'receive buffers of UDP sockets were full: raise SO_RCVBUF (net.core.rmem_max) or read faster',
  ],
  [/\.(TCPRcvQDrop|TCPBacklogDrop)$/, 'a TCP socket had no room: raise net.ipv4.tcp_rmem (SO_RCVBUF) or read faster'],
  [
    /\.(RcvPruned|PruneCalled|TCPRcvCollapsed|OfoPruned)$/,
    'queues of sockets were squeezed for memory: raise net.ipv4.tcp_rmem or SO_RCVBUF',
  ],
  [
    /\.(TCPToZeroWindowAdv|TCPWantZeroWindowAdv|TCPZeroWindowDrop)$/,
    'readers let their window close: read faster or raise the receive buffer',
  ],
  [
    /\.(ListenOverflows|ListenDrops|TCPReqQFull\w*)$/,
    'the accept queue was full: raise the backlog of listen() and net.core.somaxconn',
  ],
  [/\.InCsumErrors$/, 'packets arrived damaged'],
  [
    /(rx_missed|missed|rx_fifo|no_buffer|nobuf|out_of_buffer)/i,
    'the device had no free descriptor: raise its ring (ethtool -g DEVICE shows how far, ethtool -G DEVICE rx N sets it) or let more CPUs empty it',
  ],
  [/RetransSegs$/, 'this machine sent again what was lost: look at the path and at the receiver of that data'],
];

export function adviseCounter(key: string): string {
  const advice = ADVICE.find(([pattern]) => pattern.test(key))?.[1] ?? '';
  const device = deviceOf(key);
  return device === '' ? advice : advice.replaceAll('DEVICE', device);
}

/** `eth0.stats.rx_missed_errors`, `dev.eth0.rx_fifo`: '' where the text does not name the device. */
const deviceOf = (key: string): string =>
  /^(?:dev\.)?(?!stats\.|dev\.)([\w.@-]+?)\.(?:stats\.|[rt]x_)/.exec(key)?.[1] ?? '';

/** One sentence for each piece of advice that these counters ask for. */
export function adviseCounters(keys: readonly string[]): string[] {
  const byAdvice = new Map<string, string[]>();
  for (const key of keys) {
    const advice = adviseCounter(key);
    if (advice !== '') byAdvice.set(advice, [...(byAdvice.get(advice) ?? []), key]);
  }
  return [...byAdvice].map(([advice, names]) => `${names.join(', ')}: ${advice}.`);
}
