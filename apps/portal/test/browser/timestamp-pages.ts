import type { Page } from 'playwright-core';
import type { PageCase } from './pages.ts';
import { settled } from './stage.ts';
import { say } from './words.ts';

const given = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

const stamped =
  (...names: readonly string[]) =>
  async (page: Page): Promise<void> => {
    await page.setInputFiles(
      '#stamp-files',
      names.map((name) => given(name, name)),
    );
    await page.locator('main .button.primary').first().click();
    await page.locator('#stamped').waitFor();
    for (const one of await page.locator('main details > summary').all()) await one.click();
    await settled(page);
  };

/** Answers the stamping of this page as a server would that refuses. */
const refused =
  (status: number, problem: object) =>
  async (page: Page): Promise<void> => {
    await page.route('**/api/v1/timestamp/tokens', (route) =>
      route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ status, ...problem }) }),
    );
    await page.setInputFiles('#stamp-files', given('a.txt', 'a'));
    await page.locator('main .button.primary').first().click();
    await page.locator('main .notice.danger, main .notice.warning').first().waitFor();
  };

const verified =
  (data: string) =>
  async (page: Page): Promise<void> => {
    const answer = await page.request.post(new URL('/api/v1/timestamp/tokens', page.url()).href, {
      data: { digest: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb' },
    });
    const { token } = (await answer.json()) as { token: string };
    await page.setInputFiles('#check-data', given('a.txt', data));
    await page.setInputFiles('#check-token', given('a.txt.tst', Buffer.from(token, 'base64')));
    await page.locator('main form button[type=submit]').click();
    await page.locator('.verdict').waitFor();
    for (const one of await page.locator('.verdict summary').all())
      if (!(await one.evaluate((node) => node.parentElement?.hasAttribute('open')))) await one.click();
    await settled(page);
  };

/** A token alone, as somebody looks at it who has not got the file. */
const alone = async (page: Page): Promise<void> => {
  const answer = await page.request.post(new URL('/api/v1/timestamp/tokens', page.url()).href, {
    data: { digest: '00'.repeat(32) },
  });
  const { token } = (await answer.json()) as { token: string };
  await page.setInputFiles('#check-token', given('a.txt.tst', Buffer.from(token, 'base64')));
  await page.locator('main form button[type=submit]').click();
  await page.locator('.verdict').waitFor();
  await settled(page);
};

const clockOut = async (page: Page): Promise<void> => {
  await page.route('**/api/v1/timestamp/authority', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), clock: 'out' } });
  });
  await page.reload();
  await page.locator('.notice.warning').waitFor();
  await settled(page);
};

const sendEmpty = async (page: Page): Promise<void> => {
  await page.locator('main form button[type=submit]').first().click();
  await page.locator('.field-error').first().waitFor();
};

const firstRow = async (page: Page): Promise<void> => {
  await page.locator('main table a').first().click();
  await page.locator('#usage').waitFor();
  await settled(page);
};

/** What an officer reads before the end of a unit is asked for. */
const revoking =
  (reason: number) =>
  async (page: Page): Promise<void> => {
    await page.locator('main table a').first().click();
    await page.locator('#actions').waitFor();
    await page.locator('section[aria-labelledby=actions] .button.danger').click();
    await page.locator('dialog[open] input[type=radio]').nth(reason).check({ force: true });
    await page.locator('dialog[open] .notice').waitFor();
    await settled(page);
  };

/** The pages of time-stamping. */
export function timestampPages(): PageCase[] {
  return [
    { name: 'timestamp', path: '/timestamp' },
    { name: 'timestamp-done', path: '/timestamp', prepare: stamped('สัญญาเช่า.pdf') },
    { name: 'timestamp-done-many', path: '/timestamp', prepare: stamped('a.pdf', 'ข.docx', 'c.png') },
    {
      name: 'timestamp-quota',
      path: '/timestamp',
      prepare: refused(429, {
        code: 'timestamp.anonymous_quota',
        title: 'Quota',
        detail: say('timestamp.anonymous_quota', { until: '23 พ.ย. 2569 00.00 น.', wait: '14 ชั่วโมง' }),
      }),
    },
    { name: 'timestamp-no-clock', path: '/timestamp', prepare: clockOut },
    { name: 'timestamp-verify', path: '/timestamp/verify' },
    { name: 'timestamp-verify-errors', path: '/timestamp/verify', prepare: sendEmpty },
    { name: 'timestamp-verify-passed', path: '/timestamp/verify', prepare: verified('a') },
    { name: 'timestamp-verify-other', path: '/timestamp/verify', prepare: verified('b') },
    { name: 'timestamp-verify-alone', path: '/timestamp/verify', prepare: alone },
    { name: 'timestamp-authority', path: '/timestamp/authority' },
    { name: 'unit-revoke-void', as: 'kanya', path: '/officer/certificates?q=Time-Stamping', prepare: revoking(0) },
    { name: 'unit-revoke-kept', as: 'kanya', path: '/officer/certificates?q=Time-Stamping', prepare: revoking(2) },
    { name: 'subscriptions-signed-out', path: '/subscriptions' },
    { name: 'subscriptions-empty', as: 'suda', path: '/subscriptions' },
    { name: 'subscriptions', as: 'somchai', path: '/subscriptions' },
    { name: 'subscription', as: 'somchai', path: '/subscriptions', prepare: firstRow },
    { name: 'subscription-new', as: 'malee', path: '/subscriptions/new' },
    { name: 'subscription-new-errors', as: 'malee', path: '/subscriptions/new', prepare: sendEmpty },
    { name: 'subscribers', as: 'arun', path: '/officer/subscribers' },
    { name: 'subscriber', as: 'arun', path: '/officer/subscribers', prepare: firstRow },
    { name: 'subscribers-no-permission', as: 'somchai', path: '/officer/subscribers' },
  ];
}
