import type { Page } from 'playwright-core';
import { publishedPages, registrationPages } from './registration-pages.ts';
import { plainPdf } from './sample.ts';
import { settled } from './stage.ts';
import { timestampPages } from './timestamp-pages.ts';
import { validationPages } from './validation-pages.ts';
import { type Language, say } from './words.ts';
import type { World } from './world.ts';

/** A page in one state, as one person sees it. */
export interface PageCase {
  readonly name: string;
  readonly as?: keyof World['people'];
  readonly path: string;
  /** Brings the page into the state that its name says. */
  readonly prepare?: (page: Page, language: Language) => Promise<void>;
}

const submitEmpty = async (page: Page): Promise<void> => {
  await page.locator('form button[type=submit]').click();
  await page.locator('.error-summary').waitFor();
};

const validate =
  (name: string, bytes: Uint8Array) =>
  async (page: Page): Promise<void> => {
    await page.setInputFiles('#validate-files', { name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) });
    await page.locator('.verdict, .notice.danger').first().waitFor();
  };

const withReasons =
  (name: string, bytes: Uint8Array) =>
  async (page: Page): Promise<void> => {
    await validate(name, bytes)(page);
    for (const one of await page.locator('.verdict summary').all()) await one.click();
    await settled(page);
  };

const broken = async (page: Page, pattern: string): Promise<void> => {
  await page.route(pattern, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: '503', status: 503, code: 'http.unavailable', traceId: '0123456789abcdef' }),
    }),
  );
};

function tampered(document: Uint8Array): Uint8Array {
  const copy = document.slice();
  const at = Math.floor(copy.length / 3);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function publicPages(world: World): PageCase[] {
  const { active, suspended, revoked } = world.licences;
  return [
    { name: 'home', path: '/' },
    { name: 'home-signed-in', as: 'somchai', path: '/' },
    { name: 'sign-in', path: '/sign-in' },
    {
      name: 'sign-in-errors',
      path: '/sign-in',
      prepare: async (page) => {
        await page.locator('details summary').last().click();
        await page.locator('form button[type=submit]').click();
        await page.locator('.field-error').first().waitFor();
      },
    },
    { name: 'accessibility', path: '/accessibility' },
    { name: 'not-found', path: '/no/such/page' },
    {
      name: 'style',
      path: '/style',
      prepare: async (page) => {
        await page.locator('.compare-spot').first().waitFor();
      },
    },
    { name: 'service', path: `/services/${world.service.id}` },
    { name: 'service-missing', path: '/services/no-such-service' },
    { name: 'record-active', path: `/v/${active.publicId}` },
    { name: 'record-suspended', path: `/v/${suspended.publicId}` },
    { name: 'record-revoked', path: `/v/${revoked.publicId}` },
    { name: 'record-missing', path: '/v/AAAAAAAAAAAAAAAAAAAAAA' },
    { name: 'validate', path: '/validate' },
    { name: 'validate-passed', path: '/validate', prepare: validate('licence.pdf', world.document) },
    { name: 'validate-reasons', path: '/validate', prepare: withReasons('licence.pdf', world.document) },
    { name: 'validate-modified', path: '/validate', prepare: validate('changed.pdf', tampered(world.document)) },
    { name: 'validate-not-signed', path: '/validate', prepare: validate('plain.pdf', plainPdf()) },
    {
      name: 'validate-not-a-document',
      path: '/validate',
      prepare: validate('note.pdf', Buffer.from('This is no PDF.')),
    },
    {
      name: 'validate-refused-file',
      path: '/validate',
      prepare: async (page) => {
        await page.setInputFiles('#validate-files', {
          name: 'photo.png',
          mimeType: 'image/png',
          buffer: Buffer.from('x'),
        });
        await page.locator('main .notice.warning').waitFor();
      },
    },
    ...validationPages(world),
    { name: 'signed-out', path: '/applications' },
  ];
}

function citizenPages(world: World): PageCase[] {
  const { cases, licences } = world;
  const mine = (name: string, path: string, prepare?: PageCase['prepare']): PageCase => ({
    name,
    as: 'somchai',
    path,
    ...(prepare ? { prepare } : {}),
  });
  const steps = ['applicant', 'business', 'premises', 'documents', 'declaration'];
  return [
    mine('service-signed-in', `/services/${world.service.id}`),
    mine('applications', '/applications'),
    { name: 'applications-empty', as: 'malee', path: '/applications' },
    mine('application-empty', `/applications/${cases.empty.id}`),
    mine('application-complete', `/applications/${cases.complete.id}`),
    mine('application-returned', `/applications/${cases.returned.id}`),
    mine('application-payment', `/applications/${cases.payment.id}`),
    mine('application-screening', `/applications/${cases.screening.id}`, async (page) => {
      for (const one of await page.locator('main details > summary').all()) await one.click();
      await settled(page);
    }),
    mine('application-refused', `/applications/${cases.refused.id}`),
    mine('application-missing', '/applications/00000000-0000-7000-8000-000000000000'),
    ...steps.map((step) => mine(`step-${step}-empty`, `/applications/${cases.empty.id}/steps/${step}`)),
    ...steps.map((step) => mine(`step-${step}-errors`, `/applications/${cases.empty.id}/steps/${step}`, submitEmpty)),
    ...steps.map((step) => mine(`step-${step}-filled`, `/applications/${cases.complete.id}/steps/${step}`)),
    mine('step-locked', `/applications/${cases.screening.id}/steps/applicant`),
    mine('check', `/applications/${cases.complete.id}/check`),
    mine('check-incomplete', `/applications/${cases.started.id}/check`),
    mine('pay', `/applications/${cases.payment.id}/pay`),
    mine('done', `/applications/${cases.screening.id}/done`),
    mine('licences', '/licences'),
    { name: 'licences-empty', as: 'malee', path: '/licences' },
    mine('licence', `/licences/${licences.active.id}`),
    mine('licence-revoked', `/licences/${licences.revoked.id}`),
    mine('no-permission', '/officer/queue'),
    mine('failed', '/licences', async (page) => {
      await broken(page, '**/api/v1/licensing/licences**');
      await page.reload();
      await page.locator('.notice').first().waitFor({ timeout: 15_000 });
      await settled(page);
    }),
  ];
}

function officerPages(world: World): PageCase[] {
  const { cases } = world;
  const askReason = async (page: Page): Promise<void> => {
    await page.locator('section[aria-labelledby=decide] .button.danger').first().click();
    const dialog = page.locator('dialog[open]');
    await dialog.locator('.button.danger').click();
    await dialog.locator('.field-error').waitFor();
  };
  return [
    { name: 'queue', as: 'anong', path: '/officer/queue' },
    {
      name: 'queue-nothing-found',
      as: 'anong',
      path: '/officer/queue?q=%E0%B9%84%E0%B8%A1%E0%B9%88%E0%B8%A1%E0%B8%B5%E0%B8%AD%E0%B8%A2%E0%B8%B9%E0%B9%88',
    },
    {
      name: 'case-screening',
      as: 'anong',
      path: `/officer/cases/${cases.screening.id}`,
      prepare: async (page) => {
        await page.locator('article button').first().click();
        await page.locator('article img, article canvas').first().waitFor();
      },
    },
    { name: 'case-reason-missing', as: 'anong', path: `/officer/cases/${cases.screening.id}`, prepare: askReason },
    { name: 'case-decision', as: 'wichai', path: `/officer/cases/${cases.decision.id}` },
    { name: 'case-same-officer', as: 'suda', path: `/officer/cases/${cases.ownDecision.id}` },
    { name: 'register', as: 'wichai', path: '/officer/licences' },
    { name: 'register-read-only', as: 'anong', path: '/officer/licences' },
    {
      name: 'register-revoke',
      as: 'wichai',
      path: '/officer/licences',
      prepare: async (page, language) => {
        await page
          .getByRole('button', { name: say('officer.revoke', {}, language) })
          .first()
          .click();
        await page.locator('dialog[open] .button.danger').click();
        await page.locator('dialog[open] .field-error').waitFor();
      },
    },
  ];
}

/** Every page of the portal, empty, filled and with errors. */
export function allPages(world: World): PageCase[] {
  return [
    ...publicPages(world),
    ...citizenPages(world),
    ...officerPages(world),
    ...publishedPages(world),
    ...registrationPages(world),
    ...timestampPages(),
  ];
}
