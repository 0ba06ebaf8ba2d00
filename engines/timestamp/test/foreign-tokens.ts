import { createHash } from 'node:crypto';
import { childrenOf, der, readDer, readOid, TAG } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE, encodeSigningCertificateV2 } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { EXTENSION, oidOfDigest, parseCertificate, signatureAlgorithmIdentifier } from '@tra/pki';
import type { TestEntity, TestHierarchy } from '@tra/pki/testing';

const digestAlgorithm = der.sequence(der.oid(oidOfDigest('sha256')));
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const attribute = (oid: string, ...values: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(oid), der.setOf(...values));

/** A TSTInfo as other authorities may write it. */
export function foreignInfo(own: {
  readonly imprint: { readonly oid: string; readonly value: Uint8Array };
  readonly genTime: Date;
  readonly nonce?: Uint8Array;
  /** A GeneralName. */
  readonly tsa?: Uint8Array;
}): Uint8Array {
  const { imprint, genTime, nonce, tsa } = own;
  const time = genTime.toISOString().replace(/[-:T]|\.\d+/g, '');
  return der.sequence(
    der.integer(1),
    der.oid('1.2.3.4.5'),
    der.sequence(der.sequence(der.oid(imprint.oid), der.nullValue()), der.octetString(imprint.value)),
    der.integer(77),
    der.element(TAG.generalizedTime, new TextEncoder().encode(time)),
    der.sequence(der.integer(1)),
    nonce && der.element(TAG.integer, nonce),
    tsa && der.element(0xa0, tsa),
  );
}

/** The certificate identifier in the signed attributes: ESSCertID, ESSCertIDv2, both, that of another certificate, or none. */
export type Ess = 'v1' | 'v2' | 'both' | 'other' | 'none';

/** How {@link foreignToken} departs from the usual. */
export interface Departure {
  readonly certificates?: readonly Uint8Array[];
  readonly signers?: readonly TestEntity[];
  readonly ess?: Ess;
  /** Encoded attributes that nobody signed. */
  readonly unsigned?: readonly Uint8Array[];
}

function essAttributes(ess: Ess, certificate: Uint8Array): Uint8Array[] {
  const v1 = (bytes: Uint8Array): Uint8Array =>
    der.sequence(der.sequence(der.sequence(der.octetString(createHash('sha1').update(bytes).digest()))));
  const first = attribute(CMS_ATTRIBUTE.signingCertificate, v1(certificate));
  const second = attribute(CMS_ATTRIBUTE.signingCertificateV2, encodeSigningCertificateV2(certificate));
  const other = attribute(CMS_ATTRIBUTE.signingCertificateV2, encodeSigningCertificateV2(Uint8Array.of(1, 2, 3)));
  return { v1: [first], v2: [second], both: [first, second], other: [other], none: [] }[ess];
}

async function signerInfo(info: Uint8Array, { certificate, signer }: TestEntity, own: Departure): Promise<Uint8Array> {
  const { ess = 'v2', unsigned = [] } = own;
  const parsed = parseCertificate(certificate);
  const attributes = der.setOf(
    attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.tstInfo)),
    attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(sha256(info))),
    ...essAttributes(ess, certificate),
  );
  return der.sequence(
    der.integer(1),
    der.sequence(parsed.issuer.der, der.element(TAG.integer, fromHex(parsed.serialHex))),
    digestAlgorithm,
    retagged(attributes, 0xa0),
    signatureAlgorithmIdentifier(signer.algorithm),
    der.octetString(await signer.sign(attributes)),
    unsigned.length > 0 ? retagged(der.setOf(...unsigned), 0xa1) : undefined,
  );
}

function retagged(bytes: Uint8Array, tag: number): Uint8Array {
  return Uint8Array.of(tag, ...bytes.subarray(1));
}

/** A token over `info` as another authority might make it; P-256 with SHA-256. */
export async function foreignToken(info: Uint8Array, unit: TestEntity, own: Departure = {}): Promise<Uint8Array> {
  const { certificates = [unit.certificate], signers = [unit] } = own;
  const infos: Uint8Array[] = [];
  for (const signer of signers) infos.push(await signerInfo(info, signer, own));
  const signedData = der.sequence(
    der.integer(3),
    der.setOf(digestAlgorithm),
    der.sequence(der.oid(CONTENT_TYPE.tstInfo), der.element(0xa0, der.octetString(info))),
    // As given: a set need not be in order to be read.
    certificates.length > 0 ? der.element(0xa0, ...certificates) : undefined,
    der.element(TAG.set, ...infos),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.element(0xa0, signedData));
}

/** The unit's certificate with another extendedKeyUsage extension (`undefined`: none), signed by its CA again. */
export async function withPurposes(
  unit: TestEntity,
  { issuing }: TestHierarchy,
  usage: { readonly critical: boolean; readonly oids: readonly string[] } | undefined,
): Promise<TestEntity> {
  const [tbs] = childrenOf(readDer(unit.certificate));
  if (!tbs) throw new Error('no certificate');
  const fields = childrenOf(tbs);
  const extensions = fields.at(-1);
  const [list] = extensions ? childrenOf(extensions) : [];
  if (!list) throw new Error('no extensions');
  const idOf = (raw: Uint8Array): string => {
    const [id] = childrenOf(readDer(raw));
    return id ? readOid(id) : '';
  };
  const kept = childrenOf(list)
    .map(({ raw }) => raw)
    .filter((raw) => idOf(raw) !== EXTENSION.extendedKeyUsage);
  const own =
    usage &&
    der.sequence(
      der.oid(EXTENSION.extendedKeyUsage),
      usage.critical ? der.boolean(true) : undefined,
      der.octetString(der.sequence(...usage.oids.map((oid) => der.oid(oid)))),
    );
  const others = fields.slice(0, -1).map(({ raw }) => raw);
  const changed = der.sequence(...others, der.element(0xa3, der.sequence(...kept, own)));
  const certificate = der.sequence(
    changed,
    signatureAlgorithmIdentifier(issuing.signer.algorithm),
    der.bitString(await issuing.signer.sign(changed)),
  );
  return { ...unit, certificate };
}

/** The same value in BER: every constructed element with an indefinite length. */
export function indefinite(bytes: Uint8Array): Uint8Array {
  const element = readDer(bytes);
  if ((element.tag & 0x20) === 0) return element.raw;
  const inner = childrenOf(element).map(({ raw }) => indefinite(raw));
  return Uint8Array.from([element.tag, 0x80, ...inner.flatMap((one) => [...one]), 0, 0]);
}
