import { makeRandom, type Random } from '../../src/stats/index.ts';
import type { CostSeries, CrossingOptions } from '../../src/verdict/break-even/crossing.ts';
import { DRIFT_SD } from '../../src/verdict/context/drift.ts';

/** A made-up kernel: cost lines of the two ways, how its calls scatter, how it was recorded. */
export interface SimulatedKernel {
  name: string;
  copyNs: number;
  copyNsPerByte: number;
  offloadNs: number;
  offloadNsPerByte: number;
  /** Factor of a call's cost; `state` is standard normal, autocorrelated from call to call. */
  scatter: (state: number, random: Random) => number;
  /** Autocorrelation of `state`. */
  memory: number;
  calls: number;
  /** Recordings a way. */
  runs: number;
  /** Both ways in the same recordings, or each in its own. */
  isPaired: boolean;
  /** Standard deviation of the logarithm from recording to recording. */
  drift: number;
}

/** The same scatter on both ways: the means cross where the lines cross. */
export function truthOf(kernel: SimulatedKernel): number {
  return (kernel.offloadNs - kernel.copyNs) / (kernel.copyNsPerByte - kernel.offloadNsPerByte);
}

export function optionsOf({ isPaired }: SimulatedKernel, seed: number): CrossingOptions {
  return { seed, isPaired, driftSd: isPaired ? 0 : DRIFT_SD.copy };
}

/** Sizes log-uniform between 2 KiB and 512 KiB. */
export function simulate(kernel: SimulatedKernel, seed: number): { copy: CostSeries; offload: CostSeries } {
  const random = makeRandom(seed);
  const common = drawDrift(kernel, random);
  const driftOf = (): number[] => (kernel.isPaired ? common : drawDrift(kernel, random));
  return {
    copy: drawPath(kernel, [kernel.copyNs, kernel.copyNsPerByte], driftOf(), random),
    offload: drawPath(kernel, [kernel.offloadNs, kernel.offloadNsPerByte], driftOf(), random),
  };
}

function drawDrift({ runs, drift }: SimulatedKernel, random: Random): number[] {
  return Array.from({ length: runs }, () => Math.exp(drift * gaussian(random)));
}

function drawPath(kernel: SimulatedKernel, line: [number, number], drifts: number[], random: Random): CostSeries {
  const n = kernel.calls * kernel.runs;
  const out = { bytes: new Float64Array(n), ns: new Float64Array(n), run: new Int32Array(n) };
  let state = gaussian(random);
  for (let i = 0; i < n; i++) {
    state = kernel.memory * state + Math.sqrt(1 - kernel.memory ** 2) * gaussian(random);
    out.run[i] = Math.floor(i / kernel.calls);
    out.bytes[i] = Math.round(2048 * 256 ** random());
    const mean = (line[0] + line[1] * out.bytes[i]) * drifts[out.run[i]];
    out.ns[i] = Math.round(mean * kernel.scatter(state, random));
  }
  return out;
}

/** Box & Muller 1958. */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const lognormal =
  (sd: number) =>
  (state: number): number =>
    Math.exp(sd * state);
const plain = {
  copyNs: 1500,
  copyNsPerByte: 0.35,
  offloadNs: 12_000,
  offloadNsPerByte: 0.1,
  memory: 0.3,
  calls: 200,
  runs: 1,
  isPaired: true,
  drift: 0,
};
const fiveRuns = { ...plain, scatter: lognormal(0.25), runs: 5, isPaired: false, drift: 0.1 };

export const KERNELS: SimulatedKernel[] = [
  { ...plain, name: 'lognormal, scatter 0.35, autocorrelation 0.5', scatter: lognormal(0.35), memory: 0.5 },
  { ...plain, name: 'few calls: 40 a path', scatter: lognormal(0.25), calls: 40 },
  { ...plain, name: 'Pareto, exponent 1.5', scatter: (_, random) => (1 - random()) ** (-1 / 1.5) },
  {
    ...plain,
    name: '8 % of calls slow, 5 to 20 times',
    scatter: (state, random) => Math.exp(0.2 * state) * (random() < 0.08 ? 5 + 15 * random() : 1),
  },
  {
    ...plain,
    name: 'bimodal: × 2.5 in 30 % of calls',
    scatter: (state, random) => Math.exp(0.1 * state) * (random() < 0.3 ? 2.5 : 1),
  },
  {
    ...plain,
    name: 'paired captures, one run a side, 10 % drift',
    scatter: lognormal(0.25),
    isPaired: false,
    drift: 0.1,
  },
  { ...fiveRuns, name: 'five runs a side of 200 calls, 10 % drift' },
  { ...fiveRuns, name: 'five runs a side of 1,000 calls, 10 % drift', calls: 1000 },
  { ...fiveRuns, name: 'five runs with both ways in each, 10 % drift', isPaired: true },
];
