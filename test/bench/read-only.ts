// Worker of the bench: text → columns (mode "columns"), text → folded stacks ("folded") or text → calls ("timeline"), nothing
// else; with "plain" behind the mode without the WebAssembly scanner.
import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { MECHANISMS } from '../../src/mechanisms/index.ts';
import { Diagnostics } from '../../src/model/diagnostics/index.ts';
import { StringTable } from '../../src/model/string-table.ts';
import { TimelineBuilder } from '../../src/timeline/index.ts';

const args = process.argv.slice(2);
const mode = args[0];
const file = args[args.length - 1];
let rows = 0;
const room = { vocabulary: makeVocabulary(), strings: new StringTable(), diagnostics: new Diagnostics() };
const timeline = mode === 'timeline' ? new TimelineBuilder({ ...room, mechanisms: MECHANISMS }) : null;
const parts = await readCapture(file, {
  ...room,
  sink: timeline ?? { onBatch: (_, batch) => (rows += batch.length) },
  wantFolded: mode === 'folded',
  usePlainScanner: args.includes('plain'),
});
const account = parts.files[0].account;
const calls = timeline === null ? 0 : timeline.finish(parts.facts, parts.files).calls.length;
console.log(JSON.stringify({ rows, calls, lines: account.lines, samples: parts.folded?.samples ?? 0 }));
