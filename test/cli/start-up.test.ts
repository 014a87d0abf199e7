import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { listImports, ROOT, readProjectFile } from '../support/source-tree.ts';

describe('start-up', () => {
  it('prints the version of package.json', () => {
    const { version } = JSON.parse(readProjectFile('package.json')) as { version: string };
    expect(runCli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('answers --version from an entry that imports nothing at the top', () => {
    const entry = readProjectFile('dist/cli.js');
    expect(entry.length).toBeLessThan(4000);
    expect([...entry.matchAll(/^import .*from "(\.[^"]+)"/gm)].map((match) => match[1])).toEqual([]);
  });

  it('--help loads neither chart nor parser libraries', () => {
    const chunks = new Map(
      readdirSync(path.join(ROOT, 'dist'))
        .filter((file) => file.endsWith('.js'))
        .map((file) => [`./${file}`, readProjectFile(`dist/${file}`)]),
    );
    const program = [...chunks.keys()].find((name) => name.startsWith('./program-'));
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      const source = chunks.get(name);
      if (source === undefined) return;
      for (const match of source.matchAll(/^(?:import|export) [^;]*?from "([^"]+)"|^import "([^"]+)"/gm))
        visit(match[1] ?? match[2]);
    };
    visit(program ?? 'no program chunk');
    expect([...reached].filter((name) => /vega|papaparse|simple-statistics|saxes|fzstd/.test(name))).toEqual([]);
    expect(listImports('import x from "vega";')).toEqual(['vega']);
  });

  it.each(['report', 'compare', 'calls', 'inspect', 'formats', 'whatif', 'export', 'summarize', 'fleet'])(
    '%s --help has an example',
    (command) => {
      const { status, stdout } = runCli([command, '--help']);
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`recvscope ${command}|\\| recvscope ${command}`));
      expect(stdout).toContain('Example');
    },
  );
});
