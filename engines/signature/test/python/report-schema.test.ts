import { utf8Encode } from '@tra/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DiagnosticData, type ValidationInput, validateDocumentFully, writeEtsiReport } from '../../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../../src/testing.ts';
import { archived, certificateOf, type Data, first, goodData, run } from '../process/data.ts';
import { base64, type Conversation, converse, pythonWith } from './conversation.ts';

const python = pythonWith('pyhanko.generated, signxml');
const documentSha256 = 'ab'.repeat(32);

describe.skipIf(python === undefined)('the schema of TS 119 102-2', () => {
  let checker: Conversation;
  let signing: TestSigning;
  beforeAll(async () => {
    checker = converse(python ?? '', './report-schema.py');
    signing = await testSigning('Schema');
  });
  afterAll(() => checker.close());

  const faultsOf = async (xml: Uint8Array): Promise<readonly string[]> => {
    const { faults } = (await checker.ask({ xml: base64(xml) })) as { faults: readonly string[] };
    return faults;
  };
  const write = (data: Data): Uint8Array =>
    writeEtsiReport({ diagnostic: data as DiagnosticData, detailed: run(data), documentSha256 }) ?? new Uint8Array();
  const judge = async (bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<Uint8Array> => {
    const at = new Date(signing.clock.now().getTime() + 60_000);
    const { diagnostic, detailed } = await validateDocumentFully({ bytes, anchors: signing.anchors, at, ...more });
    return writeEtsiReport({ diagnostic, detailed, documentSha256 }) ?? new Uint8Array();
  };

  const changes: readonly (readonly [string, (data: Data) => void])[] = [
    ['a signature that passes', () => undefined],
    ['one with an archive time-stamp', archived],
    [
      'one whose certificate was revoked',
      (data) => {
        const revoked = { status: 'revoked', reason: 'keyCompromise', revocationTime: '2026-05-01T00:00:00Z' } as const;
        certificateOf(data, 'signer').revocations = [{ revocation: 'ocsp', ...revoked }];
      },
    ],
    [
      'one with roles, commitments and texts that do harm',
      (data) => {
        first(data.signatures).claimedRoles = ['</vr:Role><x>&\u0000\ud800\ufffe"'];
        first(data.signatures).commitmentTypes = ['1.2.3', 'a b<>"\ud800%zz'];
      },
    ],
    [
      'one whose chain and revocations are nowhere',
      (data) => {
        first(data.signatures).chain.push('nowhere');
        first(data.signatures).foundRevocations.push({ revocation: 'gone', origins: ['online'] });
      },
    ],
    [
      'time-stamps alone',
      (data) => {
        data.signatures = [];
      },
    ],
  ];

  it.each(changes)('holds for the report on %s', async (_, change) => {
    const data = goodData();
    change(data);
    expect(await faultsOf(write(data))).toEqual([]);
  });

  it('holds for the report on a PDF, intact, changed and without trust', async () => {
    const signed = await signing.sign(testPdf());
    const changed = signed.slice();
    changed[120] = (changed[120] ?? 0) ^ 1;
    for (const xml of [await judge(signed), await judge(changed), await judge(signed, { anchors: [] })])
      expect(await faultsOf(xml)).toEqual([]);
  });

  it('holds for the report on a time-stamp token', async () => {
    const value = new Uint8Array(32).fill(7);
    expect(await faultsOf(await judge(await signing.timestamper.stamp({ algorithm: 'sha256', value })))).toEqual([]);
  });

  it.each([
    ['an element that it does not know', /<vr:SignatureIdentifier/, '<vr:Something/><vr:SignatureIdentifier'],
    ['a part that must be there', /<vr:MainIndication>[^<]*<\/vr:MainIndication>/, ''],
    ['parts in another order', /(<vr:POETime>[^<]*<\/vr:POETime>)\s*(<vr:TypeOfProof>[^<]*<\/vr:TypeOfProof>)/, '$2$1'],
    ['a time that is none', /<vr:POETime>[^<]*</, '<vr:POETime>yesterday<'],
    ['a reference to nothing', / VOReference="[^"]*"/, ' VOReference="nowhere"'],
    ['two objects of one name', /(<vr:ValidationObject id="[^"]*">.*?<\/vr:ValidationObject>)/s, '$1$1'],
  ])('refuses %s', async (_, from, to) => {
    const xml = new TextDecoder().decode(write(archived(goodData())));
    const changed = xml.replace(from, to);
    expect(changed).not.toBe(xml);
    expect(await faultsOf(utf8Encode(changed))).not.toEqual([]);
  });
});
