import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { runCli } from '../support/run-cli.ts';
import { canSkip, launchBrowser, openReport } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** By script of the test, not of the page: the policy of the page lets none run. */
const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
const pages = new Map<string, string>();
const classic = 'fixtures/captures/classic';
/** Made by the built command line from bundled captures. */
const REAL: Record<string, string[]> = {
  'real report': ['report', `${classic}/B-default/run1`],
  'real comparison': ['compare', `${classic}/A-offload-off/run1`, `${classic}/B-default/run1`],
};
const ALL_NAMES = [...SAMPLE_NAMES, ...Object.keys(REAL)];
let browser: Browser;

describe.skipIf(canSkip)('report in a browser', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    for (const name of SAMPLE_NAMES) pages.set(name, await renderAnalysis(REPORT_SAMPLES[name](), 'html'));
    for (const [name, args] of Object.entries(REAL)) {
      const { status, stdout, stderr } = runCli([...args, '--quiet', '--format', 'html', '-o', '-']);
      expect(status, stderr).toBe(0);
      pages.set(name, stdout);
    }
  });
  afterAll(async () => {
    await browser?.close();
  });

  it.each(ALL_NAMES)('%s: reads without a message, a request, a dialog', async (name) => {
    const { page, events, close } = await openReport(browser, pages.get(name)!);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.locator('h1').count()).toBe(1);
    // The data of the pictures, and the one script.
    expect(await page.evaluate(() => document.scripts.length)).toBe(2);
    expect(events).toEqual([]);
    await close();
  });

  it('reads without script: the words, the figures and the pictures are there', async () => {
    const analysis = REPORT_SAMPLES.compare();
    const { page, events, close } = await openReport(browser, pages.get('compare')!, { javaScriptEnabled: false });
    expect(await page.locator('h1').textContent()).toContain(analysis.headline.sentence);
    expect(await page.locator('table.strip tbody tr').count()).toBe(3);
    expect(await page.locator('#copy').isVisible()).toBe(false);
    const open = await page.locator('main > section figure svg[viewBox]').all();
    expect(open.length).toBeGreaterThanOrEqual(4);
    for (const chart of open) expect((await chart.boundingBox())!.height).toBeGreaterThan(40);
    expect(events).toEqual([]);
    await close();
  });

  it('stays readable where inline style is refused', async () => {
    const bare = pages.get('compare')!.replace(/<style>.*?<\/style>/s, '');
    const { page, close } = await openReport(browser, bare, { javaScriptEnabled: false });
    const colours = await page.evaluate(
      () => new Set([...document.querySelectorAll('figure svg [fill^="#"]')].map((e) => getComputedStyle(e).fill)).size,
    );
    expect(colours).toBeGreaterThan(5);
    await close();
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [800, 'light'],
    [800, 'dark'],
    [400, 'light'],
  ] as const)('fits a window of %d pixels, %s, everything unfolded', async (width, colorScheme) => {
    for (const name of ALL_NAMES) {
      const { page, close } = await openReport(browser, pages.get(name)!, {
        viewport: { width, height: 900 },
        colorScheme,
      });
      await unfold(page);
      const [scroll, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(scroll, name).toBeLessThanOrEqual(inner);
      const boxes = await page.evaluate(() =>
        [...document.querySelectorAll('.wide')].map((box) => box.scrollWidth - box.clientWidth),
      );
      if (width >= 1280) expect(Math.max(0, ...boxes), `${name}: a table is cut`).toBeLessThanOrEqual(0);
      await close();
    }
  });

  it.each(['report', 'compare', 'real report', 'real comparison'])(
    '%s: the answer is on the first screen',
    async (name) => {
      const { page, close } = await openReport(browser, pages.get(name)!);
      const box = await page.locator('.trust').boundingBox();
      expect(box!.y + box!.height).toBeLessThan(900);
      await close();
    },
  );

  it.each(['real report', 'real comparison'])(
    '%s: the open part is at most three screens and 1,200 words',
    async (name) => {
      const { page, close } = await openReport(browser, pages.get(name)!);
      const box = await page.locator('#more').boundingBox();
      expect(box!.y).toBeLessThanOrEqual(2700);
      const words = await page.evaluate(() => document.body.innerText.split(/\s+/).length);
      expect(words).toBeLessThanOrEqual(1200);
      await close();
    },
  );

  it.each([
    ['report', 'light'],
    ['compare', 'dark'],
    ['whatif', 'light'],
    ['empty', 'light'],
    ['hostile', 'dark'],
    ['real report', 'dark'],
    ['real comparison', 'light'],
  ] as const)('%s, %s: axe finds nothing', async (name, colorScheme) => {
    const { page, close } = await openReport(browser, pages.get(name)!, { colorScheme });
    await unfold(page);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const axe = (
        window as unknown as {
          axe: { run(context: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe;
      const result = await axe.run({ exclude: ['svg'] });
      return result.violations.map((v) => `${v.id} ×${v.nodes.length}: ${v.nodes[0].html.slice(0, 200)}`);
    });
    expect(violations).toEqual([]);
    await close();
  });

  it('keeps hostile names inert: shown as text, nothing executed', async () => {
    const { page, events, close } = await openReport(browser, pages.get('hostile')!);
    expect(await page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
    expect(
      await page
        .locator('script:not(#island):not(:last-of-type), iframe, img, object, embed, [onload], [onerror], [onclick]')
        .count(),
    ).toBe(0);
    await page.waitForTimeout(100);
    expect(events).toEqual([]);
    await close();
  });

  it('refuses a script that would slip through the escaping', async () => {
    const broken = pages
      .get('report')!
      .replace('</main>', '<script>window.ran = 1</script><img src=x onerror="window.ran = 1"></main>');
    const { page, events, close } = await openReport(browser, broken);
    await page.waitForTimeout(100);
    expect(await page.evaluate(() => (window as unknown as { ran?: number }).ran)).toBeUndefined();
    expect(events.filter((event) => /Content Security Policy/.test(event)).length).toBeGreaterThan(0);
    await close();
  });

  it('prints the open part on at most four pages', async () => {
    const { page, close } = await openReport(browser, pages.get('real comparison')!, { javaScriptEnabled: false });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const count = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(4);
    await close();
  });
});
