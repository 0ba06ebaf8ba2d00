import type { Browser } from 'playwright-core';
import { press, type as typeInto } from './keyboard.ts';
import { openStage, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { type GivenFile, given, stamp, verify } from './timestamp.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

/** A time-stamp with the file that it is over. */
interface Kept {
  readonly data: GivenFile;
  readonly token: GivenFile;
}

/** The end of time-stamping units, by two officers in their pages, and what everybody else then sees. */
export async function revokingUnits(browser: Browser, world: World, tally: Tally): Promise<void> {
  const together = async (work: (stages: Stages) => Promise<void>): Promise<void> => {
    const { kanya, thana } = world.people;
    const [first, second, visitor] = (await Promise.all(
      [kanya, thana, undefined].map((person) => openStage(browser, world.url, person, 'th')),
    )) as [Stage, Stage, Stage];
    try {
      await work({ first, second, visitor });
      for (const stage of [first, second, visitor]) {
        const faults = stage.faults();
        expect(faults.length === 0, faults.join('\n'));
      }
    } finally {
      for (const stage of [first, second, visitor]) await stage.close();
    }
  };
  await tally.check('a unit is replaced by two officers, and its earlier time-stamps stay good', () =>
    together(replaceUnit),
  );
  await tally.check('a unit whose key is stolen is revoked at once, confirmed later, and its time-stamps fail', () =>
    together(stolenKey),
  );
}

interface Stages {
  readonly first: Stage;
  readonly second: Stage;
  readonly visitor: Stage;
}

async function replaceUnit({ first, second, visitor }: Stages): Promise<void> {
  const kept = await stampBefore(visitor);
  await findUnit(first);
  await ask(first, 'superseded', 'certaction.stamps.kept');
  await first.page.getByText(say('certaction.revoke.asked')).waitFor();
  await press(first.page, first.page.getByRole('link', { name: say('regist.open_request') }));
  await first.page.getByText(say('regist.barred.same_officer')).waitFor();
  expect((await first.page.getByRole('button', { name: say('regist.action.second') }).count()) === 0, 'one alone');
  const { pathname } = new URL(first.page.url());
  await askAgain(first);
  // Until somebody else agrees nothing has happened.
  await expectStanding(visitor, 'stampabout.kind.signing');
  await second.open('/officer/certificate-requests');
  await press(second.page, second.page.locator(`a[href="${pathname}"]`).first());
  await second.page.getByText(say('pki.reason.superseded')).first().waitFor();
  await press(second.page, second.page.getByRole('button', { name: say('regist.action.second') }));
  const dialog = second.page.locator('dialog[open]');
  await dialog.getByText(say('regist.then.revoke')).waitFor();
  await dialog.getByText(say('certaction.stamps.kept'), { exact: true }).waitFor();
  await press(second.page, dialog.getByRole('button', { name: say('regist.action.second') }));
  await second.page.getByText(say('regist.revoked_done')).waitFor();
  await expectRevoked(visitor);
  await visitor.open('/timestamp/verify');
  await verify(visitor.page, kept.data, kept.token);
  await visitor.page.getByRole('heading', { name: say('stampcheck.summary.passed') }).waitFor();
  // The reader may have heard of it, and is told why the stamp still holds.
  await visitor.page.getByText(say('pki.reason.superseded')).first().waitFor();
}

async function stolenKey({ first, second, visitor }: Stages): Promise<void> {
  const kept = await stampBefore(visitor);
  await findUnit(second);
  await ask(second, 'keyCompromise', 'certaction.stamps.void');
  await second.page.getByText(say('certaction.revoke.done'), { exact: true }).waitFor();
  await second.page.getByText(say('certaction.confirm_later')).waitFor();
  await press(second.page, second.page.getByRole('link', { name: say('regist.open_request') }));
  await second.page.getByText(say('regist.barred.same_officer')).waitFor();
  await expectRevoked(visitor);
  await visitor.open('/timestamp/verify');
  await verify(visitor.page, kept.data, kept.token);
  await visitor.page.getByRole('heading', { name: say('stampcheck.summary.revoked') }).waitFor();
  await visitor.page.getByText(say('pki.reason.keyCompromise')).first().waitFor();
  await first.open(new URL(second.page.url()).pathname);
  await press(first.page, first.page.getByRole('button', { name: say('regist.action.confirm') }));
  const dialog = first.page.locator('dialog[open]');
  await dialog.getByText(say('regist.then.confirm')).waitFor();
  await press(first.page, dialog.getByRole('button', { name: say('regist.action.confirm') }));
  await first.page.getByText(say('regist.action.confirm_done')).waitFor();
}

/** Stamps as a visitor does, and lets the second end: a revocation counts from its second. */
async function stampBefore({ page, open }: Stage): Promise<Kept> {
  await open('/timestamp');
  const data = given('สัญญาเช่า.pdf', `สัญญาเช่า ${Date.now()}`);
  const { name, bytes } = await stamp(page, [data]);
  await page.waitForTimeout(1_100);
  return { data, token: given(name, bytes) };
}

/** Finds the unit that signs in the register, by its name. */
async function findUnit({ page, open }: Stage): Promise<void> {
  await open('/timestamp/authority');
  const row = page.locator('tr', { hasText: say('stampabout.kind.signing') }).first();
  const name = (await row.locator('b').first().textContent()) ?? '';
  await open('/officer/certificates');
  await typeInto(page, page.locator('#certificate-search'), name);
  const link = page.getByRole('link', { name, exact: true }).first();
  await press(page, link);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await settled(page);
}

/** Asks to revoke the certificate on the page; says first what is missing, and what the reason means for time-stamps. */
async function ask({ page }: Stage, reason: string, consequence: string): Promise<void> {
  await press(page, page.getByRole('button', { name: say('certaction.revoke'), exact: true }));
  const dialog = page.locator('dialog[open]');
  const confirm = dialog.getByRole('button', { name: say('certaction.revoke'), exact: true });
  await press(page, confirm);
  await dialog.getByText(say('certaction.reason_missing')).waitFor();
  await dialog.getByText(say('certaction.note_missing')).waitFor();
  await dialog.getByRole('radio', { name: say(`pki.reason.${reason}`) }).check({ force: true });
  await dialog.getByText(say(consequence), { exact: true }).waitFor();
  await typeInto(page, dialog.getByRole('textbox'), 'เปลี่ยนหน่วยประทับเวลาตามแผนที่อนุมัติ ดศ 0201/700');
  await press(page, confirm);
}

/** The same wish again is refused with the reason, and nothing typed is lost. */
async function askAgain(stage: Stage): Promise<void> {
  await findUnit(stage);
  const { page } = stage;
  await ask(stage, 'superseded', 'certaction.stamps.kept');
  const dialog = page.locator('dialog[open]');
  await dialog.locator('.notice.danger, .notice.warning').first().waitFor();
  expect((await dialog.getByRole('textbox').inputValue()).length > 0, 'the note is still there');
  await page.keyboard.press('Escape');
}

async function expectStanding({ page, open }: Stage, key: string): Promise<void> {
  await open('/timestamp/authority');
  await page.getByText(say(key), { exact: true }).first().waitFor();
}

/** The unit is told of as revoked, with the way to the reason; another one signs by the next turn. */
async function expectRevoked({ page, open }: Stage): Promise<void> {
  const revoked = page.locator('tr', { hasText: say('stampabout.revoked') });
  const signing = page.locator('tr', { hasText: say('stampabout.kind.signing') });
  for (let turn = 0; turn < 60; turn += 1) {
    await open('/timestamp/authority');
    if ((await revoked.count()) > 0 && (await signing.count()) > 0) break;
    await page.waitForTimeout(500);
  }
  expect((await signing.count()) > 0, 'another unit signs');
  await press(page, revoked.first().getByRole('link'));
  await page.getByRole('heading', { name: say('certstatus.answer.revoked') }).waitFor();
}
