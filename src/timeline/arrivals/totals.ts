import type { ArrivalTotals } from '../../model/arrivals/totals.ts';
import { toNullable } from '../../model/units.ts';
import type { ArrivalCollector } from './collector.ts';
import { isNoDrop, isUnnamedPlace } from './drops.ts';

const QUEUES = 65536;
const VECTORS = ['other', 'NET_RX', 'NET_TX', 'TIMER'];

/** The sums of one file in plain words, in a fixed order (`callFile` is its number among the files of the calls, -1 without any); null when nothing of the softirq side is in it. */
export function sumArrivals(
  collector: ArrivalCollector,
  textOf: (id: number) => string,
  callFile: number,
): ArrivalTotals | null {
  const { packets, interrupts, drops, store } = collector;
  const totals: ArrivalTotals = {
    segments: [...packets.segments.entries()].map(([device, cpu, { gro, ...count }]) => ({
      device: textOf(device),
      cpu,
      ...count,
      ...(gro > 0 ? { gro } : {}),
    })),
    queues: [...packets.queues.entries()].map(([device, place, { entered }]) => ({
      device: textOf(device),
      queue: Math.floor(place / QUEUES),
      cpu: place % QUEUES,
      entered,
    })),
    flows: [...packets.flows.values()].map(({ flow, sock, windowMin, windowMax, ...count }) => ({
      flow: textOf(flow),
      sock: textOf(sock),
      ...count,
      windowMin: Number.isFinite(windowMin) ? windowMin : null,
      windowMax: Number.isFinite(windowMax) ? windowMax : null,
    })),
    shapes: [
      ...[...packets.shapes.values()].map(({ device, ...shape }) => ({ device: textOf(device), ...shape })),
      ...(packets.otherShapes > 0
        ? [{ device: '', lenBytes: 0, dataLenBytes: 0, fragments: 0, count: packets.otherShapes }]
        : []),
    ],
    polls: [...interrupts.polls.values()].map(({ device, comm, budget, ...count }) => ({
      device: textOf(device),
      budget: toNullable(budget),
      comm: textOf(comm),
      ...count,
    })),
    busyPollNs: interrupts.busyPollNs,
    drops: [...drops.freed.values()].map(({ chains, bins, ...drop }) => ({
      ...drop,
      isFree: isNoDrop(drop.reason, drop.place),
      ...(isUnnamedPlace(drop.reason, drop.place) ? { isUnnamed: true } : {}),
      ...(callFile < 0 || isNoDrop(drop.reason, drop.place)
        ? {}
        : { over: { callFile, binNs: bins.binNs, bins: bins.list() } }),
      ...(chains.size === 0 ? {} : { chains: listChains(chains, textOf) }),
    })),
    buffers: [...collector.buffers.byFlow].map(([flow, buffer]) => ({ flow: flow < 0 ? '' : textOf(flow), ...buffer })),
    refused: [...drops.refused.values()].map(({ event, flow, count, firstLine }) => ({
      event,
      flow,
      count,
      firstLine,
    })),
    trouble: [...drops.trouble.values()].map(({ event, count, firstLine }) => ({ event, count, firstLine })),
    softirqs: [...interrupts.softirqs.entries()].map(([cpu, vector, count]) => ({
      cpu,
      vector: VECTORS[vector] ?? 'other',
      ...count,
    })),
    deviceNs: [...interrupts.deviceNs].map(([device, ns]) => ({ device: textOf(device), ns })),
    irqs: [...interrupts.irqs.entries()].map(([cpu, irq, { runs, ns, name }]) => ({
      cpu,
      name: nameIrq(textOf(name), irq),
      runs,
      ns,
    })),
    raiseDelay: interrupts.raiseDelays.summarize(),
    ipis: [...interrupts.ipis.entries()].map(([event, fn, { count }]) => ({
      event: textOf(event),
      function: textOf(fn),
      count,
    })),
    rows: { seen: store.seen, kept: store.table.length },
  };
  for (const list of Object.values(totals))
    if (Array.isArray(list)) list.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  const isEmpty = Object.values(totals).every((value) => !Array.isArray(value) || value.length === 0);
  return isEmpty ? null : totals;
}

const SHOWN_CHAINS = 5;

function listChains(
  chains: ReadonlyMap<number, number>,
  textOf: (id: number) => string,
): { chain: string; count: number }[] {
  return [...chains]
    .map(([id, count]) => ({ chain: textOf(id), count }))
    .sort((a, b) => b.count - a.count || compare(a.chain, b.chain))
    .slice(0, SHOWN_CHAINS);
}

/** `reschedule_exit` 253 → reschedule; irq_handler_exit 27 → irq 27. */
function nameIrq(event: string, irq: number): string {
  return event.startsWith('irq_handler') ? `irq ${irq}` : event.replace(/_(entry|exit)$/, '');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
