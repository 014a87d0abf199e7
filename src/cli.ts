#!/usr/bin/env node
// --version answers before anything is loaded: start-up is part of the contract (see test/cli/start-up.test.ts).
declare const RECVSCOPE_VERSION: string | undefined;

const version = typeof RECVSCOPE_VERSION === 'undefined' ? '0.0.0-dev' : RECVSCOPE_VERSION;
const [first, second] = process.argv.slice(2);
if (second === undefined && (first === '--version' || first === '-V')) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`recvscope: cannot write to standard output: ${error.code} [cannot-write]\n`);
    process.exitCode = 3;
  });
  process.stdout.write(`${version}\n`);
} else {
  // No await at the top level: the single executable is a script, not a module.
  void import('./cli/program.ts').then(async ({ runProgram }) => {
    process.exitCode = await runProgram(process.argv, version);
  });
}

export {};
