import { makeRandom, type Random } from '../../src/stats/index.ts';
import type { CostSeries } from '../../src/verdict/break-even/crossing.ts';

/** A made-up kernel: cost lines of the two ways, and how its calls scatter. */
export interface SimulatedKernel {
  name: string;
  copyNs: number;
  copyNsPerByte: number;
  offloadNs: number;
  offloadNsPerByte: number;
  /** Standard deviation of the logarithm of a call's cost. */
  scatter: number;
  /** Autocorrelation of that scatter from call to call. */
  memory: number;
  /** Share of calls hit by something slow (an interrupt, the emulator), 5 to 20 times dearer. */
  wild: number;
  calls: number;
}

export function truthOf(kernel: SimulatedKernel): number {
  return (kernel.offloadNs - kernel.copyNs) / (kernel.copyNsPerByte - kernel.offloadNsPerByte);
}

/** Sizes log-uniform between 2 KiB and 512 KiB; scatter has median 1, so that the lines are those of the medians. */
export function simulate(kernel: SimulatedKernel, seed: number): { copy: CostSeries; offload: CostSeries } {
  const random = makeRandom(seed);
  return {
    copy: drawPath(kernel, kernel.copyNs, kernel.copyNsPerByte, random),
    offload: drawPath(kernel, kernel.offloadNs, kernel.offloadNsPerByte, random),
  };
}

function drawPath(kernel: SimulatedKernel, fixedNs: number, nsPerByte: number, random: Random): CostSeries {
  const bytes = new Float64Array(kernel.calls);
  const ns = new Float64Array(kernel.calls);
  let state = gaussian(random);
  for (let i = 0; i < kernel.calls; i++) {
    state = kernel.memory * state + Math.sqrt(1 - kernel.memory ** 2) * gaussian(random);
    bytes[i] = Math.round(2048 * 256 ** random());
    const slow = random() < kernel.wild ? 5 + 15 * random() : 1;
    ns[i] = Math.round((fixedNs + nsPerByte * bytes[i]) * Math.exp(kernel.scatter * state) * slow);
  }
  return { bytes, ns };
}

/** Box & Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export const KERNELS: SimulatedKernel[] = [
  {
    name: 'quiet machine',
    copyNs: 1500,
    copyNsPerByte: 0.35,
    offloadNs: 9000,
    offloadNsPerByte: 0.1,
    scatter: 0.15,
    memory: 0,
    wild: 0,
    calls: 200,
  },
  {
    name: 'noisy, autocorrelated',
    copyNs: 1500,
    copyNsPerByte: 0.35,
    offloadNs: 15000,
    offloadNsPerByte: 0.1,
    scatter: 0.35,
    memory: 0.5,
    wild: 0,
    calls: 200,
  },
  {
    name: 'wild calls',
    copyNs: 2000,
    copyNsPerByte: 0.5,
    offloadNs: 20000,
    offloadNsPerByte: 0.2,
    scatter: 0.25,
    memory: 0.3,
    wild: 0.05,
    calls: 200,
  },
  {
    name: 'few calls',
    copyNs: 1500,
    copyNsPerByte: 0.35,
    offloadNs: 12000,
    offloadNsPerByte: 0.1,
    scatter: 0.25,
    memory: 0,
    wild: 0,
    calls: 40,
  },
  {
    name: 'many calls',
    copyNs: 1500,
    copyNsPerByte: 0.35,
    offloadNs: 12000,
    offloadNsPerByte: 0.1,
    scatter: 0.3,
    memory: 0.4,
    wild: 0.02,
    calls: 1000,
  },
];
