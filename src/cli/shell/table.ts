import type { Command } from 'commander';

/** What completions and the manual are made of: the commands as commander knows them, so that neither can be stale. */
export interface CommandRow {
  name: string;
  summary: string;
  usage: string;
  options: OptionRow[];
  /** Examples and exit codes under the options. */
  notes: string;
}

export interface OptionRow {
  short: string;
  long: string;
  /** Takes a value: a file, one of `choices`, or any word. */
  value: 'none' | 'file' | 'choice' | 'word';
  choices: string[];
  description: string;
  flags: string;
}

const FILES = /^(file|folder|capture|manifest)$/;

export function listCommands(program: Command): CommandRow[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.description().replace(/\n/g, ' '),
    usage: `${command.name()} ${command.usage()}`,
    options: listOptions(command),
    notes: notesOf(command),
  }));
}

export function listOptions(command: Command): OptionRow[] {
  return command.options
    .filter((option) => !option.hidden)
    .map((option) => {
      const name = /[<[]([^>\]]+)/.exec(option.flags)?.[1] ?? '';
      const choices = option.argChoices ?? [];
      const value = name === '' ? 'none' : choices.length > 0 ? 'choice' : FILES.test(name) ? 'file' : 'word';
      return {
        short: option.short ?? '',
        long: option.long ?? '',
        value,
        choices: [...choices],
        description: option.description,
        flags: option.flags,
      };
    });
}

/** The text after the options, as --help prints it. */
function notesOf(command: Command): string {
  let out = '';
  command.configureOutput({
    writeOut: (text) => {
      out += text;
    },
  });
  command.outputHelp();
  const at = out.search(/\n(Examples?|Times|Needs|Failures)\b/);
  return at < 0 ? '' : out.slice(at).trim();
}
