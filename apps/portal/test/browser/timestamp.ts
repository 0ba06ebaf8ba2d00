import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { chooseFile } from './keyboard.ts';
import { giveLarge } from './large-file.ts';
import { signIn } from './person.ts';
import { openStage, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

/** A file as it is given to a page. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file with this content. */
export const given = (name: string, content: string | Buffer): GivenFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

/** What people do with time-stamps: stamp, verify, ask for a subscription, make and end a key. */
export async function timestamping(browser: Browser, world: World, tally: Tally): Promise<void> {
  const as = async (
    person: keyof World['people'] | undefined,
    work: (stage: Stage) => Promise<void>,
  ): Promise<void> => {
    const stage = await openStage(browser, world.url, person && world.people[person], 'th');
    try {
      await work(stage);
      const faults = stage.faults();
      expect(faults.length === 0, faults.join('\n'));
    } finally {
      await stage.close();
    }
  };
  await tally.check('a file is stamped without leaving the device, and verified with what was saved', () =>
    as(undefined, stampAndVerify),
  );
  await tally.check('leaving with a stamp that is not saved is asked about', () => as(undefined, leaveUnsaved));
  await tally.check('several files share a stamp, each with its proof', () => as(undefined, stampMany));
  await tally.check('a large file is hashed with progress, and can be cancelled', () => as(undefined, cancelLarge));
  await tally.check('choosing and removing files by keyboard keeps the focus in the field', () =>
    as(undefined, focusStays),
  );
  await tally.check('without connection nothing is lost, and it says so', () => as(undefined, stampOffline));
  await tally.check(
    'a subscription is asked for, granted, used with a key that is shown once, and the key is ended',
    () => as('malee', (stage) => subscribe(stage, world)),
  );
}

async function leaveUnsaved({ page, open }: Stage): Promise<void> {
  await open('/timestamp');
  await page.setInputFiles('#stamp-files', given('a.txt', 'a'));
  await page.getByRole('button', { name: say('stamp.start_one'), exact: true }).click();
  await page.locator('#stamped').waitFor();
  await page.getByRole('link', { name: say('stamp.nav.verify') }).click();
  await page
    .locator('dialog[open]')
    .getByRole('button', { name: say('ui.cancel') })
    .click();
  await page.locator('#stamped').waitFor();
  const saving = page.waitForEvent('download');
  await page.locator('section[aria-labelledby=stamped] .button.primary').click();
  await saving;
  await page.getByRole('link', { name: say('stamp.nav.verify') }).click();
  await page.getByRole('heading', { level: 1, name: say('stampcheck.title') }).waitFor();
}

/** Chooses files, stamps them and gives what is saved. */
export async function stamp(page: Page, files: readonly GivenFile[]): Promise<{ name: string; bytes: Buffer }> {
  await page.setInputFiles('#stamp-files', [...files]);
  const label = files.length === 1 ? say('stamp.start_one') : say('stamp.start_many', { count: files.length });
  await page.getByRole('button', { name: label, exact: true }).click();
  await page.locator('#stamped').waitFor();
  const saving = page.waitForEvent('download');
  await page.locator('section[aria-labelledby=stamped] .button.primary').click();
  const download = await saving;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Gives a file and its time-stamp, and waits for the verdict. */
export async function verify(page: Page, data: GivenFile, token: GivenFile, proof?: GivenFile): Promise<void> {
  await page.setInputFiles('#check-data', data);
  await page.setInputFiles('#check-token', token);
  if (proof) {
    await page.locator('main details > summary').first().click();
    await page.setInputFiles('#check-proof', proof);
  }
  await page.getByRole('button', { name: say('stampcheck.ask'), exact: true }).click();
  await page.locator('.verdict').waitFor();
}

async function stampAndVerify({ page, open }: Stage): Promise<void> {
  const secret = randomBytes(40_000);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await open('/timestamp');
  const saved = await stamp(page, [given('สัญญา ก.txt', secret)]);
  expect(saved.name === 'สัญญา ก.txt.tsr', `saved as ${saved.name}`);
  const digest = createHash('sha256').update(secret).digest('hex');
  expect(
    sent.some((body) => body.includes(digest)),
    'the digest was sent',
  );
  expect(
    sent.every((body) => body.length < 2_000),
    'the file was not sent',
  );
  await open('/timestamp/verify');
  await verify(page, given('สัญญา ก.txt', secret), given(saved.name, saved.bytes));
  await page.getByRole('heading', { name: say('stampcheck.summary.passed') }).waitFor();
  await open('/timestamp/verify');
  await verify(page, given('สัญญา ข.txt', 'อื่น'), given(saved.name, saved.bytes));
  await page.getByRole('heading', { name: say('stampcheck.summary.other_file') }).waitFor();
}

async function stampMany({ page, open }: Stage): Promise<void> {
  await open('/timestamp');
  const saved = await stamp(page, [given('a.txt', 'a'), given('b.txt', 'b'), given('a.txt', 'c')]);
  expect(saved.name.endsWith('.zip'), `saved as ${saved.name}`);
  const entries = unzipSync(new Uint8Array(saved.bytes));
  expect(Object.keys(entries).length === 6, Object.keys(entries).join(' '));
  const entry = (name: string): GivenFile => given(name, Buffer.from(entries[name] ?? new Uint8Array(0)));
  await open('/timestamp/verify');
  await verify(page, given('b.txt', 'b'), entry('b.txt.tsr'), entry('b.txt.tsp.json'));
  await page.getByRole('heading', { name: say('stampcheck.summary.passed') }).waitFor();
  await open('/timestamp/verify');
  await page.setInputFiles('#check-data', given('b.txt', 'b'));
  await page.setInputFiles('#check-token', entry('b.txt.tsp.json'));
  await page.getByRole('button', { name: say('stampcheck.ask'), exact: true }).click();
  await page.getByText(say('stampcheck.token_is_proof')).waitFor();
}

async function cancelLarge({ page, open }: Stage): Promise<void> {
  await open('/timestamp');
  await giveLarge(page, '#stamp-files');
  await page.getByRole('button', { name: say('stamp.start_one'), exact: true }).click();
  await page.waitForFunction(() => Number(document.querySelector('progress')?.value ?? 0) > 0);
  await page.getByRole('button', { name: say('ui.cancel'), exact: true }).click();
  await page.getByRole('button', { name: say('stamp.start_one'), exact: true }).waitFor();
}

/** The field takes one file, so its control goes away with it and comes back when it is removed. */
async function focusStays({ page, open }: Stage): Promise<void> {
  await open('/timestamp/verify');
  const input = page.locator('#check-data');
  await chooseFile(page, input, given('a.txt', 'a'));
  await input.waitFor({ state: 'detached' });
  const remove = page.getByRole('button', { name: 'a.txt' });
  expect(await remove.evaluate((one) => one === document.activeElement), 'the file that was chosen has the focus');
  await page.keyboard.press('Enter');
  await input.waitFor();
  expect(await input.evaluate((one) => one === document.activeElement), 'the control has the focus again');
}

async function stampOffline({ page, context, open }: Stage): Promise<void> {
  await open('/timestamp');
  await page.setInputFiles('#stamp-files', given('a.txt', 'a'));
  // The worker's script must be there: what is tested is the request.
  await page.route('**/api/v1/timestamp/tokens', (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: say('stamp.start_one'), exact: true }).click();
  await page.locator('.notice.danger').waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.getByRole('button', { name: say('stamp.start_one'), exact: true }).click();
  await page.locator('#stamped').waitFor();
  await context.setOffline(false);
}

async function subscribe({ page, open }: Stage, world: World): Promise<void> {
  await open('/subscriptions/new');
  await page.locator('form button[type=submit]').click();
  await page.locator('.error-summary').waitFor();
  await page.getByRole('textbox', { name: say('stampsub.name') }).fill('ระบบสารบรรณ');
  await page.getByRole('textbox', { name: say('stampsub.contact') }).fill('it@example.go.th');
  await page.locator('form button[type=submit]').click();
  await page.getByText(say('stampsub.notice.requested')).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const officer = await signIn(world.url, 'timestamp.arun');
  const { version } = await officer.get(`/timestamp/subscribers/${id}`);
  await officer.send('PATCH', `/timestamp/subscribers/${id}`, { state: 'active', perDay: 2 }, version);
  await page.reload();
  await page.getByRole('textbox', { name: say('stampkey.label') }).fill('เครื่องแม่ข่าย');
  await page.getByRole('button', { name: say('stampkey.make'), exact: true }).click();
  await page.getByText(say('stampkey.once')).waitFor();
  const key = (await page.locator('.notice code').first().textContent()) ?? '';
  expect(/^tsk_[0-9a-f]{24}_[0-9a-f]{64}$/.test(key), 'the key is shown');
  const use = (): Promise<Response> =>
    fetch(`${world.url}/api/v1/timestamp/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ digest: '00'.repeat(32) }),
    });
  const statuses = [(await use()).status, (await use()).status, (await use()).status];
  expect(statuses.join() === '200,200,429', statuses.join());
  await page.getByRole('button', { name: say('stampkey.kept'), exact: true }).click();
  await page.getByRole('button', { name: new RegExp(`^${say('stampkey.end')}`) }).click();
  await page.locator('dialog[open] .dialog-actions button').first().click();
  await page.getByText(say('stampkey.standing.ended')).waitFor();
  expect((await use()).status === 401, 'the key has ended');
  await settled(page);
}
