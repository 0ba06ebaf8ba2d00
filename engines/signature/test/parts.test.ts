import { generateKeyPairSync } from 'node:crypto';
import { der } from '@tra/asn1';
import type { SignerInfo } from '@tra/cms';
import type { Certificate } from '@tra/pki';
import { describe, expect, it } from 'vitest';
import { algorithmsProtected } from '../src/algorithm-protection.ts';
import { judgeAlgorithm } from '../src/algorithm-step.ts';
import { readByteRange } from '../src/byte-range.ts';
import { conclude, worstConclusion } from '../src/conclusion.ts';
import { recogniseDocument } from '../src/document-type.ts';
import { finding } from '../src/findings.ts';
import { defaultPolicy, renderReportText, reportCodes, rules, validateDocument } from '../src/index.ts';
import { testPdf, testSigning } from '../src/testing.ts';
import { fromLatin } from './build.ts';

describe('readByteRange', () => {
  const contents = Uint8Array.of(0x30, 0x01, 0xab);
  const file = fromLatin('head<3001AB0000>tail');
  it('gives the parts around the hole', () => {
    const range = readByteRange(file, [0, 4, 16, 4], contents);
    expect(range).toEqual({ signedParts: [fromLatin('head'), fromLatin('tail')], trailing: 0, stuffed: false });
    expect(readByteRange(fromLatin('head<3001AB0001>tail'), [0, 4, 16, 4], contents)).toMatchObject({ stuffed: true });
    expect(readByteRange(file, [0, 4, 16, 3], contents)).toMatchObject({ trailing: 1 });
  });

  it.each<[readonly number[], string]>([
    [[], 'count'],
    [[0, 4, 16], 'count'],
    [[0, 4, 16, 4, 0], 'count'],
    [[0, 4, 16, 4.5], 'number'],
    [[0, 4, 16, Number.NaN], 'number'],
    [[0, 4, Number.POSITIVE_INFINITY, 4], 'number'],
    [[0, -4, 16, 4], 'number'],
    [[1, 3, 16, 4], 'start'],
    [[0, 0, 16, 4], 'empty'],
    [[0, 4, 16, 0], 'empty'],
    [[0, 16, 4, 4], 'overlap'],
    [[0, 4, 4, 16], 'overlap'],
    [[0, 4, 16, 5], 'beyond_end'],
    [[0, 3, 16, 4], 'delimiter'],
    [[0, 4, 17, 3], 'delimiter'],
    [[0, 4, 15, 5], 'delimiter'],
  ])('refuses %j: %s', (range, reason) => {
    expect(readByteRange(file, range, contents)).toMatchObject({ reason });
  });

  it.each([
    ['head<3001AB000>tail', 'odd'],
    ['head<3001>tail', 'short'],
    ['head<3001AB000g>tail', 'digits'],
    ['head<3001AC0000>tail', 'other_contents'],
    ['head<3001AB00 1>tail', 'digits'],
  ])('refuses the hole of %s: %s', (text, reason) => {
    const range = [0, 4, text.length - 4, 4];
    expect(readByteRange(fromLatin(text), range, contents)).toMatchObject({
      problem: 'signature.hole_not_contents',
      reason,
    });
  });
});

describe('judgeAlgorithm', () => {
  const certificate = (type: 'rsa' | 'ec' | 'ed25519' | 'dsa', options: object = {}): Certificate => {
    const generate = generateKeyPairSync as unknown as (
      type: string,
      options: object,
    ) => ReturnType<typeof generateKeyPairSync>;
    const { publicKey } = generate(type, options) as unknown as { publicKey: import('node:crypto').KeyObject };
    return { publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) } as Certificate;
  };
  const code = (of: Certificate, digest: string): string => judgeAlgorithm(of, digest, { policy: defaultPolicy }).code;

  it('accepts what the policy names', () => {
    expect(code(certificate('rsa', { modulusLength: 2048 }), 'sha256')).toBe('signature.algorithm_accepted');
    expect(code(certificate('ec', { namedCurve: 'P-384' }), 'sha384')).toBe('signature.algorithm_accepted');
    expect(code(certificate('ed25519'), 'sha512')).toBe('signature.algorithm_accepted');
  });

  it('finds the rest too weak', () => {
    expect(code(certificate('rsa', { modulusLength: 1024 }), 'sha256')).toBe('signature.algorithm_too_weak');
    expect(code(certificate('rsa', { modulusLength: 2048 }), 'sha1')).toBe('signature.algorithm_too_weak');
    expect(code(certificate('rsa', { modulusLength: 2048 }), '1.2.840.113549.2.5')).toBe(
      'signature.algorithm_too_weak',
    );
    expect(code(certificate('ec', { namedCurve: 'secp224r1' }), 'sha256')).toBe('signature.algorithm_too_weak');
    expect(code(certificate('dsa', { modulusLength: 2048 }), 'sha256')).toBe('signature.algorithm_too_weak');
    expect(code({ publicKey: Uint8Array.of(1) } as Certificate, 'sha256')).toBe('signature.algorithm_too_weak');
  });
});

describe('algorithmsProtected', () => {
  const sha256 = '2.16.840.1.101.3.4.2.1';
  const ecdsa = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  const rsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue());
  const attribute = (digest: string, ...signature: Uint8Array[]): Uint8Array =>
    der.sequence(der.sequence(der.oid(digest)), der.element(0xa1, ...signature));
  const judge = (signatureAlgorithm: Uint8Array, ...values: Uint8Array[]): boolean =>
    algorithmsProtected({
      signedAttributes: new Map(values.length > 0 ? [['1.2.840.113549.1.9.52', values]] : []),
      digestAlgorithm: sha256,
      signatureAlgorithm,
    } as unknown as SignerInfo);

  it('holds the algorithms against what the signer bound', () => {
    expect(judge(ecdsa)).toBe(true);
    expect(judge(ecdsa, attribute(sha256, der.oid('1.2.840.10045.4.3.2')))).toBe(true);
    expect(judge(rsa, attribute(sha256, der.oid('1.2.840.113549.1.1.11')))).toBe(true);
    expect(judge(rsa, attribute(sha256, der.oid('1.2.840.113549.1.1.11'), der.nullValue()))).toBe(true);
  });

  it('refuses others, other parameters, two values and what cannot be read', () => {
    const good = attribute(sha256, der.oid('1.2.840.10045.4.3.2'));
    expect(judge(ecdsa, attribute(sha256, der.oid('1.2.840.10045.4.3.3')))).toBe(false);
    expect(judge(ecdsa, attribute('2.16.840.1.101.3.4.2.2', der.oid('1.2.840.10045.4.3.2')))).toBe(false);
    expect(judge(ecdsa, attribute(sha256, der.oid('1.2.840.10045.4.3.2'), der.integer(1)))).toBe(false);
    expect(judge(ecdsa, good, good)).toBe(false);
    expect(judge(ecdsa, Uint8Array.of(0x30, 0x05))).toBe(false);
    expect(judge(ecdsa, der.sequence())).toBe(false);
  });
});

describe('recogniseDocument', () => {
  it.each([
    ['%PDF-1.7', 'pdf'],
    [`${' '.repeat(1000)}%PDF-1.7`, 'pdf'],
    [`${' '.repeat(1030)}%PDF-1.7`, 'unknown'],
    ['%PDX-1.7', 'unknown'],
    ['0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02', 'cms'],
    ['0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03', 'unknown'],
    ['-----BEGIN CMS-----\nMAA=\n-----END CMS-----', 'unknown'],
    ['-----BEGIN CMS-----\n%%%\n-----END CMS-----', 'unknown'],
    ['0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02%PDF-1.7', 'cms'],
    ['-----BEGIN CMS-----', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s', (text, type) => {
    expect(recogniseDocument(fromLatin(text)).type).toBe(type);
  });
});

describe('conclude', () => {
  const complete = (
    [
      'format_recognised',
      'signer_certificate_found',
      'hash_matches',
      'value_valid',
      'algorithm_accepted',
      'path_trusted',
    ] as const
  ).map((tail) => finding(`signature.${tail}`));

  it('passes only when everything required was found', () => {
    expect(conclude(complete, 'signature')).toEqual({ verdict: 'passed', indication: 'TOTAL_PASSED' });
    for (let left = 0; left < complete.length; left += 1) {
      expect(conclude(complete.toSpliced(left, 1), 'signature').verdict).toBe('indeterminate');
    }
    expect(conclude([], 'signature').verdict).toBe('indeterminate');
    expect(conclude([], 'timestamp').verdict).toBe('indeterminate');
  });

  it('lets a failure outweigh what is open, and what is open outweigh what passed', () => {
    const open = finding('signature.path_untrusted', { issuer: 'x' });
    const failed = finding('signature.hash_mismatch');
    expect(conclude([...complete, open], 'signature')).toMatchObject({ subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' });
    expect(conclude([open, ...complete, failed], 'signature')).toMatchObject({ subIndication: 'HASH_FAILURE' });
    expect(conclude([...complete, finding('signature.timestamp_absent')], 'signature').verdict).toBe('passed');
    expect(worstConclusion([])).toEqual({ verdict: 'indeterminate', indication: 'INDETERMINATE' });
  });

  it('every rule that is not passed or a note has a sub-indication', () => {
    for (const [code, rule] of Object.entries(rules)) {
      if (rule.status === 'failed' && rule.clause !== 'licence') expect(rule.subIndication, code).toBeDefined();
      if (rule.status === 'passed') expect(rule.subIndication, code).toBeUndefined();
    }
    expect(new Set(reportCodes).size).toBe(reportCodes.length);
  });
});

describe('renderReportText', () => {
  const say = (key: string, params: object = {}): string =>
    `${key.split('.').slice(1).join('.')}${JSON.stringify(params)}`;

  it('writes headline, four answers, advice, reasons and signatures', async () => {
    const signing = await testSigning();
    const bytes = await signing.sign(testPdf());
    const report = await validateDocument({ bytes, name: 'a.pdf', anchors: [], at: signing.clock.now() });
    const text = renderReportText(report, say);
    const lines = text.split('\n');
    expect(lines[0]).toContain('a.pdf');
    expect(lines[1]).toMatch(/^\? summary\.untrusted_signer/);
    expect(lines.slice(3, 7).map((line) => line.trim()[0])).toEqual(['✓', '?', '?', '?']);
    expect(text).toContain('[signature.path_untrusted, EN 319 102-1 5.2.6]');
    expect(text).toContain('INDETERMINATE / NO_CERTIFICATE_CHAIN_FOUND');
    expect(text).toContain('licence.xml');
    expect(text).not.toContain('\u001b');
    expect(renderReportText(report, say, { color: true })).toContain('\u001b[33m? summary.untrusted_signer');
    const formatted = renderReportText(report, say, { formatTime: (time) => `<${time.slice(0, 4)}>` });
    expect(formatted).toContain('text.validated_at{}: <2026>');
    expect(formatted).not.toContain('2026-11-20T');
  });

  it('lets no document write on the terminal', async () => {
    const signing = await testSigning();
    const evil = '\u001b[2J\u202egood\u0007';
    const { certificate, signer } = await signing.hierarchy
      .issue('document-signer', { subject: { commonName: `Evil ${'\u202e'}` } })
      .catch(() => signing.document);
    const bytes = await signing.sign(testPdf(), { certificate, signer });
    const report = await validateDocument({ bytes, name: evil, anchors: signing.anchors, at: signing.clock.now() });
    const text = renderReportText(report, (key, params) => `${key} ${Object.values(params ?? {}).join(' ')}`);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
    expect(text).toContain('good');
  });
});
