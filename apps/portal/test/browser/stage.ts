import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Person } from './person.ts';
import type { Language } from './words.ts';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** A browser window with somebody signed in (or nobody), in one language. Faults of scripts and refused policies are collected. */
export interface Stage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Script errors and policy violations since the last call. */
  faults(): string[];
  open(path: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(
  browser: Browser,
  url: string,
  person: Person | undefined,
  language: Language,
): Promise<Stage> {
  const context = await browser.newContext({
    viewport: DESKTOP,
    reducedMotion: 'reduce',
    locale: language === 'th' ? 'th-TH' : 'en-GB',
    timezoneId: 'Asia/Bangkok',
    acceptDownloads: true,
  });
  await context.addInitScript((chosen) => localStorage.setItem('tra.language', chosen), language);
  if (person) await context.addCookies([{ ...person.cookie, url, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  let faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script error: ${String(error)}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      faults.push(`console: ${text.slice(0, 300)}`);
  });
  return {
    context,
    page,
    faults: () => {
      const now = faults;
      faults = [];
      return now;
    },
    open: async (path) => {
      await page.goto(url + path, { waitUntil: 'domcontentloaded' });
      await settled(page);
    },
    close: () => context.close(),
  };
}

/** Waits until the page shows what it has to show: heading, data, type, pictures of documents. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    // The style page shows what waits, and never ends doing so.
    () =>
      [...document.querySelectorAll('.skeleton, .spinner')].every((one) => one.closest('.style-section')) &&
      document.fonts.status === 'loaded',
    undefined,
    { timeout: 10_000, polling: 50 },
  );
  // One frame more, so that what follows from the data has been drawn.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30))));
}
