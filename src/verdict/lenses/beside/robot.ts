import type { LensTable } from '../../../model/analysis/index.ts';
import type { Run } from '../../../model/capture.ts';
import { writeCount, writeNumber, writeSigned } from '../../words.ts';
import { captionOf, type Lens } from '../lens.ts';

const MAX_ROWS = 40;
/** Functions of the receive path; `perf-profile.self.cycles-pp.tcp_rcvbuf_grow` and call traces that hold one. */
const RECEIVE_PATH =
  /(?:^|\.)(?:tcp_(?:recvmsg|rcv|recv|data_queue|queue_rcv|v[46]_(?:do_)?rcv|cleanup_rbuf|backlog|read_sock|splice|prune|collapse|gro|eat_recv|clean_rtx)\w*|__tcp_cleanup_rbuf|inet6?_recvmsg|sock_recvmsg|__sys_recv\w+|__x64_sys_recv\w+|skb_copy_datagram\w*|__skb_datagram_iter|simple_copy_to_iter|_?copy_to_iter|ip6?_(?:local_deliver|rcv|list_rcv|protocol_deliver)\w*|__netif_receive_skb\w*|netif_receive_skb\w*|net_rx_action|__?napi_\w+|napi_\w+|(?:dev|inet)_gro_\w+|skb_gro_\w+|process_backlog|__release_sock|sock_def_readable|udp_(?:recvmsg|queue_rcv|rcv)\w*)(?=$|[.\s])/;
const PROFILE = /^perf-profile\.(self|children|calltrace)\.[\w:-]+\.(.+)$/;
const THROUGHPUT = /throughput|bandwidth|_bps\b|mbps|gbps|_per_sec|ops\b/i;

interface Row {
  run: string;
  metric: string;
  before: number;
  after: number;
  change: number;
  unit: string;
  beforeNoise: number;
  afterNoise: number;
  commits: string;
}

/** A finished comparison: nothing is tested again, its own figures are put in order. */
export const robot: Lens = {
  id: 'robot',
  title: 'Comparison of the kernel test robot',
  look(sights) {
    const rows = sights.flatMap(({ run }) => readRows(run));
    if (rows.length === 0) return null;
    const rates = rows.filter(({ metric }) => !PROFILE.test(metric) && THROUGHPUT.test(metric));
    const receive = rows.filter(({ metric, unit }) => unit === 'points' && isOfReceivePath(metric));
    receive.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    const rest = rows.filter((row) => !rates.includes(row) && !receive.includes(row));
    rest.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    const lead = rates[0] ?? rows[0];
    const [commits] = rows.map((row) => row.commits).filter((text) => text !== '');
    const sentences = [
      `${writeChange(lead)}${receive.length > 0 ? `; in the receive path ${nameOf(receive[0])} changed most: ${writeChange(receive[0], true)}` : ''}.`,
      `${commits === undefined ? '' : `Commits ${commits.replace(' ', ' → ')}: `}${writeCount(rows.length, 'row')} of a finished comparison, as printed; how many runs stand behind them is not in the table.`,
    ];
    return {
      sentences,
      tables: [
        listRows('Throughput', rates),
        listRows('Receive path, points of all samples', receive),
        listRows('Other rows', rest),
      ].filter((table) => table.rows.length > 0),
    };
  },
};

/** A call trace runs from the leaf to the root. */
function isOfReceivePath(metric: string): boolean {
  const symbols = PROFILE.exec(metric)?.[2];
  return symbols !== undefined && RECEIVE_PATH.test(symbols);
}

function nameOf({ metric }: Row): string {
  const profile = PROFILE.exec(metric);
  if (profile === null) return metric;
  const [leaf, ...callers] = profile[2].split('.');
  return callers.length === 0 ? leaf : `${leaf} below ${callers[0]}`;
}

function writeChange(row: Row, isNamed = false): string {
  const change = writeSigned(row.change, row.unit);
  const noise = (pct: number): string => (Number.isNaN(pct) ? '' : ` ±${writeNumber(pct)} %`);
  const unit = row.unit === 'points' ? ' %' : '';
  const figures = `${writeNumber(row.before, 4)}${unit}${noise(row.beforeNoise)} → ${writeNumber(row.after, 4)}${unit}${noise(row.afterNoise)}`;
  return `${isNamed ? '' : `${row.metric} `}${change} (${figures})`;
}

function listRows(caption: string, rows: readonly Row[]): LensTable {
  return {
    caption: captionOf(caption, MAX_ROWS, rows.length),
    columns: [
      { title: 'metric', unit: '' },
      { title: 'before', unit: 'count' },
      { title: 'after', unit: 'count' },
      { title: 'change', unit: '' },
      { title: 'stddev before', unit: '%' },
      { title: 'stddev after', unit: '%' },
    ],
    rows: rows
      .slice(0, MAX_ROWS)
      .map((r) => [r.metric, r.before, r.after, writeSigned(r.change, r.unit), r.beforeNoise, r.afterNoise]),
  };
}

function readRows(run: Run): Row[] {
  const found = new Map<string, Row>();
  for (const fact of run.facts) {
    if (fact.domain !== 'robot') continue;
    const at = fact.key.lastIndexOf('|');
    const name = fact.key.slice(at + 1);
    const id = `${fact.file} ${fact.record}`;
    let row = found.get(id);
    if (row === undefined) {
      const nan = Number.NaN;
      row = {
        run: run.name,
        metric: fact.key.slice(0, at),
        before: nan,
        after: nan,
        change: nan,
        unit: '',
        beforeNoise: nan,
        afterNoise: nan,
        commits: '',
      };
      found.set(id, row);
    }
    if (name === 'before') row.before = fact.value;
    if (name === 'after') row.after = fact.value;
    if (name === 'before_stddev') row.beforeNoise = fact.value;
    if (name === 'after_stddev') row.afterNoise = fact.value;
    if (name === 'commits') row.commits = fact.text;
    if (name === 'change') {
      row.change = fact.value;
      row.unit = fact.unit;
    }
  }
  return [...found.values()];
}
