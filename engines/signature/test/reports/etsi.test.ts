import { attributeOf, elementsBelow, isElement, type ParsedElement, parseXml, textOf } from '@tra/xml';
import { describe, expect, it } from 'vitest';
import type { DiagnosticData } from '../../src/index.ts';
import { writeEtsiReport } from '../../src/index.ts';
import { archived, certificateOf, type Data, first, goodData, run } from '../process/data.ts';

const namespace = 'http://uri.etsi.org/19102/v1.2.1#';
const documentSha256 = 'ab'.repeat(32);

function write(data: Data): ParsedElement {
  const xml = writeEtsiReport({ diagnostic: data as DiagnosticData, detailed: run(data), documentSha256 });
  return parseXml(xml ?? new Uint8Array()).root;
}

const named = (root: ParsedElement, name: string): ParsedElement[] =>
  [...elementsBelow(root)].filter((child) => isElement(child, namespace, name));
const texts = (root: ParsedElement, name: string): string[] => named(root, name).map((child) => textOf(child).trim());
const attributes = (root: ParsedElement, name: string): string[] =>
  [root, ...elementsBelow(root)].flatMap((child) => attributeOf(child, name) ?? []);

describe('the report of TS 119 102-2', () => {
  it('tells indication, policy by hash, times with their proof, signer and chain', () => {
    const data = archived(goodData());
    const root = write(data);
    const report = first(named(root, 'SignatureValidationReport'));
    expect(texts(report, 'MainIndication').at(-1)).toBe('urn:etsi:019102:mainindication:total-passed');
    expect(texts(report, 'PolicyName')).toEqual(['Thailand']);
    expect(texts(report, 'Signer')).toEqual(['CN=signer']);
    expect(texts(report, 'BestSignatureTime').join()).toContain('2026-06-01T10:00:00Z');
    expect(named(report, 'IntermediateCertificate')).toHaveLength(1);
    expect(texts(report, 'SignatureValidationProcessID')).toEqual(['urn:etsi:019102:validationprocess:LTA']);
    const kinds = texts(root, 'ObjectType').map((type) => type.split(':').at(-1));
    expect(kinds.sort()).toEqual([
      ...['CRL', 'CRL', 'OCSPResponse'],
      ...['certificate', 'certificate', 'certificate', 'certificate', 'certificate'],
      ...['signedData', 'timestamp', 'timestamp'],
    ]);
  });

  it('names a signature by the digest of what was signed, where it is known', () => {
    const data = goodData();
    first(data.signatures).toBeSigned = { algorithm: 'SHA512', value: '0a'.repeat(64) };
    const identifier = first(named(write(data), 'SignatureIdentifier'));
    expect(texts(identifier, 'DigestAlgAndValue')).toEqual([Buffer.from('0a'.repeat(64), 'hex').toString('base64')]);
    const [digest] = [...elementsBelow(identifier)].filter(({ localName }) => localName === 'DigestMethod');
    expect(digest && attributeOf(digest, 'Algorithm')).toBe('http://www.w3.org/2001/04/xmlenc#sha512');
    first(data.signatures).toBeSigned = { algorithm: 'SHA512', value: 'none' };
    expect(named(first(named(write(data), 'SignatureIdentifier')), 'DigestAlgAndValue')).toEqual([]);
  });

  it('refers only to identifiers that it defines, each once', () => {
    const data = archived(goodData());
    first(data.signatures).chain.push('nowhere');
    first(data.signatures).foundRevocations.push({ revocation: 'gone', origins: ['online'] });
    const root = write(data);
    const ids = attributes(root, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of attributes(root, 'VOReference').flatMap((list) => list.split(' '))) expect(ids).toContain(id);
  });

  it('gives the earliest proof of each object and what proves it', () => {
    const root = write(archived(goodData()));
    const objects = named(root, 'ValidationObject').filter((child) => attributeOf(child, 'id') !== undefined);
    const proven = objects.map((object) => texts(first(named(object, 'POE')), 'POETime')[0]);
    expect(proven.filter((time) => time === '2026-06-01T10:00:00Z')).toHaveLength(1);
    expect(proven.filter((time) => time === '2026-06-02T12:00:00Z').length).toBeGreaterThan(5);
  });

  it('names the revoked certificate, its time and reason', () => {
    const data = goodData();
    const revoked = { status: 'revoked', reason: 'keyCompromise', revocationTime: '2026-05-01T00:00:00Z' } as const;
    certificateOf(data, 'signer').revocations = [{ revocation: 'ocsp', ...revoked }];
    const root = write(data);
    expect(texts(root, 'SubIndication').at(-1)).toMatch(/^urn:etsi:019102:subindication:REVOKED/);
    expect(texts(root, 'RevocationTime')).toEqual(['2026-05-01T00:00:00Z']);
    expect(texts(root, 'RevocationReason')).toEqual(['urn:etsi:019102:revocationReason:keyCompromise']);
  });

  it('lists every check as a constraint and those that the policy switches off', () => {
    const root = write(goodData());
    const constraints = texts(root, 'ValidationConstraintIdentifier');
    expect(constraints.length).toBeGreaterThan(50);
    expect(constraints).toContain('urn:tra:validation:constraint:process.verification.signature');
  });

  it('carries hostile texts as text', () => {
    const data = goodData();
    const hostile = '</vr:Role><x>&\u0000\ud800\ufffe"';
    first(data.signatures).claimedRoles = [hostile];
    first(data.signatures).commitmentTypes = ['1.2.3', 'a b<>"\ud800%zz'];
    const root = write(data);
    expect(texts(root, 'Role')).toEqual(['</vr:Role><x>&\ufffd\ufffd\ufffd"']);
    expect(texts(root, 'CommitmentTypeIdentifier')).toEqual(['urn:oid:1.2.3', 'a%20b%3C%3E%22%EF%BF%BD%25zz']);
  });

  it('reports on time-stamps where there is no signature, and on nothing where there is neither', () => {
    const data = goodData();
    data.signatures = [];
    const root = write(data);
    expect(texts(root, 'MainIndication').at(-1)).toMatch(/mainindication:passed$/);
    data.timestamps = [];
    expect(
      writeEtsiReport({ diagnostic: data as DiagnosticData, detailed: run(data), documentSha256 }),
    ).toBeUndefined();
  });

  it('is the same for the same data', () => {
    const bytes = (): Uint8Array | undefined => {
      const data = goodData();
      return writeEtsiReport({ diagnostic: data as DiagnosticData, detailed: run(data), documentSha256 });
    };
    expect(bytes()).toEqual(bytes());
  });
});
