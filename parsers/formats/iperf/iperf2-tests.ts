/** Rows of iperf 2 -y C put together to tests, so that no byte counts twice. */
export interface IperfRow {
  timestamp: string;
  source: string;
  sourcePort: string;
  target: string;
  targetPort: string;
  id: string;
  start: number;
  end: number;
  bytes: number;
  bitsPerSecond: number;
  /** UDP: jitter ms, lost, total. */
  jitterMs: number;
  lost: number;
  total: number;
  line: number;
}

export interface IperfTest {
  /** The row of the whole test, printed or put together from its intervals. */
  whole: IperfRow;
  intervals: IperfRow[];
  /** Streams the whole stands for: more than one when it is a SUM row. */
  streams: number;
}

const SLACK_SECONDS = 0.011;

/** SUM rows have id -1 (older: port 0): they stand for all streams of their test. */
function isSum(row: IperfRow): boolean {
  return row.id === '-1' || (row.sourcePort === '0' && row.targetPort === '0');
}

export function gatherTests(rows: readonly IperfRow[]): IperfTest[] {
  const open = new Map<string, IperfRow[]>();
  const streams: { test: IperfTest; at: number }[] = [];
  const sums: { test: IperfTest; at: number }[] = [];
  const close = (key: string, at: number): void => {
    const intervals = open.get(key);
    open.delete(key);
    if (intervals === undefined || intervals.length === 0) return;
    const test = makeTest(intervals);
    (isSum(intervals[0]) ? sums : streams).push({ test, at });
  };
  for (const [at, row] of rows.entries()) {
    const key = isSum(row) ? 'sum' : [row.source, row.sourcePort, row.target, row.targetPort, row.id].join(' ');
    const before = open.get(key);
    const last = before?.at(-1);
    if (before === undefined || last === undefined) open.set(key, [row]);
    else if (row.start <= before[0].start + SLACK_SECONDS && row.end < last.end - SLACK_SECONDS) {
      // Starts anew and ends earlier: the next test of the same ports.
      close(key, at - 1);
      open.set(key, [row]);
    } else {
      before.push(row);
      if (row.start <= before[0].start + SLACK_SECONDS && row.end >= last.end - SLACK_SECONDS) close(key, at);
    }
  }
  for (const key of [...open.keys()]) close(key, rows.length - 1);
  return dropSummed(streams, sums);
}

/** Streams that a later SUM row contains are left out. */
function dropSummed(streams: { test: IperfTest; at: number }[], sums: { test: IperfTest; at: number }[]): IperfTest[] {
  sums.sort((a, b) => a.at - b.at);
  const kept = [...streams];
  for (const sum of sums) {
    const inside = kept.filter((stream) => streams.includes(stream) && stream.at <= sum.at + 1);
    sum.test.streams = Math.max(inside.length, 1);
    for (const stream of inside) kept.splice(kept.indexOf(stream), 1);
  }
  return [...kept, ...sums].sort((a, b) => a.at - b.at).map(({ test }) => test);
}

function makeTest(rows: readonly IperfRow[]): IperfTest {
  const last = rows[rows.length - 1];
  const isWhole = rows.length > 1 && last.start <= rows[0].start + SLACK_SECONDS;
  if (isWhole) return { whole: last, intervals: rows.slice(0, -1), streams: 1 };
  if (rows.length === 1) return { whole: last, intervals: [], streams: 1 };
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const seconds = last.end - rows[0].start;
  const whole = {
    ...last,
    start: rows[0].start,
    bytes,
    bitsPerSecond: seconds > 0 ? (bytes * 8) / seconds : Number.NaN,
  };
  return { whole, intervals: [...rows], streams: 1 };
}
