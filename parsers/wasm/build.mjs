// Compiles assembly/ (AssemblyScript) into binary.ts: the scanner as text, so that it needs no file beside the program.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = fileURLToPath(new URL('.', import.meta.url));
const pages = /PAGES = (\d+)/.exec(readFileSync(path.join(folder, 'layout.ts'), 'utf8'))[1];

export async function buildScanner() {
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
    '// Made by build.mjs from assembly/.',
    '/** The scanner, a WebAssembly module in base64. */',
    `export const SCANNER_WASM =\n  '${text}';`,
    '',
  ].join('\n');
  const target = path.join(folder, 'binary.ts');
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {
    // The first build.
  }
  // A test that runs meanwhile must not find half a file.
  if (old !== lines) writeFileSync(target, lines);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildScanner();
