import type { Browser, Page } from 'playwright-core';
import { chooseFile, press, tabTo } from './keyboard.ts';
import { giveLarge } from './large-file.ts';
import { openStage, PHONE, type Stage } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { type GivenFile, given } from './timestamp.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

/** Verifying tokens on a phone and by keyboard: what is missing or wrong, what takes long, what fails and is tried again. */
export async function verifyingTokens(browser: Browser, world: World, tally: Tally): Promise<void> {
  const alone = async (work: (stage: Stage) => Promise<void>): Promise<void> => {
    const stage = await openStage(browser, world.url, undefined, 'th');
    try {
      await stage.page.setViewportSize(PHONE);
      await stage.open('/timestamp/verify');
      await work(stage);
      const faults = stage.faults();
      expect(faults.length === 0, faults.join('\n'));
    } finally {
      await stage.close();
    }
  };
  const token = (page: Page): Promise<GivenFile> => tokenOver(page, world.url);
  await tally.check('a token is verified by keyboard only, and the answer has the focus', () =>
    alone((stage) => byKeyboard(stage, token)),
  );
  await tally.check('what is missing or no token has the focus, with the reason', () => alone(wrongFiles));
  await tally.check('a token without its file tells what it states and claims no more', () =>
    alone((stage) => withoutFile(stage, token)),
  );
  await tally.check('a token over another file is said to be that, and proves no time for this one', () =>
    alone((stage) => otherFile(stage, token)),
  );
  await tally.check('verifying against a large file shows progress, and can be cancelled', () =>
    alone((stage) => cancelLarge(stage, token)),
  );
  await tally.check('a verification that failed is tried again by one press', () =>
    alone((stage) => triedAgain(stage, token)),
  );
  await tally.check('stamping by keyboard keeps the focus through cancelling, failing and the result', () =>
    alone(stampingKeepsFocus),
  );
}

/** A token over the letter a. */
async function tokenOver(page: Page, url: string): Promise<GivenFile> {
  const answer = await page.request.post(`${url}/api/v1/timestamp/tokens`, {
    data: { digest: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb' },
  });
  const { token } = (await answer.json()) as { token: string };
  return given('a.txt.tst', Buffer.from(token, 'base64'));
}

type Tokens = (page: Page) => Promise<GivenFile>;

const submit = (page: Page) => page.getByRole('button', { name: say('stampcheck.ask'), exact: true });
const summary = (page: Page, name: string) => page.getByRole('heading', { name: say(`stampcheck.summary.${name}`) });

async function expectFocus(page: Page, selector: string): Promise<void> {
  await page
    .waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector)
    .catch(async () => {
      const has = await page.evaluate(
        () => (document.activeElement?.cloneNode(false) as Element | undefined)?.outerHTML,
      );
      throw new Error(`${selector} has not the focus, but ${has}`);
    });
}

async function byKeyboard({ page }: Stage, token: Tokens): Promise<void> {
  await chooseFile(page, page.locator('#check-data'), given('a.txt', 'a'));
  await chooseFile(page, page.locator('#check-token'), await token(page));
  await press(page, submit(page));
  await summary(page, 'passed').waitFor();
  await expectFocus(page, '#answer');
  await tabTo(page, page.getByRole('button', { name: say('stampcheck.print') }));
}

async function wrongFiles({ page }: Stage): Promise<void> {
  await press(page, submit(page));
  await page.getByText(say('stampcheck.data_missing')).waitFor();
  await expectFocus(page, '#check-data');
  await page.setInputFiles('#check-data', given('a.txt', 'a'));
  await press(page, submit(page));
  await page.getByText(say('stampcheck.token_missing')).waitFor();
  await expectFocus(page, '#check-token');
  await page.setInputFiles('#check-token', given('photo.jpg', Buffer.from([0xff, 0xd8, 0xff])));
  await press(page, submit(page));
  await page.getByText(say('stampcheck.token_wrong')).waitFor();
  // It is there, so what has the focus is the way to take it out.
  await expectFocus(page, '.field:has(.field-error) button');
}

async function withoutFile({ page }: Stage, token: Tokens): Promise<void> {
  await page.setInputFiles('#check-token', await token(page));
  await submit(page).click();
  await summary(page, 'not_compared').waitFor();
  await page.getByText(say('stampcheck.compared_with_none')).waitFor();
  expect((await page.getByText(/ไฟล์มีอยู่แล้วเมื่อ/).count()) === 0, 'nothing is claimed of a file');
  await page.setInputFiles('#check-data', given('a.txt', 'a'));
  expect((await page.locator('.verdict').count()) === 0, 'the answer goes with the question');
  await submit(page).click();
  await summary(page, 'passed').waitFor();
}

async function otherFile({ page }: Stage, token: Tokens): Promise<void> {
  await page.setInputFiles('#check-data', given('b.txt', 'b'));
  await page.setInputFiles('#check-token', await token(page));
  await submit(page).click();
  await summary(page, 'other_file').waitFor();
  expect((await page.getByText(/ไฟล์มีอยู่แล้วเมื่อ/).count()) === 0, 'no time is claimed for this file');
}

async function cancelLarge({ page }: Stage, token: Tokens): Promise<void> {
  await page.setInputFiles('#check-token', await token(page));
  await giveLarge(page, '#check-data');
  await press(page, submit(page));
  await page.waitForFunction(() => Number(document.querySelector('progress')?.value ?? 0) > 0);
  await press(page, page.getByRole('button', { name: say('ui.cancel'), exact: true }));
  await page.locator('progress').waitFor({ state: 'detached' });
  await expectFocus(page, 'form [type=submit]');
  expect((await page.locator('.notice.danger').count()) === 0, 'cancelling is no failure');
  await page.getByRole('button', { name: 'large.iso' }).click();
  await page.setInputFiles('#check-data', given('a.txt', 'a'));
  await submit(page).click();
  await summary(page, 'passed').waitFor();
}

async function triedAgain({ page }: Stage, token: Tokens): Promise<void> {
  await page.setInputFiles('#check-data', given('a.txt', 'a'));
  await page.setInputFiles('#check-token', await token(page));
  await page.route('**/api/v1/timestamp/verifications', (route) => route.abort('internetdisconnected'));
  await submit(page).click();
  await page.locator('.notice.danger').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await press(page, page.getByRole('button', { name: say('failure.retry') }));
  await summary(page, 'passed').waitFor();
}

async function stampingKeepsFocus({ page, open }: Stage): Promise<void> {
  await open('/timestamp');
  await giveLarge(page, '#stamp-files');
  const start = page.getByRole('button', { name: say('stamp.start_one'), exact: true });
  await press(page, start);
  const cancel = page.getByRole('button', { name: say('ui.cancel'), exact: true });
  await cancel.waitFor();
  expect(await cancel.evaluate((one) => one === document.activeElement), 'the way to cancel has the focus');
  await page.keyboard.press('Enter');
  await start.waitFor();
  expect(await start.evaluate((one) => one === document.activeElement), 'the way to start again has the focus');
  await page.getByRole('button', { name: 'large.iso' }).click();
  await page.setInputFiles('#stamp-files', given('a.txt', 'a'));
  await page.route('**/api/v1/timestamp/tokens', (route) => route.abort('internetdisconnected'));
  await press(page, start);
  await page.locator('.notice.danger').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await press(page, page.getByRole('button', { name: say('failure.retry') }));
  await expectFocus(page, '#stamped');
}
