import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDocument } from '../../reports/document.ts';
import { CUTS, HARD_BUDGET_BYTES } from '../../reports/outputs/html/budget.ts';
import { writeHtml } from '../../reports/outputs/html/index.ts';
import { runCli } from '../support/run-cli.ts';
import { sampleCompare } from '../support/sample-analysis.ts';
import { listFiles, ROOT } from '../support/source-tree.ts';

const CAPTURES = 'fixtures/captures';
/** Folders as people bring them: a run with its side files, the runs of an experiment, an instance of a lens. */
const FOLDERS = ['classic', 'lenses', 'marks', 'truth', 'side-snapshot', 'perf-report'].flatMap((kind) =>
  readdirSync(path.join(ROOT, CAPTURES, kind), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.posix.join(CAPTURES, kind, entry.name)),
);

describe('size of a report', () => {
  it('stays below the budget whatever the capture holds, and says what is left out', async () => {
    const sample = sampleCompare();
    const [finding] = sample.findings;
    const wild = {
      ...sample,
      diagnostics: Array.from({ length: 3000 }, (_, i) => ({
        ...sample.diagnostics[0],
        name: `doubt-${i}`,
        meaning: 'm'.repeat(400),
      })),
      findings: Array.from({ length: 400 }, (_, i) => ({
        ...finding,
        role: 'note' as const,
        id: `note-${i}`,
        sentence: 's'.repeat(2000),
      })),
      notes: Array.from({ length: 2000 }, () => 'n'.repeat(300)),
    };
    const page = await writeHtml(makeDocument(wild));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(HARD_BUDGET_BYTES);
    expect(page).toContain('Left out to keep this file below');
    expect(page).toContain('recvscope calls');
  });

  it('leaves out nothing where there is room', async () => {
    expect(await writeHtml(makeDocument(sampleCompare()))).not.toContain('Left out to keep');
    expect(CUTS.length).toBeGreaterThan(5);
  });

  it.each([
    ['report', 'fixtures/captures/classic/B-default/run1'],
    ['compare', 'fixtures/captures/classic/A-offload-off/run1', 'fixtures/captures/classic/B-default/run1'],
    ['compare', 'fixtures/captures/modern-rcvlowat/A1', 'fixtures/captures/modern-rcvlowat/B1'],
  ])('%s of %s: at most 400,000 bytes', (...args) => {
    const { status, stdout } = runCli([...args, '--format', 'html', '-q']);
    expect(status).toBe(0);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(400_000);
  });

  it.each(FOLDERS)('%s: at most 1,000,000 bytes, a headline of at most 20 words', (folder) => {
    const { status, stdout } = runCli(['report', folder, '--format', 'html', '-q']);
    expect(status).toBe(0);
    const headline =
      stdout
        .match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1]
        .replace(/<span.*?<\/span>/gs, '')
        .trim() ?? '';
    expect(headline).not.toBe('');
    expect(headline.split(/\s+/).length, headline).toBeLessThanOrEqual(20);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(1_000_000);
  });

  it('a folder of forty profiles: at most 1,000,000 bytes', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'recvscope-forty-'));
    const profiles = listFiles(`${CAPTURES}/perf-report`).filter((file) => file.endsWith('.txt'));
    for (let i = 0; i < 40; i++)
      copyFileSync(path.join(ROOT, profiles[i % profiles.length]), path.join(folder, `profile-${i}.txt`));
    const { status, stdout } = runCli(['report', folder, '--format', 'html', '-q']);
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(1_000_000);
  });
});
