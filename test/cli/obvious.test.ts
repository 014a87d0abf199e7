import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const RUN = 'fixtures/captures/classic/B-default/run1';

describe('a command line without a command', () => {
  it('reads a file as a report, and says so', () => {
    const { status, stdout, stderr } = runCli([RUN]);
    expect(status).toBe(0);
    expect(stdout).toBe(runCli(['report', RUN]).stdout);
    expect(stderr).toContain(`recvscope report ${RUN}`);
  });

  it('reads two files as a comparison', () => {
    const { status, stderr } = runCli([
      'fixtures/captures/classic/A-offload-off/run1',
      RUN,
      '--format',
      'summary-json',
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('recvscope compare');
  });

  it('asks for the version by -v and version, and keeps a mistyped command an error', () => {
    const version = runCli(['--version']).stdout;
    expect(runCli(['-v']).stdout).toBe(version);
    expect(runCli(['version']).stdout).toBe(version);
    const { status, stderr } = runCli(['reprot', RUN]);
    expect(status).toBe(2);
    expect(stderr).toContain('report');
  });

  it('names the folder that is missing, and the size of what was written', () => {
    const { status, stderr } = runCli(['report', RUN, '-o', 'no/such/folder/a.html']);
    expect(status).toBe(3);
    expect(stderr).toMatch(/no\/such\/folder/);
    expect(stderr).toContain('mkdir -p no/such/folder');
    expect(runCli(['report', RUN, '--format', 'junit', '-o', '/dev/null']).stderr).toMatch(
      /wrote \/dev\/null \(\d+ (bytes|kB)\)/,
    );
  });
});

describe('help', () => {
  it('lists what everybody needs first, limits last', () => {
    const { stdout } = runCli(['report', '--help']);
    const order = ['Common:', '--format', '--full', 'Scope:', '--baseline', 'Limits:', '--max-calls'].map((word) =>
      stdout.indexOf(word),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });
});

describe('completions and manual', () => {
  const commands = [...runCli(['--help']).stdout.matchAll(/^ {2}([a-z]+) \[?options/gm)].map((match) => match[1]);

  it.each(['bash', 'zsh', 'fish', 'man'])('%s names every command and every option', (shell) => {
    expect(commands.length).toBeGreaterThan(5);
    const { status, stdout } = runCli(['completions', shell]);
    expect(status).toBe(0);
    const plain = stdout.replace(/\\-/g, '-');
    for (const command of commands) {
      expect(plain, command).toContain(command);
      for (const [, option] of runCli([command, '--help']).stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm))
        if (option !== 'help') expect(plain, `${command} ${option}`).toContain(option);
    }
  });

  it('is a script that bash takes, and completes an option', () => {
    const { stdout } = runCli(['completions', 'bash']);
    const script = `${stdout}\nCOMP_WORDS=(recvscope report --form)\nCOMP_CWORD=2\n_recvscope\necho "\${COMPREPLY[@]}"`;
    const result = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.stdout.trim()).toBe('--format');
  });
});
