import type { SettingRow } from '../../model/analysis/index.ts';
import { refusesAll } from '../../model/kernel/copybreak.ts';
import { pinnedPages } from '../../model/kernel/pinned-pages.ts';
import { defaultAdvWinScale, windowOf } from '../../model/kernel/receive-target.ts';
import { JUMBO_MTU, meanTransferBytes } from '../../model/kernel/transfers.ts';
import { bytesOf, type CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { isOffloadFree } from '../context/copy-rate.ts';
import { boundEngineBytes } from '../cost/engine-bytes.ts';
import { payloadOfMtu } from '../cost/transfers.ts';
import { cpuNsOf, mapCalls, medianOf, orZero } from '../derived.ts';
import { toEffect } from '../intervals.ts';
import { MIN_CALLS } from '../options.ts';
import { ratioOverCalls } from '../ratios.ts';
import { writeBytes, writeNumber } from '../words.ts';
import { predict } from './predict.ts';
import { AS_RECORDED, nameSetting } from './settings.ts';
import type { Setting } from './types.ts';

export const OFFLOAD_OFF = 'offload off';
export const AS_SET = 'as recorded';

const MIB = 1048576;
/** What the field tried (SO_RCVLOWAT 200 KB), and a value that most windows hold. */
const RCVLOWAT = [65_536, 200_000];

const known = new WeakMap<Context, SettingRow[]>();

/** The table of question 2: offload off, the user's settings, each setting alone; cheapest first, unknown ones last. */
export function rankSettings(context: Context): SettingRow[] {
  let rows = known.get(context);
  if (rows === undefined) {
    rows = sortByCost(listRows(context));
    known.set(context, rows);
  }
  return rows;
}

function sortByCost(rows: SettingRow[]): SettingRow[] {
  const cost = (row: SettingRow): number => row.cpuNsPerMiB?.estimate ?? Number.POSITIVE_INFINITY;
  const sorted = rows
    .map((row, order) => ({ row, order }))
    .sort((a, b) => cost(a.row) - cost(b.row) || a.order - b.order);
  let place = 0;
  return sorted.map(({ row }) => ({ ...row, rank: Number.isFinite(cost(row)) ? ++place : null }));
}

function listRows(context: Context): SettingRow[] {
  const asked = typicalRead(context);
  const copybreak = medianOf(context.settings.map((s) => s.copybreak));
  const isFree = context.paying.size === 0 && context.runs.every(isOffloadFree);
  const singles = listSingles(context, asked, copybreak);
  const predicted = predict(
    context,
    singles.map((single) => single.setting),
  );
  const rowOf = (name: string) => predicted.rows.find((row) => row.setting === name) ?? null;
  const pages = Number.isFinite(asked) ? pinnedPages(asked).most : null;
  const refused = predicted.rows.length === 0 ? predicted.sentence : '';
  const now = measureCpu(context, context.fit, 'as recorded');
  const out: SettingRow[] = [
    {
      setting: isFree ? `${AS_SET} (no read was offloaded)` : AS_SET,
      rank: null,
      cpuNsPerMiB: now,
      basis: now === null ? 'cannot be known' : 'measured',
      offloadSharePct: isFree ? exactly(0) : measureShare(context),
      pagesPinned: isFree ? 0 : pages,
      note: now === null ? 'the bytes of too few of these calls are in the text' : '',
    },
  ];
  if (!isFree) out.push(offRow(context, rowOf('offload off')?.cpuNsPerMiB ?? null, refused));
  for (const { setting, label, note, matters } of singles) {
    if (!matters) continue;
    const row = rowOf(nameSetting(setting));
    // A replay knows no window: nothing of its price would be of this setting.
    const isWindow = !Number.isNaN(setting.window);
    const cost = isWindow ? null : (row?.cpuNsPerMiB ?? null);
    const why = isWindow
      ? 'how the sender fills another window is not in the capture'
      : (row?.assumptions.find((a) => a.startsWith('not predicted: '))?.slice('not predicted: '.length) ?? '');
    out.push({
      setting: label,
      rank: null,
      cpuNsPerMiB: cost,
      basis: cost === null ? 'cannot be known' : 'predicted',
      offloadSharePct: isWindow ? null : (row?.offloadSharePct ?? null),
      pagesPinned: Number.isNaN(setting.buffer) ? pages : pinnedPages(setting.buffer).most,
      note: [note, cost === null ? (why === '' ? refused || MISSING : why) : '']
        .filter((part) => part !== '')
        .join('; '),
    });
  }
  return out;
}

const MISSING = 'what an offloaded read costs is not in this capture';

function offRow(context: Context, predicted: SettingRow['cpuNsPerMiB'], refused: string): SettingRow {
  const measured =
    context.baselineFit !== null && context.baseline.every(isOffloadFree)
      ? measureCpu(context, context.baselineFit, 'offload off')
      : null;
  const cost = measured ?? predicted;
  return {
    setting: OFFLOAD_OFF,
    rank: null,
    cpuNsPerMiB: cost,
    basis: measured !== null ? 'measured' : cost !== null ? 'predicted' : 'cannot be known',
    offloadSharePct: exactly(0),
    pagesPinned: 0,
    note: `tcp_dma_copybreak = 2147483647${cost === null ? `; ${refused || 'what the copy would cost in its place is not in this capture'}` : ''}`,
  };
}

interface Single {
  setting: Setting;
  label: string;
  note: string;
  /** A value that changes nothing here is not named. */
  matters: boolean;
}

function listSingles(context: Context, asked: number, copybreak: number): Single[] {
  const out: Single[] = [];
  const add = (change: Partial<Setting>, label: string, note: string, matters = true): void => {
    out.push({ setting: { ...AS_RECORDED, ...change }, label, note, matters });
  };
  const smaller = fittingBuffer(context, asked, copybreak);
  if (smaller !== null)
    add(
      { buffer: smaller },
      `read buffer ${writeBytes(smaller)}`,
      `holds what nine of ten calls return; now ${writeBytes(asked)}`,
    );
  const largest = largestWindow(context);
  for (const rcvlowat of RCVLOWAT) {
    if (rcvlowat >= asked) continue;
    const closes = rcvlowat > largest;
    const note = closes
      ? `above the largest window of tcp_rmem (${writeBytes(largest)}): the socket would stall`
      : 'a target above what is queued makes calls wait, and offload needs a call that waits';
    add({ rcvlowat }, `SO_RCVLOWAT ${writeNumber(rcvlowat)}`, note);
  }
  if (Number.isFinite(copybreak) && (refusesAll(copybreak) || asked <= copybreak)) {
    const value = asked > 4096 ? 4096 : 0;
    add(
      { copybreak: value },
      `tcp_dma_copybreak ${value}`,
      `compares the read buffer (${writeBytes(asked)}), not the packet; ${copybreak} refuses it`,
    );
  }
  const payload = payloadOfMtu(JUMBO_MTU, context);
  add(
    { mtu: JUMBO_MTU },
    `MTU ${JUMBO_MTU}`,
    `transfers of ${writeNumber(meanTransferBytes(payload))} bytes on average, never more than a page`,
  );
  add(
    { window: 2 * Math.max(...RCVLOWAT) },
    'another window (SO_RCVBUF)',
    'it bounds a target only: a sleeping reader is woken once more than half of sk_rcvbuf is queued, by PSH before',
  );
  return out;
}

/** The smallest power of two above what 90 % of the calls return and above copybreak, if it is below what they ask for. */
function fittingBuffer({ fit }: Context, asked: number, copybreak: number): number | null {
  const returned = fit
    .column('returnedBytes')
    .filter((v) => v > 0)
    .sort();
  if (returned.length < MIN_CALLS || !(asked > 0)) return null;
  let size = 4096;
  while (size < returned[Math.floor(0.9 * (returned.length - 1))] || size <= orZero(copybreak)) size *= 2;
  return size < asked ? size : null;
}

/** What the last value of tcp_rmem lets in; infinite where it is not in the capture. */
function largestWindow({ runs, settings }: Context): number {
  for (const [i, run] of runs.entries()) {
    const rmem = run.facts
      .find((f) => f.domain === 'sysctl' && f.key === 'net.ipv4.tcp_rmem')
      ?.text.trim()
      .split(/\s+/);
    const most = Number(rmem?.[2]);
    if (most > 0) return windowOf(most, defaultAdvWinScale(settings[i].era));
  }
  return Number.POSITIVE_INFINITY;
}

function typicalRead({ fit, selection }: Context): number {
  const own = medianOf(fit.column('requestedBytes'));
  return Number.isNaN(own) ? medianOf(selection.all.column('requestedBytes')) : own;
}

function measureCpu(context: Context, view: CallView, label: string): SettingRow['cpuNsPerMiB'] {
  const calls = view.where((i) => bytesOf(view, i) > 0 && Number.isFinite(cpuNsOf(view, i)));
  if (calls.size < MIN_CALLS) return null;
  const cpu = mapCalls(calls, cpuNsOf).map((ns) => ns * MIB);
  const interval = ratioOverCalls(context, calls, cpu, mapCalls(calls, bytesOf), `CPU per MiB ${label}`);
  return toEffect(interval, 'ns/MiB');
}

/** Of the calls whose engine bytes a line tells. */
function measureShare(context: Context): SettingRow['offloadSharePct'] {
  const { fit } = context;
  const engine = boundEngineBytes(context, fit);
  const calls: number[] = [];
  for (let i = 0; i < fit.size; i++) if (engine.isExact[i] === 1 && bytesOf(fit, i) > 0) calls.push(i);
  if (calls.length < MIN_CALLS) return null;
  const view = fit.pick(calls);
  const moved = Float64Array.from(calls, (i) => 100 * orZero(engine.dmaBytes[i]));
  return toEffect(ratioOverCalls(context, view, moved, mapCalls(view, bytesOf), 'share offloaded'), '%');
}

function exactly(value: number): SettingRow['offloadSharePct'] {
  return { estimate: value, low: null, high: null, unit: '%', method: 'by the kernel’s predicate', level: 1 };
}
