import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { expect, it } from 'vitest';
import { verifyChain } from '../src/case-log.ts';
import type { Licensing } from '../src/context.ts';
import { getApplication } from '../src/service/applications.ts';
import { issueLicence, numberPattern } from '../src/service/issue.ts';
import type { LicensingTables } from '../src/store/tables.ts';
import { createWorld, goodData, migrations, people, runIssuing, type World } from './world.ts';

const toIssuing = ['submit', 'pay', 'recommend', 'approve'] as const;

class Killed extends Error {}

type Step = (licensing: Licensing) => Licensing;

const dying = <T extends (...args: never[]) => Promise<unknown>>(work: T, when: 'before' | 'after', call = 1): T => {
  let calls = 0;
  const killed = async (...args: never[]) => {
    calls += 1;
    if (calls === call && when === 'before') throw new Killed();
    const result = await work(...args);
    if (calls === call) throw new Killed();
    return result;
  };
  return killed as unknown as T;
};

const database = (licensing: Licensing, when: 'before' | 'after', call: number): Licensing => ({
  ...licensing,
  database: {
    ...methods(licensing.database),
    transaction: dying(licensing.database.transaction.bind(licensing.database), when, call),
  },
});

function methods(original: Licensing['database']): Licensing['database'] {
  return {
    dialect: original.dialect,
    tables: () => original.tables(),
    transaction: (work) => original.transaction(work),
    migrate: (sets) => original.migrate(sets),
    listen: (channel, handler) => original.listen(channel, handler),
    notify: (channel, payload) => original.notify(channel, payload),
    ping: () => original.ping(),
    close: () => original.close(),
  };
}

/** Every place where a process may die, from the first to the last. */
const steps: readonly [string, Step][] = [
  ['before anything', (licensing) => database(licensing, 'before', 1)],
  [
    'while the number is taken',
    (licensing) => ({
      ...licensing,
      random: {
        bytes: () => {
          throw new Killed();
        },
      },
    }),
  ],
  ['after the number is taken', (licensing) => database(licensing, 'after', 1)],
  [
    'while the document is made',
    (licensing) => ({
      ...licensing,
      documents: { ...licensing.documents, make: dying(licensing.documents.make, 'before') },
    }),
  ],
  [
    'after the document is made',
    (licensing) => ({
      ...licensing,
      documents: { ...licensing.documents, make: dying(licensing.documents.make, 'after') },
    }),
  ],
  ['while it is signed', (licensing) => withSigner(licensing, 'before')],
  ['after it is signed', (licensing) => withSigner(licensing, 'after')],
  ['while the document is stored', (licensing) => withBlobs(licensing, 'before', 1)],
  ['after the document is stored', (licensing) => withBlobs(licensing, 'after', 1)],
  ['while the data are stored', (licensing) => withBlobs(licensing, 'before', 2)],
  ['after the data are stored', (licensing) => withBlobs(licensing, 'after', 2)],
  ['before it is finished', (licensing) => database(licensing, 'before', 2)],
  [
    'while it is finished: audit',
    (licensing) => ({
      ...licensing,
      audit: { ...licensing.audit, append: dying(licensing.audit.append as never, 'after') as never },
    }),
  ],
  [
    'while it is finished: outbox',
    (licensing) => ({
      ...licensing,
      jobs: {
        ...licensing.jobs,
        publish: dying(licensing.jobs.publish.bind(licensing.jobs) as never, 'after') as never,
      },
    }),
  ],
  ['after it is finished', (licensing) => database(licensing, 'after', 2)],
];

function withSigner(licensing: Licensing, when: 'before' | 'after'): Licensing {
  const signPdf = dying(licensing.ports.signer.signPdf.bind(licensing.ports.signer), when);
  return { ...licensing, ports: { ...licensing.ports, signer: { signPdf } } };
}

function withBlobs(licensing: Licensing, when: 'before' | 'after', call: number): Licensing {
  return { ...licensing, blobs: { ...licensing.blobs, put: dying(licensing.blobs.put, when, call) } };
}

const licences = (world: World) =>
  world.database.tables<LicensingTables>().selectFrom('licensing_licences').selectAll().orderBy('number').execute();

it.each([
  ['DBD-EC-{BE}-{seq:6}', '2026-11-16', 'DBD-EC-2569-000001', 'DBD-EC-2569-1000000'],
  ['{seq:3}/{BE}', '2027-01-01', '001/2570', '1000000/2570'],
  ['X{seq:1}', '2027-01-01', 'X1', 'X1000000'],
])('writes numbers by %s', (pattern, date, first, million) => {
  const { write } = numberPattern(pattern, date);
  expect([write(1), write(1_000_000)]).toEqual([first, million]);
});

it('keeps one series a year', () => {
  const series = (date: string) => numberPattern('DBD-EC-{BE}-{seq:6}', date).series;
  expect(series('2026-12-31')).not.toBe(series('2027-01-01'));
});

describeOnEachDatabase('issuing', (open) => {
  const withWorld = async (work: (world: World) => Promise<void>) => {
    const world = await createWorld({ database: await open({ migrations }) });
    try {
      await work(world);
    } finally {
      await world.close();
    }
  };

  it('issues exactly one licence with one number whatever step the process dies at', () =>
    withWorld(async (world) => {
      for (const [index, [name, step]] of steps.entries()) {
        const { row } = await world.go(await world.draft(), ...toIssuing);
        await expect(issueLicence(step(world.licensing), row.id), name).rejects.toBeInstanceOf(Killed);
        const issued = await issueLicence(world.licensing, row.id);
        expect(issued, name).toBe(name !== 'after it is finished');
        expect(await issueLicence(world.licensing, row.id), name).toBe(false);
        const found = await getApplication(world.licensing, people.somchai, row.id);
        expect(
          found.events.map((stored) => stored.event.action),
          name,
        ).toEqual(['opened', ...toIssuing, 'issued']);
        verifyChain(row.id, found.events, found.row.hash);
        const own = (await licences(world)).filter((licence) => licence.case_id === row.id);
        expect(own, name).toHaveLength(1);
        expect(own[0], name).toMatchObject({
          status: 'active',
          number: `DBD-EC-2569-${String(index + 1).padStart(6, '0')}`,
        });
        expect(await world.blobs.has(own[0]?.document_sha256 ?? ''), name).toBe(true);
        expect(await world.blobs.has(own[0]?.data_sha256 ?? ''), name).toBe(true);
      }
    }));

  it('shows nobody a licence that is only reserved', () =>
    withWorld(async (world) => {
      const { row } = await world.go(await world.draft(), ...toIssuing);
      const [, sign] = steps.find(([name]) => name === 'while it is signed') ?? [];
      await expect(issueLicence(sign?.(world.licensing) ?? world.licensing, row.id)).rejects.toBeInstanceOf(Killed);
      const [reserved] = await licences(world);
      expect(reserved?.status).toBe('reserved');
      const { findLicenceOfCase, getLicence, getPublicLicence, listLicencesFor } = await import(
        '../src/service/licences.ts'
      );
      expect(await findLicenceOfCase(world.licensing, row.id)).toBeUndefined();
      const unknown = { code: 'licensing.licence_unknown' };
      await expect(getLicence(world.licensing, people.somchai, reserved?.id ?? '')).rejects.toMatchObject(unknown);
      await expect(getPublicLicence(world.licensing, reserved?.public_id ?? '')).rejects.toMatchObject(unknown);
      expect((await listLicencesFor(world.licensing, people.anong, { limit: 10 })).items).toEqual([]);
    }));

  it('gives fifty cases issued at the same time, each twice, fifty numbers without gap or double', () =>
    withWorld(async (world) => {
      const ids: string[] = [];
      for (let index = 0; index < 50; index += 1) {
        const who = index % 2 ? people.malee : people.somchai;
        ids.push(
          (
            await world.go(
              await world.draft(who),
              ...toIssuing.map((action): [string, typeof who] => {
                return [action, action === 'recommend' ? people.anong : action === 'approve' ? people.wichai : who];
              }),
            )
          ).row.id,
        );
      }
      const results = await Promise.all([...ids, ...ids].map((id) => issueLicence(world.licensing, id)));
      expect(results.filter(Boolean)).toHaveLength(50);
      const rows = await licences(world);
      const expected = Array.from({ length: 50 }, (_, index) => `DBD-EC-2569-${String(index + 1).padStart(6, '0')}`);
      expect(rows.map((row) => row.number)).toEqual(expected);
      expect(new Set(rows.map((row) => row.public_id)).size).toBe(50);
      expect(rows.every((row) => row.status === 'active')).toBe(true);
    }));

  it('begins a new series with the Buddhist year', () =>
    withWorld(async (world) => {
      runIssuing(world);
      await world.go(await world.draft(), ...toIssuing);
      await world.jobs.idle();
      world.clock.advance(46 * 86_400_000);
      await world.go(await world.draft(), ...toIssuing);
      await world.jobs.idle();
      expect((await licences(world)).map((row) => row.number)).toEqual(['DBD-EC-2569-000001', 'DBD-EC-2570-000001']);
    }));

  it('does nothing for a case that is not being issued, or is not there', () =>
    withWorld(async (world) => {
      const { row } = await world.draft();
      expect(await issueLicence(world.licensing, row.id)).toBe(false);
      expect(await issueLicence(world.licensing, '01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b')).toBe(false);
      expect(await licences(world)).toEqual([]);
    }));

  it('issues for a company with everything that its form asks', () =>
    withWorld(async (world) => {
      runIssuing(world);
      const { nationalId: _id, personName: _name, ...rest } = goodData();
      const company = {
        ...rest,
        applicantKind: 'juristic',
        juristicNumber: '0107542000011',
        juristicName: 'บริษัท ตัวอย่าง จำกัด (มหาชน)',
        representativeName: 'นางมาลี สุขใจ',
      };
      const { createApplication } = await import('../src/service/applications.ts');
      const { attachFile } = await import('../src/service/attachments.ts');
      const { anyVersion, png, SERVICE } = await import('./world.ts');
      const { row } = await createApplication(world.licensing, people.somchai, { service: SERVICE, data: company });
      let found = await getApplication(world.licensing, people.somchai, row.id);
      for (const field of ['idCardCopy', 'companyCertificate', 'shopPicture']) {
        found = await attachFile(world.licensing, people.somchai, {
          id: row.id,
          precondition: anyVersion,
          upload: { field, name: 'a.png', bytes: png },
        });
      }
      await world.go(found, ...toIssuing);
      await world.jobs.idle();
      const [licence] = await licences(world);
      expect(licence).toMatchObject({ holder: 'บริษัท ตัวอย่าง จำกัด (มหาชน)', business_name: 'ร้านผ้าทอบ้านน้ำซับ' });
      const xml = Buffer.from(await world.blobs.get(licence?.data_sha256 ?? '')).toString();
      expect(xml).toContain('<JuristicNumber>0107542000011</JuristicNumber>');
      expect(xml).not.toContain('<NationalId>');
    }));
});
