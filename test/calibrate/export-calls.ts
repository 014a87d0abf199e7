import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRun } from '../../src/cli/pipeline.ts';
import { writeCalls } from './call-csv.ts';

/**
 * Makes fixtures/calibration from a folder of repeated recordings: FOLDER/<case>/run<k>.txt[.gz].
 *
 *   node --import tsx test/calibrate/export-calls.ts FOLDER
 */
const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder with one sub-folder a case');
for (const name of readdirSync(folder).sort()) {
  for (const file of readdirSync(join(folder, name)).sort()) {
    const run = /^run(\d+)\.txt(\.gz)?$/.exec(file);
    if (run === null) continue;
    const loaded = await loadRun(join(folder, name, file), {});
    writeFileSync(new URL(`../../fixtures/calibration/${name}-${run[1]}.csv`, import.meta.url), writeCalls(loaded));
    console.log(`${name} run ${run[1]}: ${loaded.calls.length} calls`);
  }
}
