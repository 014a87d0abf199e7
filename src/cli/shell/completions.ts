import type { CommandRow, OptionRow } from './table.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function writeCompletions(shell: Shell, commands: readonly CommandRow[]): string {
  return { bash: writeBash, zsh: writeZsh, fish: writeFish }[shell](commands);
}

const namesOf = (options: readonly OptionRow[]): string[] =>
  options.flatMap((o) => [o.short, o.long].filter((n) => n !== ''));
const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

/** Load with: source <(recvscope completions bash) */
function writeBash(commands: readonly CommandRow[]): string {
  const cases = commands.map((command) => {
    const values = command.options.flatMap((option) => {
      const names = [option.short, option.long].filter((name) => name !== '').join('|');
      if (option.value === 'choice')
        return [`        ${names}) COMPREPLY=($(compgen -W ${quote(option.choices.join(' '))} -- "$cur")); return;;`];
      if (option.value === 'file') return [`        ${names}) COMPREPLY=($(compgen -f -- "$cur")); return;;`];
      if (option.value === 'word') return [`        ${names}) return;;`];
      return [];
    });
    return [
      `    ${command.name})`,
      '      case "$prev" in',
      ...values,
      '      esac',
      `      words=${quote(namesOf(command.options).join(' '))};;`,
    ].join('\n');
  });
  return `# bash completion of recvscope; load with: source <(recvscope completions bash)
_recvscope() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote(commands.map((c) => c.name).join(' '))} -- "$cur") $(compgen -f -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$cur"));;
    *) COMPREPLY=($(compgen -f -- "$cur"));;
  esac
}
complete -o filenames -F _recvscope recvscope
`;
}

/** Load with: source <(recvscope completions zsh) */
function writeZsh(commands: readonly CommandRow[]): string {
  const clean = (text: string): string => text.replace(/[[\]:\\]/g, ' ').replace(/'/g, '’');
  const cases = commands.map((command) => {
    const options = command.options.map((option) => {
      const what =
        option.value === 'none'
          ? ''
          : option.value === 'choice'
            ? `:value:(${option.choices.join(' ')})`
            : option.value === 'file'
              ? ':file:_files'
              : ':value: ';
      return `      '${option.long === '' ? option.short : option.long}[${clean(option.description)}]${what}' \\`;
    });
    return `    ${command.name}) _arguments \\\n${options.join('\n')}\n      '*:capture:_files';;`;
  });
  return `#compdef recvscope
# zsh completion of recvscope; load with: source <(recvscope completions zsh)
_recvscope() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map((c) => `      '${c.name}:${clean(c.summary)}'`).join('\n')}
    )
    _describe command commands
    _files
    return
  fi
  local name=\${words[2]}
  shift words; (( CURRENT-- ))
  case $name in
${cases.join('\n')}
  esac
}
compdef _recvscope recvscope
`;
}

/** Load with: recvscope completions fish | source */
function writeFish(commands: readonly CommandRow[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c recvscope -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
    ...command.options.map((option) => {
      const names = [
        option.short === '' ? '' : `-s ${option.short.slice(1)}`,
        option.long === '' ? '' : `-l ${option.long.slice(2)}`,
      ].filter((part) => part !== '');
      const value =
        option.value === 'choice'
          ? ` -x -a ${quote(option.choices.join(' '))}`
          : option.value === 'file'
            ? ' -r -F'
            : option.value === 'word'
              ? ' -x'
              : '';
      return `complete -c recvscope -n '__fish_seen_subcommand_from ${command.name}' ${names.join(' ')}${value} -d ${quote(option.description)}`;
    }),
  ]);
  return `# fish completion of recvscope; load with: recvscope completions fish | source\n${lines.join('\n')}\n`;
}
