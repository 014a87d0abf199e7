import { type ProbeMeaning, stripCompilerSuffix, type Vocabulary } from '../model/vocabulary.ts';
import { categorizeSymbol } from './categories.ts';
import { COPY_PROBES } from './copy.ts';
import { ERAS } from './eras.ts';
import { NET_DMA_PROBES } from './net-dma.ts';
import { RECEIVE_CALL_PROBES } from './receive-calls.ts';
import { SOFTIRQ_PROBES } from './softirq.ts';
import { SYSCALLS } from './syscalls.ts';
import { TRACEPOINTS } from './tracepoints.ts';
import { WAITING_PROBES } from './waiting.ts';

const FUNCTIONS = [...RECEIVE_CALL_PROBES, ...COPY_PROBES, ...NET_DMA_PROBES, ...WAITING_PROBES, ...SOFTIRQ_PROBES];

/** Every probe name of every era as one look-up. Immutable; make it once per run. */
export function makeVocabulary(): Vocabulary {
  const functions = indexByName(FUNCTIONS);
  const tracepoints = indexByName(TRACEPOINTS);
  const syscalls = indexByName(SYSCALLS);
  return {
    lookUpFunction: (name) => functions.get(name) ?? functions.get(stripCompilerSuffix(name)),
    lookUpTracepoint: (name) => tracepoints.get(name),
    lookUpSyscall: (name) => syscalls.get(name),
    categoryOf: categorizeSymbol,
    eras: ERAS,
    probes: [...FUNCTIONS, ...TRACEPOINTS, ...SYSCALLS],
  };
}

function indexByName(probes: readonly ProbeMeaning[]): Map<string, ProbeMeaning> {
  return new Map(probes.map((probe) => [probe.name, probe]));
}
