// Worker of the bench: text → columns (mode "columns") or text → folded stacks (mode "folded"), nothing else; with "plain"
// behind the mode without the WebAssembly kernel.
import { readCapture } from '../../parsers/index.ts';
import { makeVocabulary } from '../../src/kernels/index.ts';
import { Diagnostics } from '../../src/model/diagnostics.ts';
import { StringTable } from '../../src/model/string-table.ts';

const args = process.argv.slice(2);
const mode = args[0];
const file = args[args.length - 1];
let rows = 0;
const parts = await readCapture(file, {
  vocabulary: makeVocabulary(),
  strings: new StringTable(),
  diagnostics: new Diagnostics(),
  sink: { onBatch: (_, batch) => (rows += batch.length) },
  wantFolded: mode === 'folded',
  usePlainScanner: args.includes('plain'),
});
const account = parts.files[0].account;
console.log(JSON.stringify({ rows, lines: account.lines, samples: parts.folded?.samples ?? 0 }));
