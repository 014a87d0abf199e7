// Compiles assembly/ (AssemblyScript) into binary.ts: the scanner as text, so that it needs no file beside the program.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const pages = /PAGES = (\d+)/.exec(readFileSync(path.join(folder, 'layout.ts'), 'utf8'))[1];

/** Hash of everything the module is made from: the sources, this file, the compiler. */
function hashSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(path.join(folder, 'assembly')).sort();
  for (const file of ['layout.ts', 'build.mjs', ...sources.map((name) => `assembly/${name}`)])
    hash.update(readFileSync(path.join(folder, file)));
  hash.update(readFileSync(path.join(folder, '../../node_modules/assemblyscript/package.json')));
  return hash.digest('hex');
}

export async function buildScanner() {
  const target = path.join(folder, 'binary.ts');
  const head = `// Made by build.mjs from sources ${hashSources()}.`;
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {
    // The first build.
  }
  if (old.startsWith(`${head}\n`)) return;
  const { default: asc } = await import('assemblyscript/asc');
  let binary = new Uint8Array(0);
  const { error, stderr } = await asc.main(
    [
      'assembly/index.ts',
      '-O3',
      '--noAssert',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--use',
      'abort=',
      '--initialMemory',
      pages,
      '--maximumMemory',
      pages,
      '--baseDir',
      folder,
      '--outFile',
      'scanner.wasm',
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents;
      },
    },
  );
  if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
  const text = Buffer.from(binary).toString('base64');
  const lines = [
    head,
    '/** The scanner, a WebAssembly module in base64. */',
    `export const SCANNER_WASM =\n  '${text}';`,
    '',
  ].join('\n');
  // A test that runs meanwhile must not find half a file.
  writeFileSync(target, lines);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildScanner();
