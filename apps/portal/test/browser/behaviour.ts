import type { Browser, Page } from 'playwright-core';
import { noSidewaysScroll } from './axe.ts';
import * as sample from './sample.ts';
import { openStage, PHONE, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

/** What must not go wrong when something does: connection, session, two people, two tabs, narrow screens at large type. */
export async function behaviour(browser: Browser, world: World, tally: Tally): Promise<void> {
  const as = async (
    person: keyof World['people'] | undefined,
    work: (stage: Stage) => Promise<void>,
  ): Promise<void> => {
    const stage = await openStage(browser, world.url, person && world.people[person], 'th');
    try {
      await work(stage);
    } finally {
      await stage.close();
    }
  };
  await tally.check('what is typed is stored by itself and survives a reload', () =>
    as('somchai', (stage) => autosave(stage, world)),
  );
  await tally.check('offline: what is typed is kept, and stored when the connection is back', () =>
    as('somchai', (stage) => offline(stage, world)),
  );
  await tally.check('an ended session asks to sign in over the page and then goes on', () =>
    as('malee', (stage) => endedSession(stage, world)),
  );
  await tally.check('signing in leads back to where one was', () => as(undefined, returnAfterSignIn));
  await tally.check('a change in another tab is not overwritten without asking', () =>
    as('somchai', (stage) => twoTabs(stage, world)),
  );
  await tally.check('the same officer is told why approving is not possible', () =>
    as('suda', async ({ page, open }) => {
      await open(`/officer/cases/${world.cases.ownDecision.id}`);
      await page.getByText(say('officer.same_officer_title')).waitFor();
    }),
  );
  await tally.check('a decision taken meanwhile is shown, and the reason that was typed is kept', () =>
    as('anong', (stage) => staleDecision(stage, world)),
  );
  await tally.check('a case leaves the filtered queue as soon as it was decided', () =>
    as('anong', (stage) => freshQueue(stage, world)),
  );
  await tally.check('clearing the filters of the queue empties the search box and brings the cases back', () =>
    as('anong', clearedFilters),
  );
  await tally.check('a changed document is called changed', () =>
    as(undefined, (stage) => changedDocument(stage, world)),
  );
  await tally.check('changing the language keeps the page and what is typed', () =>
    as('somchai', (stage) => language(stage, world)),
  );
  await tally.check('with type twice as large nothing scrolls sideways on a phone', () => as(undefined, largeType));
  await tally.check('the public page prints with its address and QR code', () =>
    as(undefined, (stage) => print(stage, world)),
  );
}

const nameBox = (page: Page) => page.locator('#field-personName input, input#field-personName').first();

async function openApplicantStep(stage: Stage, person: keyof World['people'], world: World): Promise<string> {
  const draft = await sample.draft(world.people[person], { applicantKind: 'natural' });
  await stage.open(`/applications/${draft.id}/steps/applicant`);
  return draft.id;
}

const saved = (page: Page) => page.getByText(new RegExp(say('form.saved', { time: '' }).trim().split(' ')[0] ?? ''));

async function autosave(stage: Stage, world: World): Promise<void> {
  const { page } = stage;
  await openApplicantStep(stage, 'somchai', world);
  await nameBox(page).fill('สมชาย พิมพ์ค้างไว้');
  await saved(page).last().waitFor();
  await page.reload();
  await settled(page);
  expect((await nameBox(page).inputValue()) === 'สมชาย พิมพ์ค้างไว้', 'the name is there after a reload');
}

async function offline(stage: Stage, world: World): Promise<void> {
  const { page, context } = stage;
  const id = await openApplicantStep(stage, 'somchai', world);
  await context.setOffline(true);
  await nameBox(page).fill('พิมพ์ตอนออฟไลน์');
  await page.getByText(say('form.saveFailed')).waitFor();
  await context.setOffline(false);
  await page.getByText(say('form.saveFailed')).waitFor({ state: 'hidden', timeout: 15_000 });
  await saved(page).last().waitFor();
  const now = await world.people.somchai.get(`/licensing/applications/${id}`);
  expect(now.data.personName === 'พิมพ์ตอนออฟไลน์', 'the server has what was typed offline');
}

async function endedSession(stage: Stage, world: World): Promise<void> {
  const { page, context } = stage;
  const id = await openApplicantStep(stage, 'malee', world);
  await page.locator('.account').waitFor();
  await context.clearCookies();
  await nameBox(page).fill('มาลี ไม่หาย');
  const dialog = page.locator('dialog[open]');
  await dialog.getByText(say('session.endedText')).waitFor();
  const { items } = await world.people.malee.get('/identity/demo-accounts');
  const malee = items.find((item: { username: string }) => item.username === 'malee');
  const boxes = dialog.locator('input:not([type=checkbox])');
  if ((await boxes.count()) > 1) await boxes.first().fill('malee');
  await boxes.last().fill(malee.password);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await nameBox(page).inputValue()) === 'มาลี ไม่หาย', 'what was typed is still in the page');
  await saved(page).last().waitFor();
  const now = await world.people.malee.get(`/licensing/applications/${id}`);
  expect(now.data.personName === 'มาลี ไม่หาย', 'and it was stored after signing in');
}

async function returnAfterSignIn({ page, open }: Stage): Promise<void> {
  await open('/licences');
  await page
    .locator('main')
    .getByRole('link', { name: say('failure.sign_in') })
    .click();
  await page.getByRole('button', { name: /สมชาย/ }).click();
  await page.getByRole('heading', { level: 1, name: say('licence.mine') }).waitFor();
}

async function twoTabs(stage: Stage, world: World): Promise<void> {
  const { page } = stage;
  const id = await openApplicantStep(stage, 'somchai', world);
  const before = await world.people.somchai.get(`/licensing/applications/${id}`);
  const elsewhere = { applicantKind: 'natural', personName: 'จากอีกแท็บ' };
  await world.people.somchai.send('PUT', `/licensing/applications/${id}/data`, { data: elsewhere }, before.version);
  await nameBox(page).fill('จากแท็บนี้');
  await page.getByText(say('step.conflict_title')).waitFor();
  const held = await world.people.somchai.get(`/licensing/applications/${id}`);
  expect(held.data.personName === 'จากอีกแท็บ', 'nothing was overwritten');
  await page.getByRole('button', { name: say('step.conflict_theirs') }).click();
  await page.getByText(say('step.conflict_title')).waitFor({ state: 'hidden' });
  expect((await nameBox(page).inputValue()) === 'จากอีกแท็บ', 'the other answers were taken over');
}

async function staleDecision(stage: Stage, world: World): Promise<void> {
  const { page, open } = stage;
  const application = await sample.paid(world.people.somchai);
  await open(`/officer/cases/${application.id}`);
  await page.locator('section[aria-labelledby=decide] .button.danger').first().click();
  const dialog = page.locator('dialog[open]');
  await dialog.locator('textarea').fill('เหตุผลที่พิมพ์ไว้');
  await world.people.anong.act(application, 'return', { reason: 'อีกคนส่งกลับก่อน' });
  await dialog.locator('.button.danger').click();
  await page.locator('main .notice.warning, main .notice.danger').first().waitFor();
  await page.getByText('อีกคนส่งกลับก่อน').waitFor();
}

async function freshQueue(stage: Stage, world: World): Promise<void> {
  const { page, open } = stage;
  const { reference } = await sample.paid(world.people.somchai);
  await open('/officer/queue?state=screening');
  const row = page.getByRole('link', { name: reference });
  while ((await row.count()) === 0) {
    await page.getByRole('button', { name: say('list.more') }).click();
    await settled(page);
  }
  await row.click();
  await settled(page);
  await page.locator('section[aria-labelledby=decide] .button.primary').first().click();
  await page.locator('.notice.success').waitFor();
  await page
    .getByRole('link', { name: say('officer.to_queue') })
    .last()
    .click();
  await settled(page);
  expect(
    (await page.getByRole('link', { name: reference }).filter({ visible: true }).count()) === 0 ||
      !page.url().includes('state=screening'),
    'no stale row',
  );
}

async function clearedFilters({ page, open }: Stage): Promise<void> {
  await open('/officer/queue?state=screening');
  await page.getByRole('searchbox').fill('ไม่มีคำขอนี้แน่นอน');
  await page.getByText(say('officer.empty_filtered')).waitFor();
  await page.getByRole('button', { name: say('officer.clear_filter') }).click();
  await page.locator('.table-primary a').first().waitFor();
  expect((await page.getByRole('searchbox').inputValue()) === '', 'the search box is empty');
  await page.waitForTimeout(400);
  expect((await page.locator('.table-primary a').count()) > 0, 'the cases stay');
}

async function changedDocument(stage: Stage, world: World): Promise<void> {
  const { page, open } = stage;
  await open('/validate');
  const copy = world.document.slice();
  const at = Math.floor(copy.length / 2);
  copy[at] = (copy[at] ?? 0) ^ 1;
  await page.setInputFiles('#validate-files', {
    name: 'changed.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from(copy),
  });
  await page.locator('.verdict[data-tone=fails]').waitFor();
}

async function language(stage: Stage, world: World): Promise<void> {
  const { page } = stage;
  await openApplicantStep(stage, 'somchai', world);
  await nameBox(page).fill('ชื่อที่พิมพ์ไว้');
  await page.getByRole('button', { name: say('shell.otherLanguage') }).click();
  await page.getByRole('button', { name: say('form.save', {}, 'en') }).waitFor();
  expect((await page.evaluate(() => document.documentElement.lang)) === 'en', 'the page says that it is in English');
  expect((await nameBox(page).inputValue()) === 'ชื่อที่พิมพ์ไว้', 'what was typed is kept');
}

/** A window of 320 px is 1280 px at 400 %; a phone whose owner doubled the size of all type is the harder case. */
async function largeType({ page, open }: Stage): Promise<void> {
  await page.setViewportSize(PHONE);
  await open('/validate');
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await noSidewaysScroll(page);
}

async function print(stage: Stage, world: World): Promise<void> {
  const { page, open } = stage;
  await open(`/v/${world.licences.active.publicId}`);
  await page.emulateMedia({ media: 'print' });
  await page.locator('.qr-code svg').waitFor();
  const box = await page.locator('.qr-code').boundingBox();
  expect(box && box.width > 120, 'the QR code is large enough to scan');
  expect(await page.getByText(world.licences.active.publicId).isVisible(), 'the address is printed');
}
