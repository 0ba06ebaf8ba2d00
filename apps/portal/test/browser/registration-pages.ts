import type { Page } from 'playwright-core';
import type { PageCase } from './pages.ts';
import { makeRequest } from './registration-sample.ts';
import { settled } from './stage.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

const chooseFile = (input: string, name: string, text: string, shown: string) => async (page: Page) => {
  await page.setInputFiles(input, { name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
  await page.locator(shown).first().waitFor();
  await settled(page);
};

const sendEmpty = async (page: Page): Promise<void> => {
  await page.locator('form button[type=submit]').last().click();
  await page.locator('.error-summary, .field-error').first().waitFor();
};

const openAll = async (page: Page): Promise<void> => {
  for (const one of await page.locator('main details > summary').all()) await one.click();
};

/** The public pages of the certification authority and of the log. */
export function publishedPages({ registration }: World): PageCase[] {
  const { issued, revoked, certificate } = registration;
  const status = (request: { readonly result: string }): string => `/pki/status?serial=${request.result}`;
  return [
    { name: 'pki', path: '/pki', prepare: openAll },
    { name: 'pki-status', path: '/pki/status' },
    { name: 'pki-status-errors', path: '/pki/status', prepare: sendEmpty },
    { name: 'pki-status-valid', path: status(issued), prepare: openAll },
    { name: 'pki-status-revoked', path: status(revoked) },
    { name: 'pki-status-unknown', path: '/pki/status?serial=4f0a12' },
    {
      name: 'pki-status-not-a-certificate',
      path: '/pki/status',
      prepare: chooseFile('#status-file', 'note.pem', 'no certificate', '.notice.danger'),
    },
    { name: 'log', path: '/log' },
    { name: 'log-found', path: `/log?sha256=${certificate.fingerprint}`, prepare: openAll },
  ];
}

/** The pages of registration officers and applicants. */
export function registrationPages({ registration }: World): PageCase[] {
  const { submitted, first, correction, issued, suspended } = registration;
  const request = '/officer/certificate-requests';
  const certificate = ({ authority, result }: { authority: string; result: string }): string =>
    `${authority}/${result}`;
  const press = (key: string) => async (page: Page, language: 'th' | 'en') => {
    await page.getByRole('button', { name: say(key, {}, language), exact: true }).click();
    await page.locator('dialog[open] .dialog-actions button').first().click();
    await page.locator('dialog[open] .field-error').first().waitFor();
  };
  const kanya = (name: string, path: string, prepare?: PageCase['prepare']): PageCase => ({
    name,
    as: 'kanya',
    path,
    ...(prepare ? { prepare } : {}),
  });
  const mine = (name: string, path: string, prepare?: PageCase['prepare']): PageCase => ({
    name,
    as: 'somchai',
    path,
    ...(prepare ? { prepare } : {}),
  });
  const csr = makeRequest({ organization: 'กรมตัวอย่าง', commonName: 'ระบบใหม่' });
  return [
    kanya('registration-queue', request),
    kanya('registration-request', `${request}/${submitted.id}`, openAll),
    kanya('registration-request-errors', `${request}/${submitted.id}`, press('regist.action.first')),
    kanya('registration-same-officer', `${request}/${first.id}`),
    kanya('register-of-certificates', '/officer/certificates'),
    kanya('register-certificate', `/officer/certificates/${certificate(issued)}`, openAll),
    kanya('register-certificate-revoke', `/officer/certificates/${certificate(issued)}`, press('certaction.revoke')),
    kanya('register-certificate-suspended', `/officer/certificates/${certificate(suspended)}`),
    kanya('credentials', '/officer/credentials'),
    kanya('credential-errors', '/officer/credentials/new', sendEmpty),
    mine('registration-no-permission', request),
    mine('my-certificates', '/certificates'),
    { name: 'my-certificates-empty', as: 'malee', path: '/certificates' },
    mine('certificate-apply', '/certificates/new', chooseFile('#certificate-file', 'a.csr', csr, '#preview')),
    mine('certificate-apply-errors', '/certificates/new', sendEmpty),
    mine('my-certificate', `/certificates/${certificate(issued)}`),
    mine('my-certificate-request', `/certificates/requests/${correction.id}`),
    mine('certificate-correct', `/certificates/requests/${correction.id}/correct`),
  ];
}
