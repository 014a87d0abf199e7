import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FleetEngine } from '../../../fleet/engines/engine.ts';
import type { Ask } from '../../../fleet/questions/ask.ts';
import { ExitCode, RecvscopeError } from '../../../model/diagnostics/errors.ts';

export interface FleetOptions {
  /** clickhouse://host:port/database; DuckDB in this process without it. */
  engine?: string;
  /** Rows of calls instead of histograms. */
  exact?: boolean;
  memory: string;
  output?: string;
  format?: string;
  seed: number;
  tool: string;
}

/** Opens the engine, asks, closes it whatever happens. */
export async function withFleet<T>(
  places: readonly string[],
  options: FleetOptions,
  question: (ask: Ask) => Promise<T>,
): Promise<T> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-fleet-'));
  const engine = await openEngine(places, options, scratch);
  try {
    return await question({
      engine,
      source: options.exact === true ? 'calls' : 'hist',
      tool: options.tool,
      seed: options.seed,
    });
  } finally {
    await engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function openEngine(places: readonly string[], options: FleetOptions, scratch: string): Promise<FleetEngine> {
  if (options.engine !== undefined) {
    const { openClickHouse } = await import('../../../fleet/engines/clickhouse.ts');
    return openClickHouse(options.engine);
  }
  if (places.length === 0)
    throw new RecvscopeError(
      'usage',
      ExitCode.usage,
      'name the folder of the summaries',
      'recvscope fleet summary summaries/, or --engine clickhouse://HOST:8123/DATABASE',
    );
  const { openDuckDb } = await import('../../../fleet/engines/duckdb.ts');
  return openDuckDb({ places, memoryLimit: options.memory, scratch });
}
