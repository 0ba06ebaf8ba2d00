import { parseCertificate } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { describe, expect, it } from 'vitest';
import { verifyToken } from '../src/index.ts';
import { type Makers, type Row, signatureRows, statementRows, unitRows } from './forgeries.ts';
import { data, forge } from './token-forge.ts';

/** What became of the unit, an hour before the token or after it, and whether the token may still count (RFC 3161 section 4). */
const fates = [
  ['keyCompromise', -1, false],
  ['superseded', -1, false],
  ['cessationOfOperation', -1, false],
  [undefined, -1, false],
  ['keyCompromise', 1, false],
  ['cACompromise', 1, false],
  [undefined, 1, false],
  ['superseded', 1, true],
  ['affiliationChanged', 1, true],
  ['cessationOfOperation', 1, true],
] as const;

const genTime = new Date('2026-11-21T02:00:00Z');

async function makers(hierarchy: TestHierarchy): Promise<Makers> {
  const { certificate, signer } = await hierarchy.issue('time-stamping');
  return { hierarchy, unit: { certificate, key: signer.privateKey } };
}

const hierarchy = await testHierarchy({ name: 'Forged' });
const made = await makers(hierarchy);
const crls = await hierarchy.crls(genTime);

function judge({ token, own }: Row) {
  return verifyToken({ token, data, anchors: [hierarchy.root.certificate], crls, ...own });
}

describe.each([
  ['what a token states', statementRows(made)],
  ['what a token signs', signatureRows(made)],
  ['who signed a token', unitRows(made)],
])('%s', (_name, rows) => {
  it.each(rows.map((row) => [row.name, row.code, row] as const))('%s: %s', (_title, code, row) => {
    const report = judge(row);
    expect(report.code).toBe(code === 'ok' ? 'timestamp.token_valid' : code);
    expect(report.verdict === 'passed').toBe(code === 'ok');
    if (row.params) expect(report.params).toMatchObject(row.params);
    expect(report.checks.every(({ clause }) => clause)).toBe(true);
  });

  it('the same for other data is never right', () => {
    for (const row of rows) {
      const { verdict } = judge({ ...row, own: { ...row.own, data: Uint8Array.of(1) } });
      expect(verdict, row.name).not.toBe('passed');
    }
  });

  it('nothing of it is trusted for what it brings along', () => {
    for (const row of rows) {
      const { verdict } = judge({ ...row, own: { ...row.own, anchors: [] } });
      expect(verdict, row.name).not.toBe('passed');
    }
  });
});

describe('a unit that was revoked', () => {
  it.each(fates)('%s, %i hours from the token: %s', async (reason, hours, counts) => {
    const { certificate } = made.unit;
    const date = new Date(genTime.getTime() + hours * 3_600_000);
    const { serialHex } = parseCertificate(certificate);
    const revoked = [{ serialHex, date, ...(reason ? { reason } : {}) }];
    const own = { crls: await hierarchy.crls(genTime, revoked), now: new Date(genTime.getTime() + 7_200_000) };
    const { code, verdict } = judge({
      name: '',
      code: '',
      token: forge(made.unit, { certificates: [certificate] }),
      own: { ...own, intermediates: [hierarchy.issuing.certificate] },
    });
    expect([verdict, code]).toEqual(counts ? ['passed', 'timestamp.token_valid'] : ['failed', 'pki.revoked']);
  });
});
