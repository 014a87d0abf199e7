import { execFileSync } from 'node:child_process';
import { ROOT } from './source-tree.ts';

/** The command line tests run what users run: dist/. Built once before the tests, so it is never stale. */
export default function setup(): void {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: ROOT, stdio: 'inherit' });
}
