import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { sampleCompare, sampleReport } from '../support/sample-analysis.ts';
import { canSkip, launchBrowser, openReport } from './browser.ts';

let browser: Browser;
let report: string;
let compare: string;
const LANES = 'figure[data-draw=lanes]';
const STRIP = 'figure[data-draw=strip]';
const readout = (page: Page, figure: string): Promise<string | null> =>
  page.locator(`${figure} .readout`).first().textContent();
const svgOf = (page: Page, figure: string): Promise<string> => page.locator(`${figure} .scroll`).first().innerHTML();

describe.skipIf(canSkip)('the script of a report', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    report = await renderAnalysis(sampleReport(), 'html');
    compare = await renderAnalysis(sampleCompare(), 'html');
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('draws the same picture as the page came with', async () => {
    const without = await openReport(browser, report, { javaScriptEnabled: false });
    const still = await svgOf(without.page, LANES);
    await without.close();
    const { page, events, close } = await openReport(browser, report);
    const box = page.locator(`${LANES} .scroll`).first();
    await box.focus();
    await page.keyboard.press('+');
    expect(await svgOf(page, LANES)).not.toBe(still);
    await page.keyboard.press('0');
    expect(await svgOf(page, LANES)).toBe(still);
    expect(events).toEqual([]);
    await close();
  });

  it('reads out a stretch under the pointer, and by the arrow keys alone', async () => {
    const { page, close } = await openReport(browser, report);
    const mark = page.locator(`${LANES} rect`).first();
    await mark.hover();
    expect(await readout(page, LANES)).toBe(await mark.locator('title').textContent());
    await page.locator(`${LANES} .scroll`).first().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await readout(page, LANES)).toMatch(/^process: .*line [\d,]+/);
    await close();
  });

  it('zooms by wheel, by drag and by buttons, and pans by keys', async () => {
    const { page, close } = await openReport(browser, report);
    const box = page.locator(`${LANES} .scroll`).first();
    const whole = await svgOf(page, LANES);
    await box.scrollIntoViewIfNeeded();
    const { x, y, width } = (await box.boundingBox())!;
    await page.mouse.move(x + width * 0.4, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + 10, { steps: 5 });
    await page.mouse.up();
    const dragged = await svgOf(page, LANES);
    expect(dragged).not.toBe(whole);
    await box.focus();
    await page.keyboard.press('Shift+ArrowRight');
    expect(await svgOf(page, LANES)).not.toBe(dragged);
    await page.locator(`${LANES} button[title="Show all"]`).first().click();
    expect(await svgOf(page, LANES)).toBe(whole);
    await box.focus();
    await page.mouse.move(x + width * 0.5, y + 10);
    await page.mouse.wheel(0, -200);
    await expect.poll(() => svgOf(page, LANES)).not.toBe(whole);
    await close();
  });

  it('leads from a bucket of the overview to a call, by the keyboard', async () => {
    const { page, close } = await openReport(browser, report);
    await page.locator(`${STRIP} .scroll`).first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await readout(page, STRIP)).toMatch(/throughput/);
    const link = page.locator(`${STRIP} a`).first();
    if ((await link.count()) > 0) {
      const target = await link.getAttribute('href');
      await link.focus();
      await page.keyboard.press('Enter');
      expect(new URL(page.url()).hash).toBe(target);
    }
    await close();
  });

  it('reads out the marks of a chart by the arrow keys', async () => {
    const { page, close } = await openReport(browser, report);
    await page.locator('#chart-time-per-mib .scroll').focus();
    await page.keyboard.press('End');
    expect(await readout(page, '#chart-time-per-mib')).toMatch(/per MiB/);
    await close();
  });

  it('sorts and filters a table, hides what cannot be told, downloads its rows', async () => {
    const { page, close } = await openReport(browser, compare);
    await page.evaluate(() => {
      location.hash = '#comparison';
    });
    const rows = page.locator('#t-compare tbody tr:visible');
    const all = await rows.count();
    await page.locator('#comparison input[type=checkbox]').check();
    expect(await rows.count()).toBeLessThan(all);
    await page.locator('#comparison input[type=checkbox]').uncheck();
    await page.locator('#comparison input[type=search]').fill('throughput');
    expect(await rows.count()).toBe(1);
    await page.locator('#comparison input[type=search]').fill('');
    const head = page.locator('#t-compare thead th').nth(1);
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#comparison button:has-text("CSV")').click(),
    ]);
    const csv = readFileSync((await download.path())!, 'utf8');
    expect(csv.trim().split('\r\n')).toHaveLength(all + 1);
    await close();
  });

  it('copies the ticket text', async () => {
    const { page, close } = await openReport(browser, report, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#copy').click();
    await expect.poll(() => page.locator('#copy').textContent()).toBe('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      await renderAnalysis(sampleReport(), 'markdown'),
    );
    await close();
  });

  it('opens what a link leads into, and the figures of the causes on paper', async () => {
    const { page, close } = await openReport(browser, report);
    expect(await page.locator('#data').evaluate((d) => (d as HTMLDetailsElement).open)).toBe(false);
    await page.locator('.trust a[href="#data"]').click();
    expect(await page.locator('#data').evaluate((d) => (d as HTMLDetailsElement).open)).toBe(true);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('.finding details:not([open])').count()).toBe(0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.finding details[open]').count()).toBe(0);
    await close();
  });

  it('is small', () => {
    const script = /<script>(.*?)<\/script>/s.exec(report)![1];
    expect(Buffer.byteLength(script)).toBeLessThanOrEqual(40_000);
  });
});
