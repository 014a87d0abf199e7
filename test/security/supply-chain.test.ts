import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { listFiles, ROOT, readProjectFile } from '../support/source-tree.ts';

const manifest = JSON.parse(readProjectFile('package.json')) as { dependencies: Record<string, string> };
const lock = JSON.parse(readProjectFile('package-lock.json')) as {
  packages: Record<string, { hasInstallScript?: boolean; dev?: boolean; optional?: boolean }>;
};

describe('supply chain', () => {
  it('uses every runtime dependency', () => {
    const source = ['src', 'parsers', 'reports']
      .flatMap((folder) => listFiles(folder))
      .filter((file) => file.endsWith('.ts'))
      .map(readProjectFile)
      .join('\n');
    for (const name of Object.keys(manifest.dependencies).filter((each) => each !== '@clickhouse/client'))
      expect(source, name).toMatch(new RegExp(`['"]${name}['"]`));
  });

  it('has no install script in what users install, and names the others', () => {
    const scripts = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true);
    expect(scripts.filter(([, entry]) => entry.dev !== true && entry.optional !== true)).toEqual([]);
    for (const [name] of scripts) expect(readProjectFile('SECURITY.md')).toContain(name.replace('node_modules/', ''));
  });

  it('prints a bill of materials that holds every runtime dependency', () => {
    const { stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' });
    const bom = JSON.parse(stdout) as { bomFormat: string; components: { name: string; version: string }[] };
    expect(bom.bomFormat).toBe('CycloneDX');
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(bom.components.map((each) => `${each.name}@${each.version}`)).toContain(`${name}@${version}`);
  });
});
