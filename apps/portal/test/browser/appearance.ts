import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { axe, COLOUR_RULES, noSidewaysScroll } from './axe.ts';
import { allPages, type PageCase } from './pages.ts';
import { DESKTOP, openStage, PHONE, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import type { Language } from './words.ts';
import type { World } from './world.ts';

const folder = fileURLToPath(new URL('../../../../artifacts/portal/', import.meta.url));
const languages: readonly Language[] = ['th', 'en'];
const narrow = { width: 320, height: 640 };

/** A page that is wrong on purpose must be found wrong: else a silent tool would pass everything. */
async function axeSees(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.setContent('<img src="x"><p style="color:#bbb;background:#fff">pale</p><button></button>');
  const found = await axe(page).then(
    () => '',
    (cause: unknown) => String(cause),
  );
  await page.close();
  for (const rule of ['image-alt', 'color-contrast', 'button-name', 'html-has-lang']) {
    expect(found.includes(rule), `axe does not report ${rule}`);
  }
}

/** Looks at every page in both languages: axe in light and dark, no sideways scroll at 320 px, pictures of phone and desktop. */
export async function appearance(browser: Browser, world: World, tally: Tally, only: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await tally.check('axe finds what is wrong on purpose', () => axeSees(browser));
  const chosen = allPages(world).filter((one) => only.length === 0 || only.some((part) => one.name.includes(part)));
  const work = languages.flatMap((language) => chosen.map((one) => ({ one, language })));
  const stages = new Map<string, Stage[]>();
  const borrow = async (one: PageCase, language: Language): Promise<[Stage, () => void]> => {
    const key = `${one.as ?? ''} ${language}`;
    const free = stages.get(key) ?? [];
    stages.set(key, free);
    const stage = free.pop() ?? (await openStage(browser, world.url, one.as && world.people[one.as], language));
    return [stage, () => void free.push(stage)];
  };
  const worker = async (): Promise<void> => {
    for (let job = work.shift(); job; job = work.shift()) {
      const { one, language } = job;
      const [stage, giveBack] = await borrow(one, language);
      await lookAt(stage, one, language, tally);
      await stage.page.unrouteAll({ behavior: 'ignoreErrors' });
      giveBack();
    }
  };
  await Promise.all([worker(), worker()]);
  for (const stage of [...stages.values()].flat()) await stage.close();
}

async function lookAt(stage: Stage, one: PageCase, language: Language, tally: Tally): Promise<void> {
  const { page } = stage;
  const name = `${one.name} ${language}`;
  const picture = (kind: string) =>
    page.screenshot({ path: `${folder}${one.name}.${language}.${kind}.png`, fullPage: true, animations: 'disabled' });
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light' });
  const ready = await tally.check(`${name}: opens`, async () => {
    // What an earlier state of a page left in this tab is no part of the next one.
    if (page.url().startsWith('http')) await page.evaluate(() => sessionStorage.clear());
    await stage.open(one.path);
    await one.prepare?.(page, language);
    await settled(page);
    const missing = await page.evaluate(
      // Only what is shown counts, so textContent will not do.
      // biome-ignore lint/performance/useDomNodeTextContent: hidden text may hold anything
      () => /\{\w+\}|\b(undefined|NaN)\b|\[object/.exec(document.body.innerText)?.[0],
    );
    expect(!missing, `a text shows ${missing}`);
  });
  if (!ready) {
    await picture('failed').catch(() => undefined);
    return;
  }
  await tally.check(`${name}: axe, light`, () => axe(page));
  await picture('desktop');
  await page.emulateMedia({ colorScheme: 'dark' });
  await tally.check(`${name}: axe, dark`, () => axe(page, COLOUR_RULES));
  if (language === 'th') await picture('desktop-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await page.waitForTimeout(60);
  await picture('phone');
  await page.setViewportSize(narrow);
  await page.waitForTimeout(60);
  await tally.check(`${name}: 320 px without sideways scroll`, () => noSidewaysScroll(page));
  await tally.check(`${name}: no script error`, () => {
    const faults = stage.faults();
    expect(faults.length === 0, faults.join('\n'));
  });
}
