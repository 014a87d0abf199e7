import type { Command } from 'commander';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { printData } from '../output.ts';
import { type Shell, writeCompletions } from '../shell/completions.ts';
import { writeManual } from '../shell/manual.ts';
import { listCommands, listOptions } from '../shell/table.ts';

/** Shell completions and the manual page, from the commands as they are. */
export async function runCompletions(shell: string, program: Command, version: string): Promise<number> {
  const commands = listCommands(program);
  const text =
    shell === 'man'
      ? writeManual(commands, listOptions(program), program.description(), version)
      : writeCompletions(shell as Shell, commands);
  await printData(text);
  return ExitCode.done;
}
