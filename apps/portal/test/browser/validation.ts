import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { plainPdf } from './sample.ts';
import { openStage, PHONE, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { withNote, withPadding } from './validation-sample.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file as somebody would choose it. */
export function given(name: string, bytes: Uint8Array, mimeType = 'application/pdf'): GivenFile {
  return { name, mimeType, buffer: Buffer.from(bytes) };
}

/** Chooses files and waits for the first answer. */
export async function choose(page: Page, files: readonly GivenFile[]): Promise<void> {
  await page.setInputFiles('#validate-files', [...files]);
  await page.locator('.verdict, .fold, main .notice.danger').first().waitFor();
}

/** Opens the document of the only result, and waits until its page is drawn. */
export async function openVersions(page: Page): Promise<void> {
  await page.locator('.verdict-foot .button[aria-expanded]').click();
  await page
    .locator('.compare p[role=status]')
    .filter({ hasNotText: new RegExp(`${say('pdf.loading')}|${say('pdf.loading', {}, 'en')}`) })
    .waitFor();
}

/** A ZIP of documents. */
export function bundle(world: World): GivenFile {
  const entries = { 'ก.pdf': world.document, 'ข.pdf': withNote(world.document), 'ค.pdf': plainPdf() };
  return given('papers.zip', zipSync(entries), 'application/zip');
}

/** Hands in a ZIP and waits until it is judged. */
export async function handIn(page: Page, world: World): Promise<void> {
  await page.setInputFiles('#validate-files', bundle(world));
  await page.locator('main .card .button.primary').click();
  await page.waitForURL(/\/validate\/results\//);
  await page.locator('.fold').nth(2).waitFor();
}

/** What people do with documents that they were given. */
export async function validating(browser: Browser, world: World, tally: Tally): Promise<void> {
  const check = (name: string, work: (stage: Stage) => Promise<void>): Promise<boolean> =>
    tally.check(name, async () => {
      const stage = await openStage(browser, world.url, undefined, 'th');
      try {
        await stage.open('/validate');
        await work(stage);
        const faults = stage.faults();
        expect(faults.length === 0, faults.join('\n'));
      } finally {
        await stage.close();
      }
    });
  await check('the signed version stands beside the changed one, with the change marked', (stage) =>
    versions(stage, world),
  );
  await check('a document of 5 MB gets its verdict on a phone', (stage) => largeOnPhone(stage, world));
  await check('a PDF/A is said to be examined, not certified, with what was not looked at', (stage) =>
    structures(stage, world),
  );
  await check('several files: each its verdict, a filter, a table to save', (stage) => several(stage, world));
  await check('a ZIP is judged as a batch that survives a reload and can be deleted', (stage) => batch(stage, world));
  await check('a result that is kept opens by its link, and the same file shows its versions again', (stage) =>
    keptResult(stage, world),
  );
  await check('a signature and its file are checked together, whichever came first', (stage) => pairs(stage));
  await check('a result is there after a look at something else, and after a reload', (stage) =>
    survives(stage, world),
  );
  await check('opened in the other language, all words change with it', (stage) => otherLanguage(stage, world));
  await check('without connection nothing is lost, and the check goes on by itself', (stage) =>
    reconnects(stage, world),
  );
  await check('a connection that breaks midway is tried again, at once when asked', (stage) =>
    lostMidway(stage, world),
  );
  await check('a busy server is asked again after the time that it told', (stage) => busy(stage, world));
  await check('the report is saved in a format that the server offers', (stage) => formats(stage, world));
}

async function versions({ page }: Stage, world: World): Promise<void> {
  await choose(page, [given('note.pdf', withNote(world.document))]);
  await page.locator('.verdict[data-tone=fails]').waitFor();
  await openVersions(page);
  await page.getByText(say('versions.page_differs', { count: 1 })).waitFor();
  expect((await page.locator('.compare-spot[data-tone=fails]').count()) > 0, 'the note is marked');
  await page.getByText(say('versions.text'), { exact: true }).click();
  await page.getByText('Approved for export', { exact: true }).waitFor();
}

/** Tells how long it took; how fast that is depends on the machine, so nothing is asked of it here. */
async function largeOnPhone({ page }: Stage, world: World): Promise<void> {
  await page.setViewportSize(PHONE);
  const file = given('large.pdf', withPadding(world.document, 5_000_000));
  const started = Date.now();
  await page.setInputFiles('#validate-files', file);
  await page.locator('.verdict').waitFor();
  console.log(`  verdict on ${(file.buffer.length / 1e6).toFixed(1)} MB at 390 px after ${Date.now() - started} ms`);
}

async function structures({ page }: Stage, world: World): Promise<void> {
  await choose(page, [given('licence.pdf', world.document)]);
  await page.getByText(say('validate.structures', { count: 2 })).click();
  await page.getByText(`${say('validate.not_checked')}:`).waitFor();
  const claimed = say('validation.structure.archive_passed', { level: 'A' }).split(' ').slice(0, 3).join(' ');
  await page.getByText(claimed).waitFor();
}

async function several({ page }: Stage, world: World): Promise<void> {
  const files = [given('ก.pdf', world.document), given('ข.pdf', plainPdf()), given('ค.pdf', withNote(world.document))];
  await page.setInputFiles('#validate-files', files);
  await page.locator('.fold').nth(2).waitFor();
  await page.locator('#validate-filter').selectOption('failed');
  await page.locator('.fold').nth(1).waitFor({ state: 'detached' });
  await page.locator('#validate-filter').selectOption('unsigned');
  await page.locator('.fold', { hasText: 'ข.pdf' }).waitFor();
  expect((await page.locator('.fold').count()) === 1, 'the one without a signature is told apart from what failed');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: say('validate.save_table') }).click();
  expect((await saving).suggestedFilename() === 'results.csv', 'the table is saved');
}

async function batch({ page }: Stage, world: World): Promise<void> {
  await handIn(page, world);
  await page.reload();
  await settled(page);
  await page.locator('.fold').nth(2).waitFor();
  await page.locator('#validate-filter').selectOption('passed');
  await page.locator('.fold').nth(1).waitFor({ state: 'detached' });
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: say('validate.save_table') }).click();
  expect((await saving).suggestedFilename() === 'results.csv', 'the table is saved');
  const address = page.url();
  await page.getByRole('button', { name: say('validate.delete'), exact: true }).click();
  await page.locator('dialog[open] .button.danger').click();
  await page.waitForURL(/\/validate$/);
  await page.goto(address);
  await page.getByText(say('validate.gone')).waitFor();
}

async function keptResult({ page }: Stage, world: World): Promise<void> {
  await page.getByText(say('validate.keep', { days: 30 })).click();
  await choose(page, [given('note.pdf', withNote(world.document))]);
  await page.getByRole('link', { name: say('validate.kept_open') }).click();
  await page.waitForURL(/\/validate\/results\//);
  await page.reload();
  await page.locator('.verdict[data-tone=fails]').waitFor();
  await page.locator('.verdict-foot .button[aria-expanded]').click();
  const input = page.locator('.verdict-foot input[type=file]');
  await input.setInputFiles(given('other.pdf', world.document));
  await page.getByText(say('versions.other_file')).waitFor();
  await input.setInputFiles(given('note.pdf', withNote(world.document)));
  await page.locator('.compare-spot').first().waitFor();
}

async function pairs({ page }: Stage): Promise<void> {
  const content = given('a.txt', Buffer.from('a'), 'text/plain');
  const signature = given('a.txt.p7s', Buffer.from('no CMS at all'), 'application/pkcs7-signature');
  const together = page.getByText(say('validate.with_file', { name: 'a.txt' }));
  for (const [first, second] of [
    [content, signature],
    [signature, content],
  ] as const) {
    await choose(page, [first]);
    await page.locator('.verdict').waitFor();
    await page.setInputFiles('#validate-files', second);
    await together.waitFor();
    expect((await page.locator('.fold').count()) === 0, 'the two are one check');
    await page.locator('.verdict-foot .button.quiet').last().click();
    await page.locator('.verdict').waitFor({ state: 'detached' });
  }
}

async function survives({ page }: Stage, world: World): Promise<void> {
  await choose(page, [given('ก.pdf', world.document)]);
  await page.locator('.verdict-foot a[href^="/v/"]').click();
  await page.getByRole('heading', { level: 1, name: say('record.title') }).waitFor();
  await page.goBack();
  await page.locator('.verdict[data-tone=holds]').waitFor();
  await page.reload();
  await page.locator('.verdict[data-tone=holds]').waitFor();
  await page.locator('.verdict-foot .button[aria-expanded]').click();
  await page.getByText(say('versions.ask')).waitFor();
  await page.locator('.verdict-foot .button.quiet').last().click();
  await page.reload();
  await settled(page);
  expect((await page.locator('.verdict').count()) === 0, 'what was removed does not come back');
}

async function otherLanguage({ page }: Stage, world: World): Promise<void> {
  await choose(page, [given('ก.pdf', world.document)]);
  await page.locator('.verdict-row summary').first().click();
  await page.getByRole('button', { name: 'English' }).click();
  await page
    .getByText(say('validation.summary.passed', {}, 'en'))
    .first()
    .waitFor();
  const thai = await page.locator('.verdict-row .check-list').first().textContent();
  expect(!/[\u0e00-\u0e7f]/.test(thai ?? ''), `still Thai: ${thai?.slice(0, 80)}`);
}

async function reconnects({ page, context }: Stage, world: World): Promise<void> {
  await context.setOffline(true);
  await choose(page, [given('ก.pdf', world.document)]);
  await page.getByText(say('validate.reconnects')).waitFor();
  await context.setOffline(false);
  await page.locator('.verdict[data-tone=holds]').waitFor();
}

async function lostMidway({ page }: Stage, world: World): Promise<void> {
  await page.route('**/api/v1/validations', (route) => route.abort('connectionreset'), { times: 1 });
  await page.setInputFiles('#validate-files', given('ก.pdf', world.document));
  await page.getByRole('button', { name: say('validate.now') }).click();
  await page.locator('.verdict[data-tone=holds]').waitFor();
}

async function busy({ page }: Stage, world: World): Promise<void> {
  const body = JSON.stringify({ title: 'busy', status: 429, code: 'http.rate_limited' });
  const headers = { 'retry-after': '1', 'content-type': 'application/problem+json' };
  await page.route('**/api/v1/validations', (route) => route.fulfill({ status: 429, headers, body }), { times: 1 });
  await page.setInputFiles('#validate-files', given('ก.pdf', world.document));
  await page.getByText(say('validate.held_rate', { seconds: 1 })).waitFor();
  await page.locator('.verdict[data-tone=holds]').waitFor();
}

async function formats({ page }: Stage, world: World): Promise<void> {
  await choose(page, [given('ก.pdf', world.document)]);
  await page.locator('summary', { hasText: say('validate.save_report') }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: say('validate.format.etsi') }).click();
  expect((await saving).suggestedFilename() === 'ก.etsi.xml', 'the report is saved');
}
