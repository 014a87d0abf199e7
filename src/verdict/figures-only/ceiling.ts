import type { Finding } from '../../model/analysis/index.ts';
import { finite, makeFinding } from '../make-finding.ts';
import { writePct } from '../words.ts';
import { cite } from './cite.ts';
import { WHOLE_PCT } from './copy-direction.ts';
import type { FigureCase } from './figure-case.ts';

/** Busy samples where idle or engine are set apart, else all: one base for a sentence. */
function baseOf(c: FigureCase): { share: number; of: string } {
  const isApart = (c.idlePct > 0 || c.enginePct > 0) && c.copyBusyPct > 0;
  return isApart ? { share: c.copyBusyPct, of: 'busy samples' } : { share: c.copyPct, of: 'samples' };
}

/** Amdahl 1967: with the copy gone CPU per byte falls to 1 − s at best, so a CPU-bound receiver gains at most 1/(1 − s). */
const gainPct = (sharePct: number): number => 100 * (1 / (1 - sharePct / 100) - 1);

/** The profile has samples of an engine's own work, or of a reader that polls for its completion. */
const isEngineAtWork = (c: FigureCase): boolean => c.enginePct > 0 || c.waitBusyPct > 0;

/** The copy's share as far as the profile proves it: a bound only of a whole profile whose copy is the receiver's. */
export function writeCopyShare(c: FigureCase): string {
  const { share, of } = baseOf(c);
  if (c.direction === 'transmit') return `copy routines take ${oneDecimal(share)} of ${of} in what looks like a sender`;
  if (c.listedPct < WHOLE_PCT) return `at least ${oneDecimal(c.copyPct)} of samples are copying`;
  if (c.direction === 'unknown')
    return `copy routines take ${oneDecimal(share)} of ${of}, in which direction is not told`;
  // What an engine at work costs already (pin, submission, wait) a faster one may well save.
  if (isEngineAtWork(c)) return `copies left to the CPU take ${oneDecimal(share)} of ${of}`;
  return `copying takes ${oneDecimal(share)} of ${of}: no engine can gain more than ${oneDecimal(gainPct(share))}`;
}

/** What an engine that copied for nothing could gain: at most, at least, or nothing that this profile can tell. */
export function describeCeiling(c: FigureCase): Finding | null {
  if (c.table === null || !(c.copyPct > 0)) return null;
  const { share, of } = baseOf(c);
  const listed = `rows for ${oneDecimal(c.listedPct)} of the samples are listed, ${oneDecimal(100 - c.listedPct)} are not`;
  const largest =
    c.copyRoutines > 1
      ? `copy routines take ${oneDecimal(share)} of ${of} (${c.copySymbol} ${oneDecimal(c.copySymbolPct)} of all)`
      : `${c.copySymbol} takes ${oneDecimal(share)} of ${of}`;
  const common = {
    id: 'copy-ceiling',
    stratum: c.name,
    role: 'note' as const,
    outcome: 'cannotTell' as const,
    n: c.table.totalSamples > 0 ? Math.round(c.table.totalSamples) : 0,
    unitOfN: 'samples',
    evidence: cite(c).slice(-1),
    numbers: [
      { label: 'copy share of all samples', value: finite(c.copyPct), unit: '%' },
      { label: 'copy share of busy samples', value: finite(c.copyBusyPct), unit: '%' },
      { label: 'samples listed', value: finite(c.listedPct), unit: '%' },
      { label: 'idle', value: finite(c.idlePct), unit: '% of samples' },
      { label: 'engine', value: finite(c.enginePct), unit: '% of samples' },
      { label: 'busy samples that poll for completion', value: finite(c.waitBusyPct), unit: '%' },
    ],
  };
  if (c.direction === 'transmit')
    return makeFinding({
      ...common,
      title: 'This profile looks like a sender’s',
      sentence: `${capitalize(largest)}, but no function of the receive path has a sample and functions that send have: receive offload or zero-copy receive would save nothing that is shown here.`,
      reasons: ['copy routines serve both directions; a flat profile does not say which'],
      nextStep: 'Profile the receiver, with call chains: perf record -a -g -- sleep 10',
    });
  if (c.direction === 'unknown' && c.listedPct >= WHOLE_PCT)
    return makeFinding({
      ...common,
      title: 'The direction of the copy is not told',
      sentence: `${capitalize(largest)}; the profile shows sending too, or no function of the receive path, so how much of it is receiving cannot be told.`,
      reasons: ['copy routines serve both directions; a flat profile does not say which'],
      nextStep: 'Record call chains, they prove the direction: perf record -a -g -- sleep 10',
    });
  if (c.listedPct < WHOLE_PCT)
    return makeFinding({
      ...common,
      title: 'A lower bound of the copy',
      sentence: `At least ${oneDecimal(c.copyPct)} of samples are in copy routines (${c.copySymbol} ${oneDecimal(c.copySymbolPct)}); ${listed}, so no upper bound of a gain follows.`,
      reasons: [
        `${oneDecimal(100 - c.listedPct)} of the samples are not listed and can hold more copying`,
        ...(c.direction === 'unknown' ? ['in which direction the routines copied is not told'] : []),
      ],
      nextStep: 'Give the whole table (perf report --stdio > file), with call chains if possible.',
    });
  if (isEngineAtWork(c))
    return makeFinding({
      ...common,
      title: 'What the copies left to the CPU could gain at most',
      sentence: `${capitalize(largest)}, with an engine at work: handing these copies over too, free of charge, could save at most ${oneDecimal(share)} of CPU time per byte; what the engine’s own path costs is not in that bound.`,
      reasons: ['Amdahl’s law: pinning, submission, completion wait and unpinning are not in the share of copying'],
      nextStep: 'Record a trace of the receive calls: it shows what else a call pays for.',
    });
  return makeFinding({
    ...common,
    title: 'What removing the copy could gain at most',
    sentence: `${capitalize(largest)}: an engine that took over every copy free of charge could save at most ${oneDecimal(share)} of CPU time per byte, and a CPU-bound receiver could gain at most ${oneDecimal(gainPct(share))} throughput.`,
    reasons: [
      'Amdahl’s law, 1/(1 − share): pinning, submission, completion wait and unpinning are not yet subtracted',
      'cache effects are outside: the application’s first touch of data the engine wrote costs later',
    ],
    numbers: [...common.numbers, { label: 'largest throughput gain', value: finite(gainPct(share)), unit: '%' }],
    nextStep: 'Record a trace of the receive calls: it shows what else a call pays for.',
  });
}

/** A symbol keeps its spelling at the head of a sentence. */
const capitalize = (text: string): string => (text.startsWith('copy routines') ? `C${text.slice(1)}` : text);

function oneDecimal(pct: number): string {
  return Math.abs(pct) >= 1 && Math.abs(pct) < 100 ? `${pct.toFixed(1)} %` : writePct(pct);
}
