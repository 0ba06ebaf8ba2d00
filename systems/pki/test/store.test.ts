import { copyFile, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sql } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { migrationsOf } from '@tra/platform-system';
import { expect, it } from 'vitest';
import { pki } from '../src/index.ts';
import { insertAuthority, nextCrlNumber, raiseCrlNumber, updateAuthority } from '../src/store/authority-store.ts';
import { blockKey, findBlockedKeys } from '../src/store/blocked-key-store.ts';
import { decodeCertificateCursor, searchCertificates } from '../src/store/certificate-search.ts';
import {
  abandonPrepared,
  changeStatus,
  completePrepared,
  findStatus,
  insertPrepared,
  listChangedSince,
  listRevoked,
  type PreparedCertificate,
} from '../src/store/certificate-store.ts';
import { findDeltaBase, findNewestCrl, insertCrl, insertPartialCrl, pruneCrls } from '../src/store/crl-store.ts';
import {
  findRequest,
  insertRequest,
  listRequests,
  type NewRequest,
  updateRequest,
} from '../src/store/request-store.ts';
import type { PkiTables, PkiTransaction, Tables } from '../src/store/tables.ts';

const at = new Date('2026-11-20T00:00:00.000Z');
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

function prepared(serial_hex: string, more: Partial<PreparedCertificate> = {}): PreparedCertificate {
  return {
    authority: 'issuing',
    serial_hex,
    profile: 'document-signer',
    subject: `CN=กรม ${serial_hex}`,
    not_before: at,
    not_after: later(24 * 365),
    issued_at: at,
    tbs_sha256: bytes('tbs'),
    key_sha256: bytes(`key ${serial_hex}`),
    holder: 'somchai',
    channel: 'request',
    request_id: null,
    predecessor_authority: null,
    predecessor_serial: null,
    crl_partition: 0,
    ...more,
  };
}

const signed = (serialHex: string) => ({
  authority: 'issuing',
  serialHex,
  certificate: bytes(`certificate ${serialHex}`),
  sha256: bytes(`fingerprint ${serialHex}`),
});

const request = (id: string, more: Partial<NewRequest> = {}): NewRequest => ({
  id,
  kind: 'certificate',
  state: 'submitted',
  applicant: 'somchai',
  authority: 'issuing',
  profile: 'document-signer',
  subject: { commonName: 'กรม "ก"' },
  alternative_names: [{ dns: 'a.go.th' }],
  material: bytes('csr'),
  key_sha256: bytes('key'),
  evidence: 'หนังสือ',
  details: {},
  target_serial: null,
  search: 'กรม ก',
  ...more,
});

const id = (number: number) => `01996b1c-3f2a-7c4e-9d2b-${String(number).padStart(12, '0')}`;
const by = { actor: 'somchai', action: 'submit', at };

describeOnEachDatabase('the store', (open) => {
  const withTables = async (
    work: (tables: Tables, run: <R>(w: (trx: PkiTransaction) => Promise<R>) => Promise<R>) => Promise<void>,
  ) => {
    const database = await open({ migrations: [migrationsOf(pki)] });
    const run = <R>(w: (trx: PkiTransaction) => Promise<R>) => database.transaction<PkiTables, R>(w);
    try {
      const issuing = { name: 'issuing', kind: 'issuing', parent: null, state: 'active' } as const;
      const rest = { certificate: bytes('ca'), key_label: 'k', csr: null, operator: null };
      expect(await run((trx) => insertAuthority(trx, { ...issuing, ...rest }, at))).toBe(true);
      expect(await run((trx) => insertAuthority(trx, { ...issuing, ...rest }, at))).toBe(false);
      await work(database.tables<PkiTables>(), run);
    } finally {
      await database.close();
    }
  };

  it('completes what was prepared, once; never what was abandoned; no serial twice', () =>
    withTables(async (tables) => {
      await insertPrepared(
        tables,
        ['01', '02', '03'].map((serial) => prepared(serial)),
      );
      await expect(insertPrepared(tables, [prepared('02')])).rejects.toThrow();
      expect(await completePrepared(tables, [signed('01')])).toBe(1);
      expect(await completePrepared(tables, [signed('01')])).toBe(0);
      expect(await findStatus(tables, { authority: 'issuing', serialHex: '02' })).toBeUndefined();
      expect(await abandonPrepared(tables, at)).toBe(0);
      expect(await abandonPrepared(tables, later(1))).toBe(2);
      expect(await completePrepared(tables, [signed('02')])).toBe(0);
      await expect(insertPrepared(tables, [prepared('02')])).rejects.toThrow();
      expect(await findStatus(tables, { authority: 'issuing', serialHex: '01' })).toEqual({
        revoked_at: null,
        revocation_reason: null,
      });
    }));

  it('takes thousands at once', () =>
    withTables(async (tables) => {
      const serials = Array.from({ length: 2_500 }, (_, index) => (0x10000 + index).toString(16));
      await insertPrepared(
        tables,
        serials.map((serial) => prepared(serial)),
      );
      expect(await completePrepared(tables, serials.map(signed))).toBe(2_500);
    }));

  it('keeps changes of status in order, for complete and delta CRLs', () =>
    withTables(async (tables, run) => {
      await insertPrepared(
        tables,
        ['01', '02', '03'].map((serial) => prepared(serial)),
      );
      await completePrepared(tables, ['01', '02', '03'].map(signed));
      const change = (serial_hex: string, what: 'revoked' | 'suspended' | 'reinstated', reason: string) =>
        run((trx) => changeStatus(trx, { authority: 'issuing', serial_hex, change: what, reason, actor: 'x', at }));
      await change('01', 'revoked', 'superseded');
      const { statusSeq } = await listRevoked(tables, 'issuing');
      await change('02', 'suspended', 'certificateHold');
      await change('03', 'suspended', 'certificateHold');
      await change('02', 'reinstated', 'certificateHold');
      const { rows } = await listRevoked(tables, 'issuing');
      expect(rows.map((row) => [row.serial_hex, row.revocation_reason])).toEqual([
        ['01', 'superseded'],
        ['03', 'certificateHold'],
      ]);
      const changed = await listChangedSince(tables, 'issuing', statusSeq);
      expect(changed.map((row) => [row.serial_hex, row.revoked_at !== null])).toEqual([
        ['02', false],
        ['03', true],
      ]);
    }));

  it('lets CRL numbers only grow, whoever asks', () =>
    withTables(async (_tables, run) => {
      const numbers = await Promise.all(Array.from({ length: 8 }, () => run((trx) => nextCrlNumber(trx, 'issuing'))));
      expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await run((trx) => raiseCrlNumber(trx, 'issuing', 8))).toBe(false);
      expect(await run((trx) => raiseCrlNumber(trx, 'issuing', 20))).toBe(true);
      expect(await run((trx) => nextCrlNumber(trx, 'issuing'))).toBe(21);
    }));

  it('finds the base of a delta CRL and drops what was replaced', () =>
    withTables(async (tables, run) => {
      const crl = (number: number, hour: number) => ({
        authority: 'issuing',
        number,
        crl: bytes(`crl ${number}`),
        this_update: later(hour),
        next_update: later(hour + 10),
        status_seq: number,
      });
      await run(async (trx) => {
        for (const row of [crl(1, 0), crl(2, 4), crl(3, 4.2), crl(4, 4.4)]) await insertCrl(trx, row);
        for (const number of [3, 4]) {
          const { crl: der, this_update, next_update } = crl(number, 4);
          await insertPartialCrl(trx, {
            authority: 'issuing',
            scope: 'delta',
            number,
            base_number: 1,
            crl: der,
            this_update,
            next_update,
          });
        }
      });
      expect(await findDeltaBase(tables, 'issuing', later(5))).toMatchObject({ number: 1 });
      expect(await findDeltaBase(tables, 'issuing', later(10))).toMatchObject({ number: 2 });
      expect(await pruneCrls(tables)).toBe(3);
      expect((await findNewestCrl(tables, 'issuing'))?.number).toBe(4);
      expect(await findDeltaBase(tables, 'issuing', later(5))).toMatchObject({ number: 1 });
    }));

  it('changes an authority only as it was seen', () =>
    withTables(async (_tables, run) => {
      const seen = { name: 'issuing', version: 1 };
      expect(await run((trx) => updateAuthority(trx, seen, { state: 'suspended' }))).toBe(true);
      expect(await run((trx) => updateAuthority(trx, seen, { state: 'retired' }))).toBe(false);
    }));

  it('changes a request only as it was seen, and holds to two officers by itself', () =>
    withTables(async (tables, run) => {
      expect(await run((trx) => insertRequest(trx, request(id(1)), by))).toBe(true);
      const row = (await findRequest(tables, id(1)))!;
      expect(row).toMatchObject({ subject: { commonName: 'กรม "ก"' }, alternative_names: [{ dns: 'a.go.th' }] });
      const first = { state: 'first-approved', first_officer: 'kanya', first_at: at } as const;
      await run((trx) => updateRequest(trx, row, first, by));
      await expect(run((trx) => updateRequest(trx, row, first, by))).rejects.toMatchObject({
        code: 'pki.request_changed',
      });
      const seen = (await findRequest(tables, id(1)))!;
      const second = (second_officer: string) =>
        run((trx) => updateRequest(trx, seen, { state: 'approved', second_officer, second_at: at }, by));
      await expect(second('kanya')).rejects.toThrow(/two_officers/);
      await expect(second('somchai')).rejects.toThrow(/not_applicant/);
      await second('thana');
    }));

  it('has one open request about a certificate, and pages that stay', () =>
    withTables(async (tables, run) => {
      const about = { kind: 'revocation', target_serial: '01' } as const;
      expect(await run((trx) => insertRequest(trx, request(id(1), about), by))).toBe(true);
      expect(await run((trx) => insertRequest(trx, request(id(2), about), by))).toBe(false);
      for (const number of [3, 4, 5]) await run((trx) => insertRequest(trx, request(id(number)), by));
      const page = await listRequests(tables, { limit: 2, order: 'oldest', kinds: ['certificate'] });
      expect([page.items.map((row) => row.id), page.next]).toEqual([[id(3), id(4)], id(4)]);
      const rest = await listRequests(tables, { limit: 2, order: 'oldest', kinds: ['certificate'], after: id(4) });
      expect([rest.items.map((row) => row.id), rest.next]).toEqual([[id(5)], null]);
      expect((await listRequests(tables, { limit: 9, order: 'newest', q: '%' })).items).toEqual([]);
      expect((await listRequests(tables, { limit: 9, order: 'newest', states: [] })).items).toEqual([]);
    }));

  it('searches certificates and pages through them', () =>
    withTables(async (tables) => {
      await insertPrepared(
        tables,
        ['01', '02', '03'].map((serial) => prepared(serial)),
      );
      await completePrepared(tables, ['01', '02', '03'].map(signed));
      const first = await searchCertificates(tables, { limit: 2, q: 'กรม' });
      expect(first.items.map((row) => row.serial_hex)).toEqual(['03', '02']);
      const after = decodeCertificateCursor(first.next!);
      const second = await searchCertificates(tables, { limit: 2, after });
      expect([second.items.map((row) => row.serial_hex), second.next]).toEqual([['01'], null]);
      expect((await searchCertificates(tables, { limit: 2, holder: 'malee' })).items).toEqual([]);
    }));

  it('blocks a key once', () =>
    withTables(async (tables) => {
      const row = { key_sha256: bytes('k'), reason: 'keyCompromise', authority: null, serial_hex: null, since: at };
      await blockKey(tables, row);
      await blockKey(tables, { ...row, reason: 'other' });
      expect(await findBlockedKeys(tables, [bytes('k'), bytes('l')])).toEqual([row]);
    }));

  it('takes over the tables of the release before', async () => {
    const { directory } = migrationsOf(pki);
    const files = (await readdir(fileURLToPath(directory))).sort();
    const folder = join(await mkdtemp(join(tmpdir(), 'tra-pki-')), 'migrations');
    await mkdir(folder);
    await copyFile(new URL(files[0]!, directory), join(folder, files[0]!));
    const database = await open({ migrations: [{ owner: 'pki', directory: pathToFileURL(`${folder}/`) }] });
    try {
      const tables = database.tables<PkiTables>();
      await sql`INSERT INTO pki_authorities (name, certificate, key_label, crl_number, created_at) VALUES
        ('root', 'r', 'root-ca-1', 3, ${at}), ('issuing', 'i', 'issuing-ca-1', 7, ${at})`.execute(tables);
      await sql`INSERT INTO pki_certificates (authority, serial_hex, profile, subject, certificate, not_before, not_after, issued_at,
        revoked_at, revocation_reason) VALUES ('issuing', '0a', 'time-stamping', 'CN=x', 'c', ${at}, ${later(9)}, ${at}, NULL, NULL),
        ('issuing', '0b', 'document-signer', 'CN=y', 'd', ${at}, ${later(9)}, ${at}, ${at}, 'superseded')`.execute(
        tables,
      );
      await sql`INSERT INTO pki_crls VALUES ('issuing', 7, 'crl', ${at}, ${later(9)})`.execute(tables);
      await database.migrate([migrationsOf(pki)]);
      const authorities = await tables.selectFrom('pki_authorities').selectAll().orderBy('name').execute();
      expect(authorities).toMatchObject([
        { name: 'issuing', kind: 'issuing', parent: 'root', state: 'active', crl_number: 7, key_label: 'issuing-ca-1' },
        { name: 'root', kind: 'root', parent: null, state: 'active', crl_number: 3 },
      ]);
      const { rows, statusSeq } = await listRevoked(tables, 'issuing');
      expect([rows.map((row) => row.serial_hex), statusSeq]).toEqual([['0b'], 1]);
      expect(await findStatus(tables, { authority: 'issuing', serialHex: '0a' })).toBeDefined();
      expect(await findNewestCrl(tables, 'issuing')).toMatchObject({ number: 7, status_seq: 0 });
      // Its code goes on while both run side by side.
      await sql`INSERT INTO pki_certificates (authority, serial_hex, profile, subject, certificate, not_before, not_after, issued_at,
        revoked_at, revocation_reason) VALUES ('issuing', '0c', 'time-stamping', 'CN=z', 'e', ${at}, ${later(9)}, ${at}, NULL, NULL)`.execute(
        tables,
      );
      expect(await findStatus(tables, { authority: 'issuing', serialHex: '0c' })).toBeDefined();
    } finally {
      await database.close();
    }
  });
});
