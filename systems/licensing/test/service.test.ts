import { CasesError } from '@tra/cases';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../src/case-log.ts';
import { takeAction } from '../src/service/actions.ts';
import { createApplication, getApplication, listApplications, saveData } from '../src/service/applications.ts';
import { attachFile, detachFile, readFile } from '../src/service/attachments.ts';
import {
  actOnLicence,
  findLicenceOfCase,
  getLicence,
  getPublicLicence,
  readDocument,
} from '../src/service/licences.ts';
import { anyVersion, createWorld, goodData, people, png, runIssuing, SERVICE, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  runIssuing(world);
});
afterAll(async () => world.close());

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const act = (id: string, action: string, who: Parameters<typeof takeAction>[1], more = {}) =>
  takeAction(world.licensing, who, { id, action, precondition: anyVersion, scope: 'case', reason: 'เหตุผล', ...more });

describe('the whole way', () => {
  it('goes from a draft to an issued licence that anybody can look up', async () => {
    const { licensing } = world;
    const draft = await world.draft();
    expect(draft.row.reference).toMatch(/^EC-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
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
    const shown = await getPublicLicence(licensing, licence!.row.public_id);
    expect(shown.row.holder).toBe('นายสมชาย ใจดี');
    const pdf = Buffer.from(await readDocument(licensing, licence!, 'document'));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.subarray(-20).toString()).toContain('%signed');
    const xml = Buffer.from(await readDocument(licensing, licence!, 'data')).toString();
    expect(xml).toContain('<Number>DBD-EC-2569-000001</Number>');
    expect(xml).toContain(`/v/${licence!.row.public_id}</VerificationUrl>`);
    expect(xml).toContain('<SubDistrict code="500101">');
    const audit = await world.context.audit.verify(`licensing.case.${draft.row.id}`);
    expect(audit.verdict).toBe('passed');
  });
});
