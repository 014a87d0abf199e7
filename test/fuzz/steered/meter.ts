import { Session } from 'node:inspector/promises';

/** Which places of the project's code have run, by V8's precise coverage (blocks, counts of the last interval). */
export class CoverageMeter {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  static async start(): Promise<CoverageMeter> {
    const meter = new CoverageMeter();
    meter.session.connect();
    await meter.session.post('Profiler.enable');
    await meter.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return meter;
  }

  get size(): number {
    return this.seen.size;
  }

  /** Places that ran since the last call for the first time. */
  async takeNew(): Promise<number> {
    const before = this.seen.size;
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    for (const { url, scriptId, functions } of result) {
      if (!/\/(?:src|parsers|reports)\/[^?]*\.ts/.test(url)) continue;
      for (const { ranges } of functions)
        for (const range of ranges)
          if (range.count > 0) this.seen.add(`${scriptId}:${range.startOffset}:${range.endOffset}`);
    }
    return this.seen.size - before;
  }
}
