/**
 * Prints one perf.data with every subset of a list of fields and compares what is read with what the full list gives:
 *   node --import tsx test/truth/field-lists.ts perf.data comm,tid,cpu,time,event,trace        calls of trace events
 *   node --import tsx test/truth/field-lists.ts perf.data comm,tid,time,event,addr ip,sym      folded stacks (the last are always printed)
 * Lists that hold tid, time, event and trace must give equal calls, all others must say what is missing; stacks must always be equal.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackCollection } from '../../parsers/folded/stacks.ts';
import { read } from '../parsers/side/support.ts';
import { buildCalls } from './truth.ts';

const [data, list, always = ''] = process.argv.slice(2);
const fields = list.split(',');
const fixed = always === '' ? [] : always.split(',');
const folder = mkdtempSync(join(tmpdir(), 'recvscope-fields-'));
const file = join(folder, 'printed');

function print(names: readonly string[]): boolean {
  try {
    const args = ['script', '-i', data, '-F', names.join(',')];
    writeFileSync(file, execFileSync('perf', args, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] }));
    return true;
  } catch {
    return false;
  }
}

/** Columns that rest on a field. */
const RESTS_ON: Record<string, string> = { cpuStart: 'cpu', cpuEnd: 'cpu', copyCpu: 'cpu', comm: 'comm', tgid: 'pid' };

/** Calls as texts, their diagnostics. An error is one line of diagnostics. */
async function readCalls(names: readonly string[]): Promise<{ rows: string[]; said: string[] }> {
  try {
    const built = await buildCalls(file);
    const rows: string[] = [];
    for (let row = 0; row < built.calls.length; row++) {
      const columns = Object.entries(built.calls.rowAt(row)).filter(
        ([column]) => !/^(sock|flow)$/.test(column) && names.includes(RESTS_ON[column] ?? names[0]),
      );
      const texts = columns.map(([column, value]) => (column === 'comm' ? built.strings.textOf(value) : String(value)));
      rows.push(texts.join(' '));
    }
    return { rows, said: built.diagnostics.toRecords().map(({ name }) => name) };
  } catch (error) {
    return { rows: [], said: [(error as { code?: string }).code ?? String(error)] };
  }
}

async function readStacks(names: readonly string[]): Promise<string> {
  try {
    const { folded, files } = await read(file, { wantFolded: true });
    const sums = new Map<string, number>();
    for (const [stack, count] of (folded as StackCollection).counts) {
      const key = names.includes('comm') ? stack.slice(stack.indexOf(';') + 1) : stack;
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
    const { unknown, malformed } = files[0].account;
    return JSON.stringify([[...sums].sort(), unknown, malformed]);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const NEEDED = ['tid', 'time', 'event', 'trace'];
const SAYS = /^(no-task|no-clock|field-not-printed|nothing-recognised)$/;
const SPECIAL = fields.filter((name) => Object.values(RESTS_ON).includes(name));
let [printed, refused, equal, named, wrong] = [0, 0, 0, 0, 0];
const wanted = new Map<string, { rows: string[]; stacks: string }>();

/** What the full list gives of the columns that these fields allow. */
async function want(names: readonly string[]): Promise<{ rows: string[]; stacks: string }> {
  const key = SPECIAL.filter((name) => names.includes(name)).join();
  let found = wanted.get(key);
  if (found === undefined) {
    const whole = [...fields, ...fixed];
    print(whole);
    const seen = whole.filter((name) => !SPECIAL.includes(name) || names.includes(name));
    found = { rows: (await readCalls(seen)).rows, stacks: fixed.length > 0 ? await readStacks(whole) : '' };
    wanted.set(key, found);
  }
  return found;
}

for (let mask = 1; mask < 2 ** fields.length; mask++) {
  const names = [...fields.filter((_, bit) => (mask >> bit) % 2 === 1), ...fixed];
  const right = await want(names);
  if (!print(names)) {
    refused++;
    continue;
  }
  printed++;
  const isWhole = fixed.length > 0 || NEEDED.every((name) => names.includes(name));
  const { rows, said } = fixed.length > 0 ? { rows: [], said: [] } : await readCalls(names);
  const isEqual =
    fixed.length > 0 ? (await readStacks(names)) === right.stacks : rows.join('\n') === right.rows.join('\n');
  if (isWhole && isEqual) equal++;
  else if (!isWhole && said.some((name) => SAYS.test(name))) named++;
  else {
    wrong++;
    process.stdout.write(`${names.join(',')}: ${rows.length} of ${right.rows.length} calls; ${said.join(' ')}\n`);
  }
}
rmSync(folder, { recursive: true });
process.stdout.write(
  `${printed} lists printed (${refused} refused by perf): ${equal} equal, ${named} say what is missing, ${wrong} wrong\n`,
);
process.exitCode = wrong > 0 ? 1 : 0;
