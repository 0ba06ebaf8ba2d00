import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { press, type as typeInto } from './keyboard.ts';
import { applyFor, decide, makeRequest, sha256OfPem } from './registration-sample.ts';
import { openStage, type Stage, settled } from './stage.ts';
import { expect, type Tally } from './tally.ts';
import { say } from './words.ts';
import type { World } from './world.ts';

const name = 'ระบบออกหนังสือ กรมตัวอย่าง';

/** What people do with certificates: apply, decide by two officers, download, check in public, revoke; and hand out credentials. */
export async function registration(browser: Browser, world: World, tally: Tally): Promise<void> {
  const open = (person: keyof World['people'] | undefined): Promise<Stage> =>
    openStage(browser, world.url, person && world.people[person], 'th');
  const together = async (
    people: readonly (keyof World['people'] | undefined)[],
    work: (...stages: Stage[]) => Promise<void>,
  ): Promise<void> => {
    const stages = await Promise.all(people.map(open));
    try {
      await work(...stages);
      for (const stage of stages) {
        const faults = stage.faults();
        expect(faults.length === 0, faults.join('\n'));
      }
    } finally {
      for (const stage of stages) await stage.close();
    }
  };
  await tally.check('a certificate from the application to its revocation, by two officers', () =>
    together(['somchai', 'kanya', 'thana', undefined], (...[applicant, first, second, visitor]) =>
      wholeCertificate([applicant, first, second, visitor] as Four),
    ),
  );
  await tally.check('a decision that somebody else has taken meanwhile is shown instead of overwritten', () =>
    together(['kanya'], (stage) => staleRequest(stage as Stage, world)),
  );
  await tally.check('a credential shows its secret once, with a command that has it, and can be ended', () =>
    together(['kanya'], (stage) => credential(stage as Stage)),
  );
}

type Four = readonly [applicant: Stage, first: Stage, second: Stage, visitor: Stage];

async function wholeCertificate([applicant, first, second, visitor]: Four): Promise<void> {
  await apply(applicant);
  const path = new URL(applicant.page.url()).pathname.replace(
    '/certificates/requests',
    '/officer/certificate-requests',
  );
  await approveFirst(first, path);
  await approveSecond(second, path);
  const { pem, serial } = await download(applicant);
  await checkInPublic(visitor, pem, 'certstatus.answer.valid');
  await findInLog(visitor, pem);
  await revoke(applicant);
  await checkInPublic(visitor, pem, 'certstatus.answer.revoked');
  await visitor.open(`/pki/status?serial=${serial}`);
  await visitor.page.getByRole('heading', { name: say('certstatus.answer.revoked') }).waitFor();
}

async function apply({ page, open }: Stage): Promise<void> {
  await open('/certificates/new');
  await press(page, page.locator('form button[type=submit]'));
  await page.locator('.error-summary').waitFor();
  await page.getByRole('radio', { name: say('pkipage.profile.document-signer') }).check({ force: true });
  await page.setInputFiles('#certificate-file', {
    name: 'request.csr',
    mimeType: '',
    buffer: Buffer.from(makeRequest({ country: 'TH', organization: 'กรมตัวอย่าง', commonName: name })),
  });
  await page.getByText(say('certrequest.preview_text', { key: 'EC P-256' })).waitFor();
  await typeInto(page, page.getByLabel(say('regist.evidence')), 'หนังสือมอบอำนาจเลขที่ ดศ 0201/500');
  await press(page, page.getByRole('button', { name: say('certrequest.send') }));
  await page.getByText(say('mycert.next.submitted')).waitFor();
}

async function approveFirst({ page, open }: Stage, path: string): Promise<void> {
  await open('/officer/certificate-requests');
  await press(page, page.getByRole('link', { name }));
  await page.waitForURL((url) => url.pathname === path);
  await settled(page);
  await press(page, page.getByRole('button', { name: say('regist.action.first') }));
  const dialog = page.locator('dialog[open]');
  await dialog.getByRole('radio', { name: say('regist.method.in-person') }).check({ force: true });
  await typeInto(page, dialog.getByRole('textbox'), 'แสดงบัตรประจำตัวต่อหน้า');
  await press(page, dialog.getByRole('button', { name: say('regist.action.first') }));
  await page.getByText(say('regist.action.first_done')).waitFor();
  // The same officer comes back and is told why there is nothing to press.
  await open(path);
  await page.getByText(say('regist.barred.same_officer')).waitFor();
  expect((await page.getByRole('button', { name: say('regist.action.second') }).count()) === 0, 'no second approval');
}

async function approveSecond({ page, open }: Stage, path: string): Promise<void> {
  await open(path);
  await press(page, page.getByRole('button', { name: say('regist.action.second') }));
  await press(page, page.locator('dialog[open]').getByRole('button', { name: say('regist.action.second') }));
  await page.getByText(say('regist.action.second_done')).waitFor();
  await press(page, page.getByRole('link', { name: say('regist.open_certificate') }));
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function download({ page }: Stage): Promise<{ pem: string; serial: string }> {
  // The page looks again by itself.
  await press(page, page.getByRole('link', { name: say('mycert.open') }));
  await page.getByRole('heading', { name: say('regist.downloads') }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    press(page, page.getByRole('button', { name: say('regist.download_chain') })),
  ]);
  const pem = readFileSync(await file.path(), 'utf8');
  expect((pem.match(/BEGIN CERTIFICATE/g) ?? []).length >= 2, 'the download holds the chain');
  return { pem, serial: page.url().split('/').at(-1) ?? '' };
}

async function checkInPublic({ page, open }: Stage, pem: string, answer: string): Promise<void> {
  await open('/pki/status');
  await page.setInputFiles('#status-file', { name: 'mine.pem', mimeType: '', buffer: Buffer.from(pem) });
  await page.getByRole('heading', { name: say(answer) }).waitFor();
}

async function findInLog({ page, open }: Stage, pem: string): Promise<void> {
  await open('/log');
  await page.setInputFiles('#log-file', { name: 'mine.pem', mimeType: '', buffer: Buffer.from(pem) });
  await page.getByText(say('publog.found', { count: 1 })).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: say('publog.save_proof') }).click(),
  ]);
  const own = pem.slice(0, pem.indexOf('-----END CERTIFICATE-----') + 25);
  expect(file.suggestedFilename() === `${sha256OfPem(own)}.tlog-proof`, `not ${file.suggestedFilename()}`);
  expect(readFileSync(await file.path(), 'utf8').startsWith('c2sp.org/tlog-proof'), 'the download is a proof');
}

async function revoke({ page }: Stage): Promise<void> {
  await press(page, page.getByRole('button', { name: say('certaction.revoke'), exact: true }));
  const dialog = page.locator('dialog[open]');
  await dialog.getByRole('radio', { name: say('pki.reason.cessationOfOperation') }).check({ force: true });
  await typeInto(page, dialog.getByRole('textbox'), 'เลิกใช้ระบบนี้แล้ว');
  await press(page, dialog.getByRole('button', { name: say('certaction.revoke') }));
  await page.getByText(say('certaction.revoke.done')).waitFor();
}

async function staleRequest({ page, open }: Stage, world: World): Promise<void> {
  const request = await applyFor(world.people.somchai, 'ระบบที่สองคนเปิดพร้อมกัน');
  await open(`/officer/certificate-requests/${request.id}`);
  await decide(world.people.thana, request, { action: 'ask-correction', note: 'ขอเอกสารเพิ่ม' });
  await rejectWith(page, 'ไม่ครบ');
  await page.getByText(say('regist.stale')).waitFor();
  await page.getByText(say('regist.barred.correction')).waitFor();
}

async function rejectWith(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: say('regist.action.reject') }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByRole('textbox').fill(reason);
  await dialog.getByRole('button', { name: say('regist.action.reject') }).click();
}

async function credential({ page, open }: Stage): Promise<void> {
  const label = 'กรมทดสอบเบราว์เซอร์';
  await open('/officer/credentials/new');
  await page.getByRole('radio', { name: say('credential.use.acme') }).check({ force: true });
  await typeInto(page, page.getByRole('textbox', { name: say('credential.label') }), label);
  await typeInto(page, page.getByRole('textbox', { name: say('credential.names') }), 'test.example.go.th');
  await press(page, page.getByRole('button', { name: say('credential.create') }));
  await page.getByText(say('credential.once')).waitFor();
  const codes = await page.locator('.summary-list code').allTextContents();
  const command = (await page.locator('.code-block code').textContent()) ?? '';
  expect(codes.length === 2 && codes.every((code) => command.includes(code)), `the command has both parts: ${command}`);
  expect(command.includes('test.example.go.th'), 'the command has the name');
  await press(page, page.getByRole('link', { name: say('credential.kept') }));
  const row = page.locator('tr', { hasText: label });
  await press(page, row.getByRole('button', { name: say('credential.end') }));
  await press(page, page.locator('dialog[open]').getByRole('button', { name: say('credential.end') }));
  await row.getByText(say('credential.standing.ended')).waitFor();
  const secret = codes[1] ?? '';
  expect(!(await page.content()).includes(secret), 'the secret is gone');
}
