// Prints a CycloneDX list of what users install. `npm sbom --omit dev` leaves out a package that development needs as well
// (npm 11: picocolors), so the whole list is asked for and cut to what the lock file does not mark as development.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
const runtime = new Set(
  Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true)
    .map(([path, entry]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version}`),
);
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const bom = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 }));
bom.metadata.component.name = lock.name;
bom.components = bom.components.filter(({ name, version }) => runtime.has(`${name}@${version}`));
const known = new Set([bom.metadata.component['bom-ref'], ...bom.components.map((component) => component['bom-ref'])]);
bom.dependencies = bom.dependencies
  .filter(({ ref }) => known.has(ref))
  .map((edge) => ({ ...edge, dependsOn: (edge.dependsOn ?? []).filter((ref) => known.has(ref)) }));
console.log(JSON.stringify(bom, null, 2));
