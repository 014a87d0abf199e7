import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Quiet on a closed network; --no-sandbox because CI runs as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumPath = process.env.CHROMIUM_PATH ?? PLACES.find((place) => existsSync(place));
/** On a developer's machine without Chromium the tests are skipped; in CI that is a failure. */
export const canSkip = chromiumPath === undefined && process.env.CI !== 'true';

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('no Chromium found: install the package chromium or set CHROMIUM_PATH');
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS });
}

export interface OpenPage {
  page: Page;
  /** Console messages, page errors, dialogs, downloads, navigations: anything but reading is a finding. */
  events: string[];
  close(): Promise<void>;
}

/** Opens the text of a report from a file, as the recipient of a ticket does. */
export async function openReport(
  browser: Browser,
  text: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recvscope-browser-'));
  const file = path.join(folder, 'report.html');
  writeFileSync(file, text);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const events: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => events.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => events.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    events.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('download', (download) => events.push(`download: ${download.url()}`));
  page.on('request', (request) => {
    if (request.url() !== url) events.push(`request: ${request.url()}`);
  });
  await page.goto(url, { waitUntil: 'load' });
  return {
    page,
    events,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
