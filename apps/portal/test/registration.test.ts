import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import type { Account } from '../src/api/index.ts';
import { type Credential, standingOf } from '../src/systems/enrolment/api.ts';
import { credentialFaults, endOfDay, firstDraft, namesOf, wishOf } from '../src/systems/enrolment/credential-draft.ts';
import { commandOf } from '../src/systems/enrolment/enrol-command.ts';
import { hashOfFile } from '../src/systems/log/hash-file.ts';
import type { CertificateRequest, Profile } from '../src/systems/pki/api.ts';
import { possibleActions } from '../src/systems/pki/certificate-actions.tsx';
import { searchOf } from '../src/systems/pki/certificate-search.ts';
import { keyWords } from '../src/systems/pki/key-words.ts';
import {
  derOf,
  MAX_PKI_BYTES,
  readCertificate,
  readCertificateRequest,
  UnreadablePkiFile,
} from '../src/systems/pki/pki-file.ts';
import { barrierOf } from '../src/systems/pki/request-decision.tsx';
import {
  alternativeNameFrom,
  alternativeNamesOf,
  draftFaults,
  emptyDraft,
  factsOf,
  keyKind,
  requestFileAsPem,
  requestOf,
  surplusAttributes,
} from '../src/systems/pki/request-draft.ts';
import { isSerial, serialIn } from '../src/systems/pki/status-page.tsx';
import { nameOf, nameOfSubject, readSubject } from '../src/systems/pki/subject.ts';
import { groupsOf } from '../src/ui/copy.tsx';
import { makeRequest } from './browser/registration-sample.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const signer: Profile = {
  profile: 'document-signer',
  required: ['commonName'],
  optional: ['country', 'organization'],
  keys: ['p256', 'rsa'],
  alternativeNames: ['email'],
  alternativeNamesRequired: false,
  clause: '',
};
const server: Profile = {
  ...signer,
  profile: 'tls-server',
  required: [],
  alternativeNames: ['dns', 'ip'],
  alternativeNamesRequired: true,
};

describe('a certification request', () => {
  const pem = makeRequest({ country: 'TH', organization: 'กรมตัวอย่าง', commonName: 'ระบบหนังสือ' });
  it('is read as PEM and as DER', () => {
    const facts = readCertificateRequest(bytes(pem));
    expect(facts.subject).toEqual([
      { attribute: 'country', value: 'TH' },
      { attribute: 'organization', value: 'กรมตัวอย่าง' },
      { attribute: 'commonName', value: 'ระบบหนังสือ' },
    ]);
    expect([facts.key, keyKind(facts), facts.alternativeNames]).toEqual(['EC P-256', 'p256', []]);
    const raw = derOf(bytes(pem), ['CERTIFICATE REQUEST']);
    expect(readCertificateRequest(raw)).toEqual(facts);
    expect(requestFileAsPem(raw)).toBe(pem);
  });
  it('shows the alternative names that it asks for', () => {
    expect(readCertificateRequest(requestWithNames()).alternativeNames).toEqual([
      { dns: 'www.example.go.th' },
      { ip: '192.0.2.7' },
      { ip: '2001:db8:0:0:0:0:0:1' },
      { email: 'a@example.go.th' },
      { uri: 'https://example.go.th/' },
    ]);
  });
  it('is refused when it is something else, cut or too large', () => {
    const cut = derOf(bytes(pem), ['CERTIFICATE REQUEST']).slice(0, 40);
    const wrong = [bytes(''), bytes('hello'), cut, bytes(pem.replaceAll('CERTIFICATE REQUEST', 'PRIVATE KEY'))];
    const large = new Uint8Array(MAX_PKI_BYTES + 10);
    large.set([0x30, 0x83, 0x00, 0xfa, 0x06]);
    for (const one of [...wrong, large]) expect(() => readCertificateRequest(one)).toThrow(UnreadablePkiFile);
    expect(factsOf('-----BEGIN CERTIFICATE REQUEST-----\n!!!\n-----END CERTIFICATE REQUEST-----')).toBeUndefined();
  });
});

/** A request whose extensions name a host, two addresses, a mailbox and a page. */
function requestWithNames(): Uint8Array<ArrayBuffer> {
  const names = der.sequence(
    der.ia5String('www.example.go.th', 0x82),
    der.element(0x87, new Uint8Array([192, 0, 2, 7])),
    der.element(0x87, new Uint8Array([0x20, 1, 0x0d, 0xb8, ...Array.from({ length: 11 }, () => 0), 1])),
    der.ia5String('a@example.go.th', 0x81),
    der.ia5String('https://example.go.th/', 0x86),
  );
  const extension = der.sequence(der.oid('2.5.29.17'), der.octetString(names));
  const attribute = der.sequence(der.oid('1.2.840.113549.1.9.14'), der.set(der.sequence(extension)));
  const plain = readCertificateRequest(bytes(makeRequest({ commonName: 'x' })));
  const info = der.sequence(der.integer(0), der.sequence(), plain.publicKey, der.element(0xa0, attribute));
  const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  return der.sequence(info, algorithm, der.bitString(new Uint8Array(8))).slice();
}

describe('an application', () => {
  const csr = makeRequest({ organization: 'กรมตัวอย่าง', commonName: 'ระบบ' });
  const draft = { ...emptyDraft, profile: 'document-signer', csr, evidence: 'หนังสือ' };
  const faults = (some: object, profile: Profile | undefined = signer): string[] =>
    draftFaults({ ...draft, ...some }, profile).map((fault) => `${fault.field} ${fault.code.split('.').at(-1)}`);
  it('says what is missing, in the order of the fields', () => {
    expect(draftFaults(emptyDraft, undefined).map((fault) => fault.field)).toEqual(['profile', 'csr', 'evidence']);
    expect(faults({})).toEqual([]);
    expect(faults({ csr: 'x' })).toEqual(['csr csr_unreadable']);
    expect(faults({}, { ...signer, keys: ['ed25519'] })).toEqual(['csr key_wrong']);
    expect(faults({}, { ...signer, required: ['commonName', 'serialNumber'] })).toEqual([
      'subject-serialNumber attribute_missing',
    ]);
    expect(faults({ names: 'www.example.go.th' })).toEqual(['names name_wrong']);
    expect(faults({}, server)).toEqual(['names names_missing']);
  });
  it('leaves out what the profile does not have and adds what was asked for', () => {
    const facts = factsOf(csr);
    if (!facts) throw new Error('unreadable');
    const narrow = { ...signer, required: ['commonName', 'country'], optional: [] };
    expect(surplusAttributes(narrow, facts)).toEqual(['organization']);
    const sent = requestOf({ ...draft, subject: { country: ' TH ' }, names: 'a@b.go.th\n\na@b.go.th' }, narrow, facts);
    expect(sent).toEqual({
      kind: 'certificate',
      profile: 'document-signer',
      subject: { commonName: 'ระบบ', country: 'TH' },
      alternativeNames: [{ email: 'a@b.go.th' }],
      csr,
      evidence: 'หนังสือ',
    });
  });
  it('tells kinds of names by their form', () => {
    expect(['10.0.0.1', '2001:db8::1', 'a@b', 'https://a.b/', 'www.a.go.th'].map(alternativeNameFrom)).toEqual([
      { ip: '10.0.0.1' },
      { ip: '2001:db8::1' },
      { email: 'a@b' },
      { uri: 'https://a.b/' },
      { dns: 'www.a.go.th' },
    ]);
    expect(alternativeNamesOf({ names: ' a.go.th, b.go.th ;\n a.go.th' })).toHaveLength(2);
  });
});

describe('a certificate file', () => {
  const pem = `-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUERERERERERERERERERERERERERAwCgYIKoZIzj0EAwIw
-----END CERTIFICATE-----`;
  it('says who, by whom and until when', () => {
    const name = (text: string): Uint8Array =>
      der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8String(text))));
    const key = readCertificateRequest(bytes(makeRequest({ commonName: 'x' }))).publicKey;
    const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
    const validity = der.sequence(
      der.time(new Date('2026-11-01T00:00:00Z')),
      der.time(new Date('2029-11-01T00:00:00Z')),
    );
    const head = [der.explicit(0, der.integer(2)), der.integer(0x4f0a12), algorithm];
    const body = der.sequence(...head, name('ผู้ออก'), validity, name('ผู้ถือ'), key);
    const certificate = der.sequence(body, algorithm, der.bitString(new Uint8Array(8))).slice();
    expect(readCertificate(certificate)).toEqual({
      issuer: [{ attribute: 'commonName', value: 'ผู้ออก' }],
      subject: [{ attribute: 'commonName', value: 'ผู้ถือ' }],
      serial: '4f0a12',
      notBefore: '2026-11-01T00:00:00.000Z',
      notAfter: '2029-11-01T00:00:00.000Z',
    });
  });
  it('that is cut is unreadable, not a crash', () => {
    expect(() => readCertificate(bytes(pem))).toThrow(UnreadablePkiFile);
  });
  it('is hashed by its DER for the log, other files as they are', async () => {
    const inside = createHash('sha256')
      .update(derOf(bytes(pem), ['CERTIFICATE']))
      .digest('hex');
    expect(await hashOfFile(new File([`\n${pem}\n`], 'a.pem'))).toBe(inside);
    const text = '-----BEGIN SOMETHING-----\nno certificate';
    const whole = createHash('sha256').update(text).digest('hex');
    expect(await hashOfFile(new File([text], 'a.txt'))).toBe(whole);
  });
});

describe('names and numbers', () => {
  it('of a subject are read from their text', () => {
    expect(readSubject('CN=Root\\, Inc.,O=A\\+B,2.5.4.97=VATTH-1')).toEqual([
      { attribute: 'commonName', value: 'Root, Inc.' },
      { attribute: 'organization', value: 'A+B' },
      { attribute: '2.5.4.97', value: 'VATTH-1' },
    ]);
    expect(nameOfSubject('O=Only,C=TH')).toBe('Only');
    expect(nameOfSubject(null)).toBe('');
    expect(nameOf([{ attribute: 'country', value: 'TH' }])).toBe('TH');
  });
  it('are shown as people know them', () => {
    expect(groupsOf('d08e51a0ff')).toBe('D08E 51A0 FF');
    expect(['ec secp384r1', 'rsa 3072', 'ed25519', null].map(keyWords)).toEqual([
      'EC P-384',
      'RSA 3072',
      'Ed25519',
      '',
    ]);
  });
  it('of serials are taken with colons, never as a number', () => {
    expect(['4F:0A', '0x4f0a', '4f 0a'].every(isSerial)).toBe(true);
    expect(['', 'xyz', 'a'.repeat(65)].some(isSerial)).toBe(false);
    expect(serialIn('?serial=12e4')).toBe('12e4');
    expect(serialIn('?serial=%22123456789012345678901234567890%22')).toBe('123456789012345678901234567890');
    expect(serialIn('')).toBeUndefined();
  });
  it('decide what a search is for', () => {
    expect(searchOf('D0 8E:'.repeat(16))).toEqual({ fingerprint: 'd08e'.repeat(16) });
    expect(searchOf('4d:6f:75:68:e5:f0:a6')).toEqual({ serial: '4d6f7568e5f0a6' });
    expect(searchOf(' กรมตัวอย่าง ')).toEqual({ q: 'กรมตัวอย่าง' });
    expect(searchOf('facade')).toEqual({ q: 'facade' });
    expect(searchOf('  ')).toEqual({});
  });
});

describe('what an officer reads instead of buttons', () => {
  const me = { id: 'me', roles: ['registrar'] } as unknown as Account;
  const request = (some: object): CertificateRequest =>
    ({ state: 'submitted', officers: [], applicant: { accountId: 'other' }, ...some }) as unknown as CertificateRequest;
  it('fits the reason', () => {
    expect(barrierOf(request({ applicant: { accountId: 'me' } }), me)).toBe('regist.barred.own');
    const mine = { state: 'first-approved', officers: [{ accountId: 'me' }] };
    expect(barrierOf(request(mine), me)).toBe('regist.barred.same_officer');
    expect(barrierOf(request({}), me)).toBe('regist.barred.role');
    expect(barrierOf(request({}), { ...me, roles: ['auditor'] })).toBe('regist.barred.reader');
    expect(barrierOf(request({ state: 'issued' }), me)).toBe('regist.barred.decided');
    expect(barrierOf(request({ state: 'correction' }), me)).toBe('regist.barred.correction');
  });
});

describe('actions on a certificate', () => {
  const of = (status: string, profile = 'e-seal', own = false): string[] =>
    possibleActions({ status, profile } as never, { own, officer: !own });
  it('fit its state and who asks', () => {
    expect(of('valid')).toEqual(['suspend', 'revoke']);
    expect(of('valid', 'e-seal', true)).toEqual(['renew', 'suspend', 'revoke']);
    expect(of('suspended')).toEqual(['reinstate', 'revoke']);
    expect(of('valid', 'issuing-ca')).toEqual(['revoke']);
    expect(of('revoked')).toEqual([]);
    expect(of('expired', 'e-seal', true)).toEqual(['renew']);
    expect(possibleActions({ status: 'valid', profile: 'e-seal' }, { own: false, officer: false })).toEqual([]);
  });
});

describe('a credential', () => {
  const now = new Date('2026-11-21T15:00:00Z');
  const draft = { ...firstDraft(now), use: 'acme', label: 'กรม', names: '*.Example.go.th, example.go.th' } as const;
  const faults = (some: object): string[] => credentialFaults({ ...draft, ...some }, now).map((fault) => fault.field);
  it('ends at the end of a day in Bangkok, within two years', () => {
    expect(draft.expires).toBe('2027-11-21');
    expect(endOfDay('2027-11-21').toISOString()).toBe('2027-11-21T16:59:59.000Z');
    expect(faults({ expires: '2026-11-20' })).toEqual(['expires']);
    expect(faults({ expires: '2026-11-21' })).toEqual([]);
    expect(faults({ expires: '2028-11-22' })).toEqual(['expires']);
    expect(faults({ expires: '2569-x' })).toEqual(['expires']);
  });
  it('says what is missing', () => {
    expect(namesOf(draft)).toEqual(['example.go.th']);
    expect(credentialFaults({ ...draft, use: '', label: ' ', names: 'a b_c' }, now).map((one) => one.field)).toEqual([
      'use',
      'label',
      'names',
    ]);
    expect(faults({ use: 'est-tls', names: '' })).toEqual(['names']);
    expect(faults({ use: 'est-signer', names: 'ignored_' })).toEqual([]);
  });
  it('is asked for with the kind and profile that belong to its use', () => {
    expect(wishOf(draft)).toMatchObject({ kind: 'acme', profile: 'tls-server', names: ['example.go.th'] });
    const signing = wishOf({ ...draft, use: 'est-signer', organization: ' กรม ' });
    expect(signing).toMatchObject({ kind: 'est', profile: 'document-signer', names: [], organization: 'กรม' });
  });
  it('comes with a command that has its parts', () => {
    const base = { id: 'ID', secret: 'SECRET', names: ['a.go.th'], profile: 'tls-server', label: 'x' } as const;
    const acme = commandOf({ ...base, kind: 'acme' }, 'https://tra.example');
    expect(acme).toContain('--server https://tra.example/acme/directory');
    expect(acme).toContain('--eab-kid ID --eab-hmac-key SECRET');
    const est = commandOf({ ...base, kind: 'est' }, 'https://tra.example');
    expect(est).toContain('-u ID:SECRET');
    expect(est).toContain('https://tra.example/.well-known/est/simpleenroll');
  });
  it('stands as active, expired or ended', () => {
    const one = { expiresAt: '2027-01-01T00:00:00Z' } as Credential;
    expect(standingOf(one, now)).toBe('active');
    expect(standingOf(one, new Date('2027-01-01T00:00:00Z'))).toBe('expired');
    expect(standingOf({ ...one, revokedAt: '2026-12-01T00:00:00Z' }, now)).toBe('ended');
  });
});
