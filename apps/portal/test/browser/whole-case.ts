import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { choose, chooseFile, press, tabTo, type as typeInto } from './keyboard.ts';
import { answers, plainPdf, png } from './sample.ts';
import { openStage, type Stage, settled } from './stage.ts';
import { expect } from './tally.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

const SEEN_WITHIN_MS = 5_000;
const shop = 'ร้านผ้าทอบ้านไร่';

/** One case from the start page to a revoked licence, without a pointer: what a person who cannot use one must be able to do. */
export async function wholeCase(browser: Browser, world: World): Promise<void> {
  const stage = await openStage(browser, world.url, undefined, 'th');
  const visitor = await openStage(browser, world.url, undefined, 'th');
  try {
    const { page } = stage;
    await stage.open('/');
    await signIn(page, 'สมชาย');
    await apply(page, world.service.title.th);
    const reference = await submitAndPay(page);
    await signOut(page);

    await signIn(page, 'อนงค์');
    await openCase(page, reference);
    await press(page, page.getByRole('button', { name: action(world, 'recommend') }));
    await page
      .getByRole('heading', { name: say('officer.done', { action: action(world, 'recommend'), reference }) })
      .or(page.getByText(say('officer.done', { action: action(world, 'recommend'), reference })))
      .first()
      .waitFor();
    await signOut(page);

    await signIn(page, 'วิชัย');
    await openCase(page, reference);
    await press(page, page.getByRole('button', { name: action(world, 'approve') }));
    await press(page, page.locator('dialog[open]').getByRole('button', { name: action(world, 'approve') }));
    await page.getByText(say('officer.done', { action: action(world, 'approve'), reference })).waitFor();
    await signOut(page);

    await signIn(page, 'สมชาย');
    const { pdf, address, number } = await takeLicence(page, reference);
    await visitor.open(new URL(address).pathname);
    await visitor.page.getByRole('heading', { name: say('record.summary.active') }).waitFor();
    expect(await visitor.page.getByText(number).count(), 'the public page shows the number');
    await validateDocument(page, pdf);
    await signOut(page);

    await signIn(page, 'วิชัย');
    await revoke(page, visitor, number);
    for (const one of [stage, visitor]) {
      const faults = one.faults();
      expect(faults.length === 0, faults.join('\n'));
    }
  } finally {
    await stage.close();
    await visitor.close();
  }
}

/** What the service calls an action. */
function action(world: World, name: string): string {
  const states: Record<string, { on?: Record<string, { label: { th: string } }> }> = definition.machine.states;
  const found = Object.values(states).flatMap((state) => (state.on?.[name] ? [state.on[name].label.th] : []))[0];
  expect(found, `${world.service.id} has no action ${name}`);
  return found;
}

const definition = JSON.parse(
  readFileSync(
    new URL('../../../../systems/licensing/definitions/ecommerce-registration.json', import.meta.url),
    'utf8',
  ),
);

const label = (field: string): string => {
  for (const step of definition.form.steps) for (const one of step.fields) if (one.id === field) return one.label.th;
  throw new Error(`no field ${field}`);
};
const option = (field: string, value: string): string => {
  for (const step of definition.form.steps)
    for (const one of step.fields)
      if (one.id === field) return one.options.find((choice: { value: string }) => choice.value === value).label.th;
  throw new Error(`no field ${field}`);
};

async function signIn(page: Page, name: string): Promise<void> {
  await press(page, page.getByRole('banner').getByRole('link', { name: say('shell.signIn') }));
  await press(page, page.getByRole('button', { name: new RegExp(name) }));
  await page.locator('.account').waitFor();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await settled(page);
}

async function signOut(page: Page): Promise<void> {
  await press(page, page.locator('.account summary'));
  await press(page, page.getByRole('button', { name: say('shell.signOut') }));
  await page
    .getByRole('banner')
    .getByRole('link', { name: say('shell.signIn') })
    .waitFor();
  await settled(page);
}

async function apply(page: Page, service: string): Promise<void> {
  await press(page, page.getByRole('navigation').getByRole('link', { name: say('nav.services'), exact: true }));
  await press(page, page.getByRole('link', { name: service }));
  await press(
    page,
    page.getByRole('button', { name: new RegExp(`${say('service.start')}|${say('service.start_another')}`) }),
  );
  await press(page, page.getByRole('link', { name: say('request.begin'), exact: true }));
  await applicant(page);
  await business(page);
  await premises(page);
  await documents(page);
  await press(page, page.getByRole('checkbox', { name: label('declaration') }), 'Space');
  await goOn(page);
  await page.getByRole('heading', { level: 1, name: say('check.title') }).waitFor();
}

/** Sends the part and waits for the next one. */
async function goOn(page: Page): Promise<void> {
  const before = page.url();
  await press(page, page.locator('form button[type=submit]'));
  await page.waitForURL((url) => url.href !== before);
  // The new page is shown, and read from its heading on.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await settled(page);
}

async function applicant(page: Page): Promise<void> {
  await page.getByRole('radio').first().waitFor();
  // An empty form is refused first, and the summary leads to the field.
  await press(page, page.locator('form button[type=submit]'));
  const summary = page.locator('.error-summary');
  await summary.waitFor();
  expect(await summary.evaluate((element) => element === document.activeElement), 'the summary of errors has focus');
  await press(page, summary.getByRole('link').first());
  expect(
    await page.evaluate(() => document.activeElement?.getAttribute('type') === 'radio'),
    'the link of an error leads to its field',
  );
  await page.keyboard.press('Space');
  await typeInto(page, page.getByLabel(label('nationalId')), '1-1000-00702-03-7'.replaceAll('-', ''));
  await typeInto(page, page.getByLabel(label('personName')), answers.personName);
  await goOn(page);
}

async function business(page: Page): Promise<void> {
  await typeInto(page, page.getByLabel(label('shopNameTh')), shop);
  await press(page, page.getByRole('checkbox', { name: option('channels', 'website') }), 'Space');
  await typeInto(page, page.getByLabel(label('website')), answers.website);
  await press(page, page.getByRole('checkbox', { name: option('goods', 'handicraft') }), 'Space');
  const date = page.getByRole('group', { name: label('businessStartDate') });
  await typeInto(page, date.getByLabel(say('date.day')), '1');
  await choose(page, date.getByLabel(say('date.month')), 'พฤศจิกายน');
  await typeInto(page, date.getByLabel(say('date.year')), '2568');
  await typeInto(page, page.getByLabel(label('capital')), '50000');
  await goOn(page);
}

async function premises(page: Page): Promise<void> {
  const address = page.getByRole('group', { name: label('address') });
  await typeInto(page, address.getByLabel(say('address.line')), answers.address.line);
  for (const [part, name] of [
    ['address.province', 'กรุงเทพมหานคร'],
    ['address.district', 'เขตพระนคร'],
    ['address.subDistrict', 'พระบรมมหาราชวัง'],
  ] as const) {
    await chooseNamed(page, part, name, address);
  }
  await page.waitForFunction(
    (id) =>
      (document.querySelector(`[id$="${id}"] input, input[id$="${id}"]`) as HTMLInputElement | null)?.value === '10200',
    '-postalCode',
  );
  await typeInto(page, page.getByLabel(label('phone')), answers.phone);
  await typeInto(page, page.getByLabel(label('email')), answers.email);
  await goOn(page);
}

/** Chooses a place whose list is fetched after the one before it was chosen; districts of Bangkok may carry the word เขต. */
async function chooseNamed(
  page: Page,
  part: string,
  name: string,
  group: ReturnType<Page['getByRole']>,
): Promise<void> {
  const select = group.getByLabel(say(part));
  const bare = name.replace(/^เขต/, '');
  const choice = select.locator('option').filter({ hasText: new RegExp(`^(เขต|แขวง)?${bare}$`) });
  await choice.waitFor({ state: 'attached' });
  await choose(page, select, ((await choice.textContent()) ?? '').trim());
}

async function documents(page: Page): Promise<void> {
  await attach(page, label('idCardCopy'), 'บัตรประชาชน.png', 'image/png', png());
  await attach(page, label('shopPicture'), 'หน้าร้าน.pdf', 'application/pdf', plainPdf('Shop'));
  await goOn(page);
}

async function attach(page: Page, field: string, name: string, mimeType: string, bytes: Uint8Array): Promise<void> {
  await chooseFile(page, page.getByLabel(field, { exact: true }), { name, mimeType, buffer: Buffer.from(bytes) });
  await page.getByRole('link', { name }).waitFor();
  const inField = await page.evaluate(() => document.activeElement?.closest('.field') !== null);
  expect(inField, 'the field keeps the focus when the file has arrived');
}

async function submitAndPay(page: Page): Promise<string> {
  await press(page, page.getByRole('button', { name: say('check.submit'), exact: true }));
  await page.getByRole('heading', { level: 1, name: say('pay.title') }).waitFor();
  await settled(page);
  await press(page, page.locator('main .button.primary'));
  await page.getByRole('heading', { level: 1, name: say('done.title') }).waitFor();
  await settled(page);
  const text = (await page.locator('.notice.success').textContent()) ?? '';
  const reference = /[A-Z]{2,}-[0-9A-Z-]+/.exec(text)?.[0];
  expect(reference, `no reference in ${text}`);
  return reference;
}

/** Finds a case in the queue with the keys that officers use: / to search, j to the row, Enter to open. */
async function openCase(page: Page, reference: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: say('officer.queue') }).waitFor();
  // The keys are there with the list, which comes after the heading where it is not known yet who asks.
  const search = page.getByRole('searchbox');
  await search.waitFor();
  await settled(page);
  await page.locator('h1').focus();
  await page.keyboard.press('/');
  expect(await search.evaluate((box) => box === document.activeElement), 'the key / leads to the search');
  await page.keyboard.insertText(reference);
  const row = page.getByRole('link', { name: reference });
  await page.waitForFunction((wanted) => {
    const links = [...document.querySelectorAll('.table-primary a')];
    return links.length === 1 && links[0]?.textContent?.includes(wanted);
  }, reference);
  await tabTo(page, row);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: say('request.reference_is', { reference }) }).waitFor();
  await settled(page);
}

async function takeLicence(page: Page, reference: string): Promise<{ pdf: Buffer; address: string; number: string }> {
  await press(page, page.getByRole('navigation').getByRole('link', { name: say('nav.applications'), exact: true }));
  const row = page.locator('tr', { hasText: reference });
  await press(page, row.getByRole('link'));
  // Issuing happens behind the scenes; the page tells by itself when it is done.
  await press(page, page.getByRole('link', { name: say('request.view_licence') }));
  await settled(page);
  const link = page.getByRole('link', { name: say('pdf.download') });
  await tabTo(page, link);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  const pdf = readFileSync(await download.path());
  expect(pdf.subarray(0, 5).toString() === '%PDF-', 'the download is a PDF');
  const address = (await page.locator('section[aria-labelledby=public] a').textContent()) ?? '';
  const kicker = (await page.locator('.page-kicker').textContent()) ?? '';
  const number = kicker.replace(say('licence.number_is', { number: '' }), '').trim();
  return { pdf, address, number };
}

async function validateDocument(page: Page, pdf: Buffer): Promise<void> {
  await press(page, page.getByRole('navigation').getByRole('link', { name: say('nav.validate'), exact: true }));
  await page.getByRole('heading', { level: 1, name: say('validate.title') }).waitFor();
  const file = { name: 'licence.pdf', mimeType: 'application/pdf', buffer: pdf };
  await chooseFile(page, page.locator('#validate-files'), file);
  const card = page.locator('.verdict');
  await card.waitFor();
  const tones = await card
    .locator('.verdict-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-tone')));
  expect(tones.length === 4 && tones.every((tone) => tone === 'holds'), `four answers hold, not ${tones.join(' ')}`);
}

async function revoke(page: Page, visitor: Stage, number: string): Promise<void> {
  await press(page, page.getByRole('navigation').getByRole('link', { name: say('nav.officerLicences') }));
  await page.getByRole('heading', { level: 1, name: say('officer.licences') }).waitFor();
  await typeInto(page, page.getByRole('searchbox'), number);
  const row = page.locator('tr', { hasText: number });
  await row.waitFor();
  await press(page, row.getByRole('button', { name: say('officer.revoke') }));
  const dialog = page.locator('dialog[open]');
  await typeInto(page, dialog.getByRole('textbox'), 'ผู้ประกอบการแจ้งเลิกกิจการ');
  await press(page, dialog.getByRole('button', { name: say('officer.revoke') }));
  await dialog.waitFor({ state: 'hidden' });
  const since = Date.now();
  await visitor.page.getByRole('heading', { name: say('record.summary.revoked') }).waitFor({ timeout: SEEN_WITHIN_MS });
  console.log(`  the open public page shows the revocation after ${Date.now() - since} ms`);
}
