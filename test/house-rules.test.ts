import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCrowdedFolders, findImportCircles, readImportGraph } from './support/import-graph.ts';
import { listFiles, listImports, ROOT, readProjectFile } from './support/source-tree.ts';

/** The import table of src/README.md: from → may import. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: ['model'],
  stats: ['stats'],
  kernels: ['model', 'kernels'],
  mechanisms: ['model', 'mechanisms'],
  timeline: ['model', 'timeline'],
  verdict: ['model', 'stats', 'verdict'],
  parsers: ['model', 'parsers'],
  reports: ['model', 'reports'],
  exports: ['model', 'reports', 'exports'],
  fleet: ['model', 'stats', 'verdict', 'fleet'],
  record: ['model', 'stats', 'record'],
  cli: [
    'model',
    'stats',
    'kernels',
    'mechanisms',
    'timeline',
    'verdict',
    'parsers',
    'reports',
    'exports',
    'fleet',
    'record',
    'cli',
  ],
};

/**
 * Inside a room with rooms of its own: from → may import. 'index' is its door, a file with a row has its name, 'own files' are
 * the other files of the folder itself.
 */
const INSIDE: Record<string, Record<string, readonly string[]>> = {
  parsers: {
    contract: [],
    text: ['contract'],
    source: ['text'],
    events: ['contract', 'text'],
    payload: ['contract', 'text', 'events'],
    wasm: ['contract', 'text', 'events', 'payload'],
    folded: [],
    formats: ['contract', 'text', 'events', 'payload', 'wasm', 'folded'],
    registry: ['contract', 'formats'],
    detect: ['contract', 'text', 'source', 'formats', 'registry'],
    reading: ['contract', 'text', 'source', 'wasm', 'folded', 'formats', 'registry', 'detect'],
    index: ['source', 'registry', 'reading'],
  },
  'parsers/formats': {
    ftrace: [],
    'function-graph': [],
    iperf: [],
    'folded-stacks': [],
    kperf: [],
    manifest: [],
    netperf: [],
    oprofile: [],
    'perf-report': [],
    'perf-script': [],
    'perf-stat': [],
    robot: [],
    sysstat: [],
    prose: ['iperf', 'oprofile', 'side'],
    side: [],
    'trace-cmd': ['ftrace', 'function-graph'],
  },
  'src/timeline': {
    state: [],
    rows: ['state'],
    walk: ['state'],
    arrivals: ['state'],
    capture: ['state', 'rows', 'walk', 'arrivals'],
    'own files': ['state', 'rows', 'capture'],
    index: ['state', 'rows', 'arrivals', 'capture', 'own files'],
  },
  'src/verdict': {
    'own files': [],
    scope: ['own files'],
    arrivals: ['own files'],
    lenses: ['own files', 'arrivals'],
    context: ['own files'],
    cost: ['own files', 'context'],
    summaries: ['own files', 'arrivals', 'context', 'cost'],
    'break-even': ['own files', 'context', 'cost'],
    whatif: ['own files', 'context', 'cost'],
    'figures-only': ['own files', 'context', 'summaries'],
    compare: ['own files', 'arrivals', 'context', 'summaries'],
    verdicts: ['own files', 'context', 'cost', 'summaries', 'compare'],
    findings: ['own files', 'context', 'cost', 'summaries', 'break-even', 'whatif', 'figures-only', 'verdicts'],
    assemble: [
      'own files',
      'lenses',
      'context',
      'cost',
      'summaries',
      'break-even',
      'whatif',
      'figures-only',
      'compare',
      'verdicts',
      'findings',
    ],
    index: ['own files', 'scope', 'lenses', 'break-even', 'whatif', 'compare', 'assemble'],
  },
};

/** Third-party packages have one home each. */
const HOMES: Record<string, RegExp> = {
  vega: /^reports\/(charts\/render\.ts|browser\/)/,
  'vega-lite': /^reports\/(charts\/render\.ts|browser\/)/,
  'vega-interpreter': /^reports\/(charts\/render\.ts|browser\/)/,
  papaparse: /^(parsers\/|reports\/outputs\/)/,
  commander: /^src\/cli/,
  'simple-statistics': /^src\/stats\//,
  'hyparquet-writer': /^src\/exports\/parquet\//,
  '@duckdb/node-api': /^src\/fleet\/engines\/duckdb/,
  '@clickhouse/client': /^src\/fleet\/engines\/clickhouse/,
  'node:fs': /^(parsers\/source\/|src\/cli\/|src\/record\/system\/)/,
  'node:fs/promises': /^(parsers\/source\/|src\/cli\/)/,
  'node:child_process': /^(parsers\/source\/|src\/record\/system\/processes\.ts)/,
  fs: /^$/,
};

const sources = ['src', 'parsers', 'reports']
  .flatMap((folder) => listFiles(folder))
  .filter((file) => file.endsWith('.ts'));

function roomOf(file: string): string {
  const [top, second] = file.split('/');
  if (top !== 'src') return top;
  return second.startsWith('cli') ? 'cli' : second;
}

/** 'src/verdict/cost/weigh.ts' → 'cost', 'src/verdict/words.ts' → 'own files', 'parsers/contract.ts' → 'contract'. */
function roomInside(folder: string, file: string): string {
  const parts = file.slice(folder.length + 1).split('/');
  if (parts.length > 1) return parts[0];
  const name = path.basename(file, '.ts');
  return name in INSIDE[folder] || name === 'index' ? name : 'own files';
}

describe('house rules', () => {
  it('has only the agreed top level', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() && !['.git', 'node_modules', 'dist', 'coverage', 'demo-out'].includes(entry.name),
      )
      .map((entry) => entry.name)
      .sort();
    expect(folders).toEqual(['.ci', 'fixtures', 'parsers', 'reports', 'src', 'test']);
  });

  it('lets data go one way: every import is allowed by the table', () => {
    const broken: string[] = [];
    for (const file of sources) {
      const allowed = MAY_IMPORT[roomOf(file)];
      expect(allowed, `${file} lives in no room`).toBeDefined();
      for (const specifier of listImports(readProjectFile(file))) {
        if (!specifier.startsWith('.')) continue;
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
        if (!allowed.includes(roomOf(target))) broken.push(`${file} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('lets data go one way inside a room too', () => {
    const broken: string[] = [];
    for (const [folder, table] of Object.entries(INSIDE)) {
      const files = sources.filter((file) => file.startsWith(`${folder}/`));
      expect(Object.keys(table).sort(), folder).toEqual(
        [...new Set(files.map((file) => roomInside(folder, file)))].sort(),
      );
      for (const [file, targets] of readImportGraph(files))
        for (const target of targets) {
          if (!target.startsWith(`${folder}/`)) continue;
          const [from, to] = [roomInside(folder, file), roomInside(folder, target)];
          if (from === to) continue;
          // A format is known to others by its door only; trace-cmd prints the lines of two of them again, prose quotes three.
          const isAtDoor = to !== 'formats' || target.endsWith('/index.ts');
          if (!isAtDoor || !table[from].includes(to)) broken.push(`${file} → ${target}`);
        }
    }
    expect(broken).toEqual([]);
  });

  it('has no import circle, type imports counted', () => {
    expect(findImportCircles(readImportGraph(sources))).toEqual([]);
  });

  it('has no folder of more than 20 files and no prefix that should be a folder', () => {
    const code = [...sources, ...listFiles('test')].filter((file) => file.endsWith('.ts'));
    expect(findCrowdedFolders(code, 20, 3)).toEqual([]);
  });

  it('keeps each package in its home', () => {
    const broken: string[] = [];
    for (const file of sources)
      for (const specifier of listImports(readProjectFile(file))) {
        const home = HOMES[specifier];
        if (home !== undefined && !home.test(file)) broken.push(`${file} imports ${specifier}`);
      }
    expect(broken).toEqual([]);
  });

  it('uses each of the five fixed packages', () => {
    const used = new Set(
      [...sources, ...listFiles('test').filter((file) => file.endsWith('.ts'))].flatMap((file) =>
        listImports(readProjectFile(file)),
      ),
    );
    for (const name of ['papaparse', 'commander', 'simple-statistics', 'vega-lite', 'vitest'])
      expect(used, name).toContain(name);
  });

  it('raises to powers that every release of Node computes alike: squares, and whole powers of 2 and 10', () => {
    // V8 13 computes x ** 3 by another routine than V8 12: intervals differed in their tenth digit (npm run same-bytes).
    const powers = sources.flatMap((file) =>
      [...readProjectFile(file).matchAll(/^(?!\s*(?:\*|\/\*\*|\/\/)).*?(\S+) \*\* (\S+)|Math\.pow/gm)]
        .filter(([, base, exponent]) => !/^-?\(*(?:2|10|1024)$/.test(base ?? '') && !/^2\b/.test(exponent ?? ''))
        .map(([text]) => `${file}: ${text.trim()}`),
    );
    expect(powers).toEqual([]);
  });

  it('prints in one file only and ends the process in one file only', () => {
    const printing = sources.filter(
      (file) =>
        !file.startsWith('reports/browser/') && /\bconsole\.|process\.std(out|err)\.write/.test(readProjectFile(file)),
    );
    expect(printing).toEqual(['src/cli.ts', 'src/cli/output.ts']);
    expect(sources.filter((file) => /process\.exit(Code)?\b/.test(readProjectFile(file)))).toEqual(['src/cli.ts']);
  });

  it('names files in kebab-case and gives every room a README', () => {
    expect(sources.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?\.ts$/.test(path.basename(file)))).toEqual([]);
    for (const room of [
      'src',
      'src/model',
      'src/kernels',
      'src/mechanisms',
      'src/timeline',
      'src/stats',
      'src/verdict',
      'src/exports',
      'src/fleet',
      'src/record',
      'src/cli',
      ...new Set(
        Object.entries(INSIDE).flatMap(([folder, table]) =>
          Object.keys(folder.startsWith('parsers') ? {} : table)
            .map((room) => `${folder}/${room}`)
            .filter((room) => sources.some((file) => file.startsWith(`${room}/`))),
        ),
      ),
      'parsers',
      'reports',
      'fixtures',
      'test',
    ])
      expect(listFiles(room), room).toContain(`${room}/README.md`);
  });

  it('prints the import table in src/README.md as it is enforced here', () => {
    const readme = readProjectFile('src/README.md');
    for (const [from, allowed] of Object.entries(MAY_IMPORT))
      expect(readme).toContain(`| ${from} | ${allowed.join(', ')} |`);
    for (const [folder, table] of Object.entries(INSIDE))
      for (const [from, allowed] of Object.entries(table))
        expect(readme).toContain(`| ${folder.replace('src/', '')}/${from} | ${allowed.join(', ') || 'none'} |`);
  });

  it('registers every format, mechanism, chart, output and finding', () => {
    const registered = (folder: string, registry: string, isPart: (name: string) => boolean): void => {
      const text = readProjectFile(registry);
      const missing = listFiles(folder)
        .filter(
          (file) =>
            path.posix.dirname(file) === folder &&
            file.endsWith('.ts') &&
            file !== registry &&
            isPart(path.basename(file, '.ts')),
        )
        .filter((file) => !text.includes(`/${path.basename(file)}'`));
      expect(missing, registry).toEqual([]);
    };
    registered('src/mechanisms', 'src/mechanisms/index.ts', () => true);
    const findings = readProjectFile('src/verdict/findings/index.ts');
    const formats = readProjectFile('parsers/registry.ts');
    const exported = (file: string, pattern: RegExp): string[] =>
      [...readProjectFile(file).matchAll(pattern)].map((match) => match[1]);
    expect(
      sources
        .filter((file) => file.startsWith('src/verdict/findings/'))
        .flatMap((file) => exported(file, /export const (\w+): (?:Finder|FindingRule)\b/g))
        .filter((name) => !findings.includes(name)),
    ).toEqual([]);
    expect(
      sources
        .filter((file) => file.startsWith('parsers/formats/'))
        .flatMap((file) => exported(file, /export const (\w+Format): Format\b/g))
        .filter((name) => !formats.includes(name)),
    ).toEqual([]);
  });

  it('has an about.md for every fixture case', () => {
    const files = listFiles('fixtures/captures');
    const folders = new Set(files.map((file) => path.posix.dirname(file)));
    const hasAbout = (folder: string): boolean =>
      folder !== 'fixtures' && (files.includes(`${folder}/about.md`) || hasAbout(path.posix.dirname(folder)));
    expect([...folders].filter((folder) => !hasAbout(folder))).toEqual([]);
  });

  it('speaks of no machine, workplace or registry host', () => {
    const text = [
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      ...listFiles('src'),
      ...listFiles('parsers'),
      ...listFiles('reports'),
      ...listFiles('test').filter((file) => file !== 'test/house-rules.test.ts'),
    ];
    const forbidden = /\/work\/|\.\.\/shared|registry\.npmjs|helper session|\bsubagent/i;
    expect(text.filter((file) => forbidden.test(readProjectFile(file)))).toEqual([]);
  });
});
