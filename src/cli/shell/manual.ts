import type { CommandRow, OptionRow } from './table.ts';

/** recvscope(1) as roff: man -l <(recvscope completions man), or into a folder of MANPATH. */
export function writeManual(
  commands: readonly CommandRow[],
  general: readonly OptionRow[],
  description: string,
  version: string,
): string {
  return [
    `.TH RECVSCOPE 1 "" "recvscope ${escapeRoff(version)}" "User Commands"`,
    '.SH NAME',
    'recvscope \\- one timeline per TCP receive call, and where receive copy offload wins or loses',
    '.SH SYNOPSIS',
    ...commands.map((command) => `.br\n\\fBrecvscope\\fR ${escapeRoff(command.usage)}`),
    '.SH DESCRIPTION',
    escapeRoff(description.replace(/\n/g, ' ')),
    '.PP',
    'A CAPTURE is a file, \\- for standard input, or a folder whose every file is used.',
    '\\fBrecvscope FILE\\fR is read as report, \\fBrecvscope BEFORE AFTER\\fR as compare.',
    '.SH GENERAL OPTIONS',
    ...general.flatMap(writeOption),
    ...commands.flatMap((command) => [
      `.SH ${escapeRoff(command.name.toUpperCase())}`,
      escapeRoff(command.summary),
      ...command.options.flatMap(writeOption),
      ...(command.notes === '' ? [] : ['.PP', '.nf', escapeRoff(command.notes), '.fi']),
    ]),
    '.SH EXIT STATUS',
    '0 done, 1 \\-\\-fail\\-on holds, 2 usage, 3 unreadable input, 4 nothing recognised, 5 cannot record here, 70 bug of recvscope.',
    '',
  ].join('\n');
}

const writeOption = (option: OptionRow): string[] => [
  '.TP',
  `\\fB${escapeRoff(option.flags)}\\fR`,
  escapeRoff(option.description),
];

/** A line that begins with a dot or a quote would be an order to roff. */
const escapeRoff = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/gm, '\\&$1');
