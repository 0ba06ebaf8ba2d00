import { generateKeyPairSync } from 'node:crypto';
import { der, TAG } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { oidOfDigest, parseCertificate } from '@tra/pki';
import type { TestEntity, TestHierarchy } from '@tra/pki/testing';
import type { VerifyTokenOptions } from '../src/index.ts';
import {
  algorithm,
  attribute,
  certify,
  ess1,
  ess2,
  essId,
  type ForgedUnit,
  type Forgery,
  forge,
  generalizedTime,
  hash,
  type InfoFields,
  imprintOf,
  integer,
  issuerSerialOf,
  tstInfo,
  usualAttributes,
} from './token-forge.ts';

/** A token and what it has to be found to be: the decisive code, `ok` for one that passes. */
export interface Row {
  readonly name: string;
  readonly token: Uint8Array;
  readonly code: string;
  readonly params?: object;
  readonly own?: Partial<VerifyTokenOptions>;
}

/** What the rows are made with. */
export interface Makers {
  readonly hierarchy: TestHierarchy;
  readonly unit: ForgedUnit;
}

const unreadable = 'timestamp.statement_unreadable';

/** Fields of the TSTInfo. */
export function statementRows({ hierarchy, unit }: Makers): readonly Row[] {
  const certificates = [unit.certificate, hierarchy.issuing.certificate];
  const row = (name: string, fields: InfoFields, code = 'ok', more: Partial<Row> = {}): Row => {
    const token = forge(unit, { info: tstInfo(fields), certificates });
    return { name, token, code, ...more };
  };
  const broken = (name: string, fields: InfoFields, field: string): Row =>
    row(name, fields, unreadable, { params: { field } });
  const time = (value: string): InfoFields => ({ genTime: generalizedTime(value) });
  const accuracy = (...parts: readonly Uint8Array[]): InfoFields => ({ accuracy: der.sequence(...parts) });
  const critical = (oid: string) => der.sequence(der.oid(oid), der.boolean(true), der.octetString(der.nullValue()));
  const harmless = (oid: string) => der.sequence(der.oid(oid), der.octetString(der.nullValue()));
  const badTimes = {
    'zeros at the end of a fraction': '20261121020000.50Z',
    'a fraction of zero': '20261121020000.0Z',
    'a point without a fraction': '20261121020000.Z',
    'a comma': '20261121020000,5Z',
    'no Z': '20261121020000',
    'another zone': '20261121090000+0700',
    'no seconds': '202611210200Z',
    'a leap second': '20161231235960Z',
    'month 13': '20261321020000Z',
    '30 February': '20260230020000Z',
  };
  return [
    row('a whole second', time('20261121020000Z')),
    row('tenths', time('20261121020000.5Z')),
    row('nanoseconds', time('20261121020000.123456789Z')),
    ...Object.entries(badTimes).map(([name, value]) => broken(`genTime: ${name}`, time(value), 'genTime')),
    broken(
      'a year of two digits',
      { genTime: der.element(TAG.utcTime, fromHex('3236313132313032303030305a')) },
      'genTime',
    ),
    broken('no genTime', { genTime: undefined }, 'genTime'),
    broken('version 2', { version: der.integer(2) }, 'version'),
    broken('version 0', { version: der.integer(0) }, 'version'),
    row('serial number of 160 bits', { serial: integer(`00${'ff'.repeat(20)}`) }),
    row('serial number of 161 bits', { serial: integer(`01${'ff'.repeat(20)}`) }, 'timestamp.serial_invalid'),
    row('negative serial number', { serial: integer('ff') }, 'timestamp.serial_invalid'),
    row('serial number zero', { serial: integer('00') }),
    broken('serial number with a zero in front', { serial: integer('0001') }, 'serialNumber'),
    row('accuracy: nothing in it', accuracy()),
    row('accuracy: all of it', accuracy(der.integer(1), der.integer(500, 0x80), der.integer(999, 0x81))),
    row('accuracy: microseconds alone', accuracy(der.integer(1, 0x81))),
    row('accuracy: 1000 milliseconds', accuracy(der.integer(1000, 0x80)), 'timestamp.accuracy_invalid'),
    row('accuracy: 1000 microseconds', accuracy(der.integer(1000, 0x81)), 'timestamp.accuracy_invalid'),
    broken('accuracy: negative', accuracy(integer('ff')), 'accuracy'),
    row('ordering said', { ordering: der.boolean(true) }),
    // DER leaves a default out; written all the same it means the same.
    row('no ordering said', { ordering: der.boolean(false) }),
    broken('ordering: another true than DER has', { ordering: der.element(TAG.boolean, fromHex('01')) }, 'ordering'),
    row('extension', { extensions: der.element(0xa1, harmless('1.2.3')) }),
    row('critical extension', { extensions: der.element(0xa1, critical('1.2.3')) }, 'timestamp.critical_extension'),
    broken('extension twice', { extensions: der.element(0xa1, harmless('1.2.3'), harmless('1.2.3')) }, 'extensions'),
    broken('one field more', { trailing: der.utf8String('more') }, 'TSTInfo'),
    broken('parameters of the hash', { imprint: imprintOf('sha256', der.integer(1)) }, 'messageImprint'),
    row('hash without parameters', { imprint: imprintOf('sha256') }),
    ...(['sha224', 'sha384', 'sha512', 'sha3-224', 'sha3-256', 'sha3-512'] as const).map((digest) =>
      row(`imprint by ${digest}`, { imprint: imprintOf(digest) }),
    ),
    row('imprint by sha1', { imprint: imprintOf('sha1') }, 'timestamp.imprint_weak'),
    row(
      'imprint by md5',
      { imprint: der.sequence(algorithm('1.2.840.113549.2.5'), der.octetString(new Uint8Array(16))) },
      'timestamp.imprint_weak',
      { params: { algorithm: 'md5' } },
    ),
    row('a time to come', time('20270101000000Z'), 'timestamp.time_in_future', {
      own: { clock: new Date('2026-11-21T02:00:00Z'), revocation: 'off' },
    }),
    row('a clock four minutes behind', {}, 'ok', { own: { clock: new Date('2026-11-21T01:56:00Z') } }),
  ];
}

/** Signed attributes and the signature over them. */
export function signatureRows({ hierarchy, unit }: Makers): readonly Row[] {
  const { certificate } = unit;
  const certificates = [certificate, hierarchy.issuing.certificate];
  const info = tstInfo();
  const { contentType, messageDigest, ess } = usualAttributes(info, certificate);
  const other = hierarchy.issuing.certificate;
  const row = (name: string, own: Forgery, code = 'ok', more: Partial<Row> = {}): Row => {
    return { name, token: forge(unit, { certificates, ...own }), code, ...more };
  };
  const bound = (name: string, attributes: readonly Uint8Array[], code = 'ok'): Row =>
    row(name, { attributes: [contentType, messageDigest, ...attributes] }, code);
  const mismatch = 'cms.signing_certificate';
  const typed = (oid: string) => attribute(CMS_ATTRIBUTE.contentType, der.oid(oid));
  const digested = (bytes: Uint8Array) => attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(bytes));
  const [sha256, sha512] = [oidOfDigest('sha256'), oidOfDigest('sha512')];
  const protection = (digest: Uint8Array) => {
    const signature = der.element(0xa1, der.oid('1.2.840.10045.4.3.2'));
    return attribute(CMS_ATTRIBUTE.algorithmProtection, der.sequence(digest, signature));
  };
  const sorted = der.setOf(contentType, messageDigest, ess);
  const keyId = parseCertificate(certificate).subjectKeyIdHex ?? '';
  const id2 = (issuerSerial: Uint8Array) => ess2(essId(certificate, { issuerSerial }));
  return [
    row('as usual', {}),
    row('no signed attributes', { attributes: [] }, 'timestamp.attributes_missing'),
    row('no content type', { attributes: [messageDigest, ess] }, 'cms.content_type'),
    row('content type of data', { attributes: [typed(CONTENT_TYPE.data), messageDigest, ess] }, 'cms.content_type'),
    row('content type twice', { attributes: [contentType, contentType, messageDigest, ess] }, 'cms.content_type'),
    row('no message digest', { attributes: [contentType, ess] }, 'cms.message_digest'),
    row('message digest twice', { attributes: [contentType, messageDigest, messageDigest, ess] }, 'cms.message_digest'),
    row(
      'digest of something else',
      { attributes: [contentType, digested(hash('sha256', certificate)), ess] },
      'cms.message_digest',
    ),
    row(
      'digest of another length',
      { attributes: [contentType, digested(hash('sha512', info)), ess] },
      'cms.message_digest',
    ),
    row('signature over other attributes', { signed: der.setOf(contentType, messageDigest) }, 'cms.signature'),
    row('signature over the content', { signed: info }, 'cms.signature'),
    row('attributes sent out of order', { attributes: [ess, messageDigest, contentType], signed: sorted }),
    row('attributes signed out of order', {
      attributes: [ess, messageDigest, contentType],
      signed: der.element(TAG.set, ess, messageDigest, contentType),
    }),
    row('signing time of another year', {
      attributes: [
        ...[contentType, messageDigest, ess],
        attribute(CMS_ATTRIBUTE.signingTime, generalizedTime('20550101000000Z')),
      ],
    }),
    bound('algorithms that are signed too', [ess, protection(der.sequence(der.oid(sha256), der.nullValue()))]),
    bound('other algorithms than those that are signed', [ess, protection(algorithm(sha512))], 'cms.algorithms'),
    bound(
      'algorithms signed twice',
      [ess, ...[sha256, sha512].map((oid) => protection(algorithm(oid)))],
      'cms.algorithms',
    ),
    bound('bound by version 1', [ess1(essId(certificate, { digest: 'sha1' }))]),
    bound('bound by SHA-384', [ess2(essId(certificate, { digest: 'sha384' }))]),
    bound('bound by SHA-512', [ess2(essId(certificate, { digest: 'sha512' }))]),
    bound('bound with issuer and serial number', [id2(issuerSerialOf(certificate))]),
    bound('bound with the chain', [ess2(essId(certificate), essId(other))]),
    bound('not bound', [], 'timestamp.ess_missing'),
    bound('bound to another certificate', [ess2(essId(other))], mismatch),
    bound('bound to another certificate first', [ess2(essId(other), essId(certificate))], mismatch),
    bound('bound to none', [ess2()], mismatch),
    bound('bound twice', [ess, ess], mismatch),
    bound('versions that disagree', [ess, ess1(essId(other, { digest: 'sha1' }))], mismatch),
    bound(
      'versions that disagree the other way',
      [ess2(essId(other)), ess1(essId(certificate, { digest: 'sha1' }))],
      mismatch,
    ),
    bound('bound with another serial number', [id2(issuerSerialOf(certificate, { serial: '01' }))], mismatch),
    bound(
      'bound with another issuer',
      [id2(issuerSerialOf(certificate, { issuer: parseCertificate(certificate).subject.der }))],
      mismatch,
    ),
    bound(
      'bound by an unknown hash',
      [ess2(der.sequence(algorithm('1.2.3'), der.octetString(hash('sha256', certificate))))],
      mismatch,
    ),
    row(
      'digest and signature by other hashes',
      { signatureAlgorithm: algorithm('1.2.840.10045.4.3.3') },
      'cms.signature',
    ),
    row(
      'method of signing that nobody knows',
      { signatureAlgorithm: algorithm('1.2.3.4') },
      'cms.signature_unsupported',
    ),
    row('hash that nobody knows', { digestOid: '1.2.3.4' }, 'cms.digest_unsupported'),
    row(
      'method of a key of another kind',
      { signatureAlgorithm: algorithm('1.2.840.113549.1.1.11', der.nullValue()) },
      'cms.signature',
    ),
    row('signer by key identifier', { sid: der.element(0x80, fromHex(keyId)) }),
    row('signer that is not there', { sid: der.element(0x80, fromHex('00')) }, 'cms.signer_certificate_missing'),
    row('no content', { detached: true }, 'timestamp.not_a_token'),
    row('another content type', { contentType: CONTENT_TYPE.data }, 'timestamp.not_a_token', {
      params: { type: CONTENT_TYPE.data },
    }),
    row('version 1 of SignedData', { version: 1 }),
    row('a token in a token in a token', { unsigned: [nested(unit, 4)] }),
  ];
}

/** An unsigned attribute with a token that has such an attribute, and so on. */
function nested(unit: ForgedUnit, depth: number): Uint8Array {
  const unsigned = depth > 0 ? [nested(unit, depth - 1)] : [];
  return attribute(CMS_ATTRIBUTE.archiveTimeStampV3, forge(unit, { unsigned }));
}

/** The unit's certificate and key, and certificates that others put in. */
export function unitRows({ hierarchy, unit }: Makers): readonly Row[] {
  const entity = ({ certificate, signer }: TestEntity): ForgedUnit => ({ certificate, key: signer.privateKey });
  const [issuing, root] = [entity(hierarchy.issuing), entity(hierarchy.root)];
  const row = (name: string, made: ForgedUnit, code = 'ok', own: Forgery = {}): Row => {
    const certificates = [made.certificate, issuing.certificate];
    return { name, token: forge(made, { certificates, ...own }), code };
  };
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
  const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const byRsa = { signatureAlgorithm: algorithm('1.2.840.113549.1.1.11', der.nullValue()) };
  const { serialHex } = parseCertificate(unit.certificate);
  const twins = Array.from({ length: 12 }, () => certify(issuing, { serial: serialHex }).certificate);
  const genuine = [unit.certificate, issuing.certificate];
  return [
    row('signing, as it should be', certify(issuing)),
    row('no key usage stated', certify(issuing, { usage: [] })),
    row('non-repudiation', certify(issuing, { usage: [1] })),
    row('both usages for signing', certify(issuing, { usage: [0, 1] })),
    row('key encipherment', certify(issuing, { usage: [2] }), 'pki.key_usage'),
    row('signing certificates', certify(issuing, { usage: [5] }), 'pki.key_usage'),
    row('signing and key encipherment', certify(issuing, { usage: [0, 2] }), 'timestamp.key_usage'),
    row('RSA of 1024 bits', certify(issuing, { key: rsa(1024) }), 'timestamp.key_weak', byRsa),
    row('RSA of 2048 bits', certify(issuing, { key: rsa(2048) }), 'ok', byRsa),
    row('a curve of 192 bits', certify(issuing, { key: curve('prime192v1') }), 'timestamp.key_weak'),
    row('brainpool of 256 bits', certify(issuing, { key: curve('brainpoolP256r1') })),
    row('P-521', certify(issuing, { key: curve('P-521') })),
    row('certificate signed with SHA-1', certify(issuing, { sha1: true }), 'timestamp.certificate_weak'),
    row('certificate signed by nobody', certify({ ...issuing, key: root.key }), 'pki.signature_invalid'),
    ...(
      [
        ['time-stamping', '1.3.6.1.5.5.7.3.8', 'ok'],
        ['documents under the root of Adobe', '1.2.840.113583.1.1.5', 'ok'],
        ['signing code', '1.3.6.1.5.5.7.3.3', 'pki.extended_key_usage'],
      ] as const
    ).map(([purpose, oid, code]) => {
      const authority = certify(root, { usage: [5], authorityFor: [oid], serial: '4b' });
      const below = certify(authority);
      const certificates = [below.certificate, authority.certificate];
      const own = { revocation: 'prefer' as const };
      return { ...row(`an authority for ${purpose} above it`, below, code, { certificates }), own };
    }),
    row('twelve of its issuer and serial number before it', unit, 'ok', { certificates: [...twins, ...genuine] }),
    row('twelve of its issuer and serial number after it', unit, 'ok', { certificates: [...genuine, ...twins] }),
    {
      ...row('another of its issuer and serial number alone', unit, 'cms.signature', {
        certificates: twins.slice(0, 1),
      }),
    },
    {
      ...row('another alone, while the verifier has the right one', unit, 'ok', { certificates: twins.slice(0, 1) }),
      own: { intermediates: genuine },
    },
  ];
}
