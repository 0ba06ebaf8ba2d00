import type { Json } from '@tra/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../src/case-log.ts';
import type { LicensingError } from '../src/errors.ts';
import { takeAction } from '../src/service/actions.ts';
import { createApplication, getApplication, saveData } from '../src/service/applications.ts';
import { attachFile, detachFile, readFile } from '../src/service/attachments.ts';
import {
  actOnLicence,
  findLicenceOfCase,
  findStatusByDocument,
  getPublicLicence,
  readDocument,
} from '../src/service/licences.ts';
import { anyVersion, createWorld, goodData, people, png, runIssuing, SERVICE, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  runIssuing(world);
});
afterEach(async () => world.close());

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const act = (id: string, action: string, who: Parameters<typeof takeAction>[1], more = {}) =>
  takeAction(world.licensing, who, { id, action, precondition: anyVersion, scope: 'case', ...more });
const issue = async () => {
  const { row } = await world.go(await world.draft(), 'submit', 'pay', 'recommend', 'approve');
  await world.jobs.idle();
  const licence = await findLicenceOfCase(world.licensing, row.id);
  if (!licence) throw new Error('nothing was issued');
  return licence;
};

describe('the whole way', () => {
  it('goes from a draft to an issued licence that anybody can look up', async () => {
    const { licensing } = world;
    const draft = await world.draft();
    expect(draft.row.reference).toMatch(/^EC-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const approved = await world.go(draft, 'submit', 'pay', 'recommend', 'approve');
    expect(approved.state.state).toBe('issuing');
    await world.jobs.idle();
    const found = await getApplication(licensing, people.somchai, draft.row.id);
    expect(found.state.state).toBe('active');
    verifyChain(found.row.id, found.events, found.row.hash);
    const licence = await findLicenceOfCase(licensing, draft.row.id);
    expect(licence).toMatchObject({
      status: 'active',
      row: { number: 'DBD-EC-2569-000001', valid_from: '2026-11-16', valid_to: '2029-11-15' },
    });
    const pdf = Buffer.from(await readDocument(licensing, licence!, 'document'));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.subarray(-20).toString()).toContain('%signed');
    const xml = Buffer.from(await readDocument(licensing, licence!, 'data')).toString();
    expect(xml).toContain('<Number>DBD-EC-2569-000001</Number>');
    expect(xml).toContain(`/v/${licence!.row.public_id}</VerificationUrl>`);
    expect(xml).toContain('<SubDistrict code="500101">');
  });

  it('leaves an audit record and an event for each step, without personal data', async () => {
    const heard: { type: string; data: unknown }[] = [];
    for (const action of ['opened', 'submit', 'pay', 'recommend', 'approve', 'issued']) {
      world.jobs.subscribe(
        `licensing.application.${action}`,
        `test-${action}`,
        async (event) => void heard.push(event),
      );
    }
    const licence = await issue();
    await world.jobs.idle();
    const stream = `licensing.case.${licence.row.case_id}`;
    const records = await world.context.audit.list(stream);
    expect(records.map((record) => record.action)).toEqual(
      ['opened', 'submit', 'pay', 'recommend', 'approve', 'issued'].map((action) => `licensing.${action}`),
    );
    expect((await world.context.audit.verify(stream)).verdict).toBe('passed');
    expect(heard.map((event) => event.type)).toContain('licensing.application.issued');
    const told = JSON.stringify([records.map((record) => record.details), heard.map((event) => event.data)]);
    for (const secret of ['สมชาย', String(goodData().nationalId), '0812345678', 'somchai@'])
      expect(told).not.toContain(secret);
  });

  it('comes back for correction and goes on without a second payment', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay', 'return');
    const data = goodData({ shopNameTh: 'ร้านชื่อใหม่' });
    await saveData(world.licensing, people.somchai, { id: row.id, data, precondition: anyVersion });
    const found = await act(row.id, 'submit', people.somchai);
    expect(found.state).toMatchObject({ state: 'screening', round: 2 });
    expect(found.state.data?.shopNameTh).toBe('ร้านชื่อใหม่');
    expect(found.events[1]?.event.data?.shopNameTh).toBe('ร้านผ้าทอบ้านน้ำซับ');
  });

  it('keeps a file that was submitted before, for those who saw it', async () => {
    const { row, attachments } = await world.go(await world.draft(), 'submit', 'pay', 'return');
    const attachmentId = attachments[0]!.id;
    await detachFile(world.licensing, people.somchai, { id: row.id, attachmentId, precondition: anyVersion });
    const given = { id: row.id, attachmentId };
    expect(await code(readFile(world.licensing, people.somchai, given))).toBe('licensing.attachment_unknown');
    expect((await readFile(world.licensing, people.anong, given)).bytes).toEqual(png);
  });
});

describe('payment', () => {
  it('is taken online in a demo only', async () => {
    const real = await createWorld({ demo: false });
    try {
      const { row } = await real.go(await real.draft(), 'submit');
      const request = { id: row.id, action: 'pay', precondition: anyVersion, scope: 'case' } as const;
      expect(await code(takeAction(real.licensing, people.somchai, request))).toBe('cases.payment_offline');
      const counter = { ...request, action: 'record-payment', receiptNumber: 'CNX 2569/17' };
      const found = await takeAction(real.licensing, people.anong, counter);
      expect(found.state.fees).toMatchObject([{ status: 'paid', receiptNumber: 'CNX 2569/17' }]);
    } finally {
      await real.close();
    }
  });

  it('needs a receipt that pays nothing else', async () => {
    const first = await world.go(await world.draft(), 'submit');
    const second = await world.go(await world.draft(), 'submit');
    const pay = (id: string, receiptNumber?: string) =>
      code(act(id, 'record-payment', people.anong, receiptNumber === undefined ? {} : { receiptNumber }));
    expect(await pay(first.row.id)).toBe('cases.receipt_required');
    expect(await pay(first.row.id, '*')).toBe('cases.receipt_required');
    expect(await pay(first.row.id, 'R-1')).toBe('done');
    expect(await pay(second.row.id, 'R-1')).toBe('licensing.receipt_used');
    expect((await getApplication(world.licensing, people.anong, second.row.id)).state.state).toBe('payment');
  });
});

describe('drafts', () => {
  it('keep what is typed in its stored form', async () => {
    const { licensing } = world;
    const data = {
      applicantKind: 'natural',
      nationalId: '1-1017-00207-36-6',
      phone: '+66 81 234 5678',
      personName: '  สมชาย  ',
    };
    const { row } = await createApplication(licensing, people.somchai, { service: SERVICE, data });
    expect(row.data).toEqual({
      applicantKind: 'natural',
      nationalId: '1101700207366',
      phone: '0812345678',
      personName: 'สมชาย',
    });
  });

  it.each<[string, Record<string, Json>, string]>([
    ['a picture in a name', { shopNameTh: 'ร้าน 😀' }, 'licensing.characters_unprintable'],
    [
      'letters that the font lacks',
      { applicantKind: 'natural', personName: 'สมชาย 漢字' },
      'licensing.characters_unprintable',
    ],
    [
      'a sub-district that is not there',
      { address: { provinceCode: '10', districtCode: '1001', subDistrictCode: '100199' } },
      'cases.address_sub_district_unknown',
    ],
    [
      'a district of another province',
      { address: { provinceCode: '10', districtCode: '5001' } },
      'cases.address_district_elsewhere',
    ],
  ])('refuse %s and keep what was there', async (_what, more, expected) => {
    const { row } = await world.draft();
    const given = { id: row.id, data: goodData(more), precondition: anyVersion };
    const refused = await saveData(world.licensing, people.somchai, given).catch((error: LicensingError) => error);
    const found = (refused as LicensingError).errors.map((error) => error.code);
    expect(found).toContain(expected);
    expect((await getApplication(world.licensing, people.somchai, row.id)).row).toEqual(row);
  });

  it('cannot be submitted with what the document cannot show', async () => {
    const { row } = await createApplication(world.licensing, people.somchai, { service: SERVICE });
    expect(await code(act(row.id, 'submit', people.somchai))).toBe('licensing.form_invalid');
  });

  it('are limited in number', async () => {
    const tight = { ...world.licensing, config: { ...world.licensing.config, draftsPerAccount: 2 } };
    const begin = () => createApplication(tight, people.somchai, { service: SERVICE });
    const first = await begin();
    await begin();
    expect(await code(begin())).toBe('licensing.too_many_drafts');
    await act(first.row.id, 'withdraw', people.somchai);
    expect(await code(begin())).toBe('done');
  });

  it('are nobody else’s', async () => {
    const { row } = await world.draft();
    for (const who of [people.malee, people.anong, people.wichai, people.nida, people.ek]) {
      const upload = { field: 'idCardCopy', name: 'a.png', bytes: png };
      const works = [
        () => getApplication(world.licensing, who, row.id),
        () => saveData(world.licensing, who, { id: row.id, data: {}, precondition: anyVersion }),
        () => attachFile(world.licensing, who, { id: row.id, upload, precondition: anyVersion }),
        () => act(row.id, 'submit', who),
      ];
      for (const work of works) expect(await code(work())).toBe('licensing.application_unknown');
    }
  });

  it('cannot be changed by an officer even when the officer may see them', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay', 'return');
    const given = { id: row.id, data: {}, precondition: anyVersion };
    expect(await code(saveData(world.licensing, people.anong, given))).toBe('licensing.not_editable');
  });
});

describe('decisions', () => {
  it('are not for officers of another agency, of none, or in their own case', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay');
    expect(await code(act(row.id, 'recommend', people.stranger))).toBe('licensing.application_unknown');
    expect(await code(act(row.id, 'recommend', people.homeless))).toBe('licensing.application_unknown');
    const both = { ...people.anong, accountId: 'somchai', roles: ['citizen', 'officer', 'approver'] };
    expect(await code(act(row.id, 'recommend', both))).toBe('cases.own_case');
    const liar = { ...people.malee, roles: ['citizen', 'system', 'applicant'] };
    expect(await code(act(row.id, 'issued', liar))).toBe('licensing.application_unknown');
    expect(await code(act(row.id, 'recommend', people.nida))).toBe('cases.role_required');
  });

  it('nobody can play the platform', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay', 'recommend', 'approve');
    const liar = { ...people.suda, roles: ['officer', 'approver', 'system'] };
    expect(await code(act(row.id, 'issued', liar))).toBe('cases.role_required');
  });

  it('only one of two at the same time is taken', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay', 'recommend');
    const results = await Promise.all([
      code(act(row.id, 'approve', people.wichai)),
      code(act(row.id, 'refuse', people.suda, { reason: 'ไม่ครบ' })),
      code(act(row.id, 'approve', people.suda)),
    ]);
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(results.filter((result) => result === 'cases.action_not_allowed')).toHaveLength(2);
  });

  it('become overdue when their time is over', async () => {
    const { row } = await world.go(await world.draft(), 'submit', 'pay');
    expect(row.due_at?.toISOString()).toBe('2026-11-19T16:59:59.999Z');
  });
});

describe('the status of a licence', () => {
  it('expires at the end of its last day in Bangkok, by the clock alone', async () => {
    const licence = await issue();
    const status = async () => (await getPublicLicence(world.licensing, licence.row.public_id)).status;
    const until = (instant: string) => world.clock.advance(new Date(instant).getTime() - world.clock.now().getTime());
    until('2029-11-15T16:59:59.999Z');
    expect(await status()).toBe('active');
    until('2029-11-15T17:00:00.000Z');
    expect(await status()).toBe('expired');
    const shown = await getPublicLicence(world.licensing, licence.row.public_id);
    expect(shown.statusSince.toISOString()).toBe('2029-11-15T17:00:00.000Z');
  });

  it('is found by the digest of the document, or by the id in its XML', async () => {
    const licence = await issue();
    const { licensing } = world;
    const sha256 = licence.row.document_sha256 ?? '';
    const xml = await readDocument(licensing, licence, 'data');
    const byDigest = await findStatusByDocument(licensing, sha256);
    expect(byDigest).toMatchObject({ number: licence.row.number, status: 'active', documentSha256: sha256 });
    expect(await findStatusByDocument(licensing, 'f'.repeat(64), xml)).toEqual(byDigest);
    expect(await findStatusByDocument(licensing, 'f'.repeat(64))).toBeUndefined();
    expect(await findStatusByDocument(licensing, 'f'.repeat(64), new Uint8Array([1, 2, 3]))).toBeUndefined();
    const other = Buffer.from(xml).toString().replace(licence.row.public_id, '0'.repeat(32));
    expect(await findStatusByDocument(licensing, 'f'.repeat(64), Buffer.from(other))).toBeUndefined();
  });

  it('is revoked by an approver with a reason, as an event of the case', async () => {
    const licence = await issue();
    const request = { id: licence.row.id, precondition: anyVersion };
    const revoke = (who: typeof people.wichai | typeof people.anong | typeof people.stranger, reason: string) =>
      code(actOnLicence(world.licensing, who as never, { ...request, action: 'revoke', reason }));
    expect(await revoke(people.anong, 'x')).toBe('cases.role_required');
    expect(await revoke(people.stranger, 'x')).toBe('licensing.licence_unknown');
    expect(await revoke(people.wichai, '')).toBe('cases.reason_required');
    expect(await revoke(people.wichai, 'ให้ข้อมูลเท็จ')).toBe('done');
    const found = await getApplication(world.licensing, people.somchai, licence.row.case_id);
    expect(found.events.at(-1)?.event).toMatchObject({ action: 'revoke', reason: 'ให้ข้อมูลเท็จ', to: 'revoked' });
    verifyChain(found.row.id, found.events, found.row.hash);
    expect((await getPublicLicence(world.licensing, licence.row.public_id)).status).toBe('revoked');
  });
});
