import type { Run } from '../../model/capture.ts';
import { findFact, findSysctl } from '../../model/environment.ts';
import type { KernelEra } from '../../model/kernel/era.ts';

/** What the side data say about machine and settings, run by run. NaN / '' = not in the capture. */
export interface Settings {
  era: KernelEra;
  cpuMhz: number;
  cpuModel: string;
  copybreak: number;
  lowLatency: number;
  rmemMax: number;
}

export function readSettings(run: Run): Settings {
  return {
    era: run.era,
    cpuMhz: findFact(run.facts, 'cpu', 'mhz')?.value ?? Number.NaN,
    cpuModel: findFact(run.facts, 'cpu', 'model')?.text ?? '',
    copybreak: findSysctl(run.facts, 'net.ipv4.tcp_dma_copybreak'),
    lowLatency: findSysctl(run.facts, 'net.ipv4.tcp_low_latency'),
    rmemMax: findSysctl(run.facts, 'net.core.rmem_max'),
  };
}

/**
 * Signs that times are those of an emulated CPU or that the engine is a program: model names QEMU gives its CPUs, a
 * software engine's functions or settings, a note of the user. Absence proves nothing.
 */
export function findEmulationSigns(run: Run): string[] {
  const signs: string[] = [];
  const model = findFact(run.facts, 'cpu', 'model')?.text ?? '';
  if (/\b(QEMU|TCG|Bochs|Virtual CPU)\b/i.test(model) || /\(.* Class Core\b.*\)/.test(model))
    signs.push(`CPU model “${model}”`);
  for (const fact of run.facts) {
    if (
      /^engine\.(mbps|setup_ns|engine_cpu)$/.test(fact.key) ||
      /(^|\.)engine\.(mbps|setup_ns|engine_cpu)$/.test(fact.key)
    ) {
      signs.push('settings of a software engine (engine.mbps, engine.setup_ns) among the side data');
      break;
    }
  }
  const seesEngineSymbol =
    run.profiles.some((table) => table.rows.some((row) => row.symbol.startsWith('swdma_'))) ||
    run.files.some((file) => [...file.tasks.keys()].some((task) => /^swdma/.test(task)));
  if (seesEngineSymbol) signs.push('functions or threads of a software engine (swdma…)');
  return signs;
}
