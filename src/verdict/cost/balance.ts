import type { BalanceSheet } from '../../model/analysis/index.ts';
import type { CallView } from '../call-view.ts';
import type { Context } from '../context/context.ts';
import { totalBytesOf } from '../derived.ts';
import { finiteOrNull, toEffect } from '../intervals.ts';
import { splitBySize } from '../size-class.ts';
import { writeNumber, writePct } from '../words.ts';
import { overlapNsOf, weighOffload } from './weigh.ts';

/** More sockets than this are not listed one by one. */
const MAX_SOCKETS = 8;

/**
 * Balance sheets of the capture, of each size class, and of each socket where there are several. They cover the calls
 * that paid for offload. Every line is a sum over calls, so classes add up to the capture line by line.
 */
export function makeBalanceSheets(context: Context): BalanceSheet[] {
  if (context.paying.size === 0) return [];
  // Chosen once for all sheets, so that they add up.
  const paying = weighOffload(context, context.paying, 'cpu').view;
  const sheets = [makeSheet(context, paying, 'whole capture')];
  for (const { sizeClass, indexes } of splitBySize(paying))
    sheets.push(makeSheet(context, paying.pick(indexes), sizeClass.label));
  const sockets = new Map<string, number[]>();
  for (let i = 0; i < paying.size; i++) {
    const name = `${paying.run[i]} ${paying.text('sock', i)}`;
    const indexes = sockets.get(name);
    if (indexes === undefined) sockets.set(name, [i]);
    else indexes.push(i);
  }
  const named = [...sockets].filter(([name]) => !name.endsWith(' '));
  if (named.length > context.runs.length && named.length <= MAX_SOCKETS)
    for (const [name, indexes] of named) {
      const [run, socket] = name.split(' ');
      const where = context.runs.length > 1 ? ` of ${context.runs[Number(run)].name}` : '';
      sheets.push(makeSheet(context, paying.pick(indexes), `socket ${socket}${where}`));
    }
  return sheets;
}

function makeSheet(context: Context, calls: CallView, scope: string): BalanceSheet {
  const weighing = weighOffload(context, calls, 'cpu');
  const { copyRate } = context;
  const seen = (
    column: 'pinNs' | 'submitNs' | 'waitNs' | 'unpinNs' | 'earlyCopyNs' | 'wakeLatencyNs' | 'copyNs' | 'sleepNs',
  ): number | null => (calls.known(column) === 0 ? null : calls.sum(column));
  const line = (label: string, kind: 'cost' | 'saving' | 'context', ns: number | null, note: string) => ({
    label,
    kind,
    ns,
    per: 'sum over calls',
    note: ns === null ? `${note === '' ? '' : `${note}; `}not visible in this capture` : note,
  });
  const overlap = overlapNsOf(calls);
  const busy = calls.known('engineBusyNs') === 0 ? Number.NaN : calls.sum('engineBusyNs');
  const overlapNote =
    busy > 0 && Number.isFinite(overlap)
      ? `${writePct((100 * overlap) / busy)} of the engine's busy time; shortens latency, no CPU time of its own (the copy it stands for is in the saving)`
      : 'shortens latency, no CPU time of its own';
  return {
    scope,
    calls: calls.size,
    bytes: weighing.bytes,
    dmaBytes: weighing.dmaBytes,
    lines: [
      line('pin user buffer', 'cost', seen('pinNs'), ''),
      line('submit descriptors (reader)', 'cost', seen('submitNs'), ''),
      line(
        'submit descriptors (softirq, early copy)',
        'cost',
        seen('earlyCopyNs'),
        'runs outside the call, on the CPU of the softirq',
      ),
      line('wait for completion', 'cost', seen('waitNs'), 'busy polling'),
      line('unpin and dirty pages', 'cost', seen('unpinNs'), ''),
      line(
        'CPU copy not done',
        'saving',
        finiteOrNull(weighing.savedNs),
        copyRate.interval === null
          ? 'cost of a CPU copy unknown'
          : `${weighing.engineBytesAreBound ? 'at most: ' : ''}engine bytes × cost of a CPU copy per byte (${copyRate.source})`,
      ),
      line('engine ran while the reader slept or did other work', 'context', finiteOrNull(overlap), overlapNote),
      line('CPU copy of bytes the engine did not take', 'context', seen('copyNs'), 'in the same calls'),
      line('wake latency', 'context', seen('wakeLatencyNs'), `${calls.sum('wakeups')} wakeups`),
      ...compareWaking(context, calls),
      line('sleep', 'context', seen('sleepNs'), `${calls.sum('sleeps')} sleeps`),
    ],
    netNs: copyRate.interval === null ? null : toEffect(weighing.netNs, 'ns'),
    copyRate: describeCopyRate(context),
  };
}

/** Wakeups and sleeps beside those of the paired capture: time of the call, not CPU time, so not in the sum. */
function compareWaking(context: Context, calls: CallView): BalanceSheet['lines'] {
  const { baselineFit, fit } = context;
  if (baselineFit === null || baselineFit.known('wakeLatencyNs') === 0 || calls.known('wakeLatencyNs') === 0) return [];
  const before = totalBytesOf(baselineFit);
  const after = totalBytesOf(fit);
  if (!(before > 0) || !(after > 0)) return [];
  const perMiB = (view: CallView, bytes: number): string => writeNumber((1048576 * view.sum('sleeps')) / bytes);
  const extra = (fit.sum('wakeLatencyNs') / after - baselineFit.sum('wakeLatencyNs') / before) * totalBytesOf(calls);
  return [
    {
      label: 'wake latency beyond that of the paired capture',
      kind: 'context',
      ns: extra,
      per: 'sum over calls',
      note: `for the same bytes; ${perMiB(fit, after)} sleeps per MiB against ${perMiB(baselineFit, before)}`,
    },
  ];
}

function describeCopyRate(context: Context): BalanceSheet['copyRate'] {
  const { interval, source, n } = context.copyRate;
  return { nsPerByte: interval === null ? null : toEffect(interval, 'ns/byte'), source, n };
}
