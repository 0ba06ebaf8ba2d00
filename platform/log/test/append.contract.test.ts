import { canonicalJson, utf8Encode } from '@tra/kernel';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { expect, it } from 'vitest';
import { type LogEntry, MAX_DATA_BYTES, migrations } from '../src/index.ts';
import { createOutboxLog } from '../src/testing.ts';

const clock = { now: () => new Date('2026-11-21T07:00:00Z') };
const der = new Uint8Array([0x30, 0x03, 0x02, 0x01, 0x07]);
const revocation = utf8Encode(canonicalJson({ serial: '0a', reason: 'keyCompromise' }));

describeOnEachDatabase('append', (open) => {
  it('keeps entries in order, exactly when the transaction commits', async () => {
    const database = await open({ migrations: [migrations] });
    const log = createOutboxLog({ database, clock });
    await database.transaction(async (trx) => {
      await log.append(trx, { type: 'pki.certificate', data: der }, { type: 'pki.revocation', data: revocation });
      await log.append(trx);
    });
    const failing = database.transaction(async (trx) => {
      await log.append(trx, { type: 'pki.certificate', data: der });
      throw new Error('the caller gives up');
    });
    await expect(failing).rejects.toThrow('gives up');
    expect((await log.appended()).map(({ type }) => type)).toEqual(['pki.certificate', 'pki.revocation']);
    expect((await log.appended())[1]?.data).toEqual(revocation);
    await database.close();
  });

  it('refuses what must not become public, and stores nothing of it', async () => {
    const database = await open({ migrations: [migrations] });
    const log = createOutboxLog({ database, clock });
    const attempt = (type: string, data: Uint8Array): Promise<unknown> =>
      database.transaction((trx) => log.append(trx, { type, data } as LogEntry)).catch((error) => error.code);
    expect(await attempt('identity.account', der)).toBe('log.type_unknown');
    expect(await attempt('toString', der)).toBe('log.type_unknown');
    expect(await attempt('pki.certificate', utf8Encode('{}'))).toBe('log.data_invalid');
    expect(await attempt('pki.revocation', utf8Encode('{"b":1, "a":2}'))).toBe('log.data_invalid');
    expect(await attempt('pki.revocation', der)).toBe('log.data_invalid');
    expect(await attempt('pki.certificate', new Uint8Array(MAX_DATA_BYTES + 1))).toBe('log.data_too_large');
    expect(await log.appended()).toEqual([]);
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'log.empty' });
    await database.close();
  });
});
