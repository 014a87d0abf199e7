// Runs `npm ci` when node_modules is missing or older than the lock file, so that the README's two commands work on a
// fresh clone. Plain Node: nothing is installed yet when this starts.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const installed = new URL('node_modules/.package-lock.json', root);
const lock = new URL('package-lock.json', root);
const isFresh =
  existsSync(installed) &&
  statSync(installed).mtimeMs >= statSync(lock).mtimeMs &&
  existsSync(new URL('dist/cli.js', root));
if (!isFresh) {
  // The prepare script of package.json builds dist/ at the end of npm ci.
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
