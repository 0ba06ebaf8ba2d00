import { createHash } from 'node:crypto';
import {
  childrenOf,
  contextConstructedTag,
  type DerElement,
  readBoolean,
  readDer,
  readExplicit,
  readIntegerBytes,
  readOid,
  readSmallInteger,
  readTime,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import type { SignerVerification } from '@tra/cms';
import { equalBytes, toHex } from '@tra/kernel';
import {
  type Certificate,
  type Check,
  type GeneralName,
  keyFacts,
  type PathReport,
  readExtensions,
  readGeneralName,
  readSignatureScheme,
} from '@tra/pki';
import { imprintFits, readImprint } from './imprint.ts';
import type { TstInfo } from './tst-info.ts';
import type { VerifyTokenOptions } from './verify-token.ts';

/** Hashes that are not computed at all: whatever they were made of, other data has the same. */
const brokenHashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.2', 'md2'],
  ['1.2.840.113549.2.4', 'md4'],
  ['1.2.840.113549.2.5', 'md5'],
]);

/** Whether what was stamped is what is at hand (RFC 3161 section 2.4.2). */
export function imprintCheck({ imprint }: TstInfo, { digest, data }: VerifyTokenOptions): Check {
  const clause = 'RFC 3161 2.4.2';
  const params = { algorithm: imprint.algorithm ?? imprint.algorithmOid };
  const { algorithm } = imprint;
  if (brokenHashes.has(imprint.algorithmOid)) {
    const named = { algorithm: brokenHashes.get(imprint.algorithmOid) ?? imprint.algorithmOid };
    return { code: 'timestamp.imprint_weak', status: 'indeterminate', clause: 'ETSI TS 119 312', params: named };
  }
  if (!algorithm) return { code: 'timestamp.imprint_algorithm_unsupported', status: 'indeterminate', clause, params };
  if (!imprintFits(imprint)) return { code: 'timestamp.imprint_mismatch', status: 'failed', clause, params };
  let expected: Uint8Array | undefined;
  if (data) {
    const hash = createHash(algorithm);
    for (const part of data instanceof Uint8Array ? [data] : data) hash.update(part);
    expected = hash.digest();
  } else if (digest && digest.algorithm !== algorithm) {
    return { code: 'timestamp.imprint_algorithm_differs', status: 'indeterminate', clause, params };
  } else {
    expected = digest?.value;
  }
  if (!expected) return { code: 'timestamp.imprint_not_compared', status: 'indeterminate', clause, params };
  if (!equalBytes(expected, imprint.value))
    return { code: 'timestamp.imprint_mismatch', status: 'failed', clause, params };
  if (algorithm === 'sha1')
    return { code: 'timestamp.imprint_weak', status: 'indeterminate', clause: 'ETSI TS 119 312', params };
  return { code: 'timestamp.imprint_ok', status: 'passed', clause, params };
}

/** What only whoever asked for the token can compare, and critical extensions. */
export function requestChecks(info: TstInfo, { nonce, policies }: VerifyTokenOptions): readonly Check[] {
  const checks: Check[] = [];
  const clause = 'RFC 3161 2.2, 2.4.2';
  if (nonce) {
    const same = info.nonce !== undefined && toHex(info.nonce) === toHex(nonce);
    checks.push({
      code: same ? 'timestamp.nonce_ok' : 'timestamp.nonce_mismatch',
      status: same ? 'passed' : 'failed',
      clause,
    });
  }
  if (policies) {
    const accepted = policies.includes(info.policy);
    const params = { policy: info.policy };
    checks.push({
      code: accepted ? 'timestamp.policy_ok' : 'timestamp.policy_not_accepted',
      status: accepted ? 'passed' : 'failed',
      clause,
      params,
    });
  }
  const [oid] = info.criticalExtensions;
  if (oid)
    checks.push({ code: 'timestamp.critical_extension', status: 'failed', clause: 'RFC 3161 2.4.2', params: { oid } });
  return checks;
}

/** What RFC 3161 section 2.4.2 says of single fields, and a time that the verifier's own clock has not reached yet. */
export function statementChecks(info: TstInfo, { clock }: VerifyTokenOptions): readonly Check[] {
  const clause = 'RFC 3161 2.4.2';
  const checks: Check[] = [];
  const { accuracy, serialHex } = info;
  const { seconds = 0, millis = 0, micros = 0 } = accuracy ?? {};
  if (millis > 999 || micros > 999) checks.push({ code: 'timestamp.accuracy_invalid', status: 'failed', clause });
  const bytes = serialHex.length / 2;
  const negative = Number.parseInt(serialHex.slice(0, 2), 16) >= 0x80;
  if (negative || bytes > longestSerial + (serialHex.startsWith('00') ? 1 : 0))
    checks.push({ code: 'timestamp.serial_invalid', status: 'indeterminate', clause, params: { serial: serialHex } });
  const earliest = info.genTime.getTime() - seconds * 1000 - millis;
  if (clock && earliest > clock.getTime() + clockTolerance) {
    const params = { time: info.genTime.toISOString() };
    checks.push({ code: 'timestamp.time_in_future', status: 'indeterminate', clause, params });
  }
  return checks;
}

/** Octets of the longest serial number that users must be ready for: 160 bits. */
const longestSerial = 20;
/** How far a verifier's clock may be behind, milliseconds. */
const clockTolerance = 5 * 60_000;

/** RFC 3161 section 2.4.2 demands the certificate identifier in every token, among signed attributes: without it a certificate could be swapped. */
export function bindingChecks({ signer, essCertificate }: SignerVerification): readonly Check[] {
  const clause = 'RFC 3161 2.4.2, RFC 5816';
  if (!signer.signedAttributesDer) return [{ code: 'timestamp.attributes_missing', status: 'failed', clause }];
  if (essCertificate === 'absent') return [{ code: 'timestamp.ess_missing', status: 'failed', clause }];
  // A mismatch is a failed check of the signature already.
  return essCertificate === 'match' ? [{ code: 'timestamp.ess_present', status: 'passed', clause }] : [];
}

/** RFC 3161 section 2.4.2: the name of the authority, when the token states one, is a name of the subject of its certificate. */
export function authorityNameChecks({ tsa, tsaName }: TstInfo, certificate: Certificate): readonly Check[] {
  if (!tsaName) return [];
  const names: readonly GeneralName[] = [
    { kind: 'directory', name: certificate.subject },
    ...certificate.subjectAltNames,
  ];
  const same = names.some((name) => keyOfName(name) === keyOfName(tsaName));
  const params = { name: tsa ?? tsaName.kind };
  const clause = 'RFC 3161 2.4.2';
  if (same) return [{ code: 'timestamp.tsa_name_ok', status: 'passed', clause, params }];
  return [{ code: 'timestamp.tsa_name_mismatch', status: 'failed', clause, params }];
}

/** Equal for names that are the same. */
function keyOfName(name: GeneralName): string {
  switch (name.kind) {
    case 'directory':
      return `directory ${name.name.key}`;
    case 'ip':
      return `ip ${toHex(name.bytes)}`;
    case 'email':
    case 'dns':
      return `${name.kind} ${name.value.toLowerCase()}`;
    case 'other':
      return `other ${name.tagNumber} ${toHex(name.encoded ?? new Uint8Array(0))}`;
    default:
      return `${name.kind} ${name.value}`;
  }
}

/** Usages beside which a time-stamping unit has no others (RFC 5280 section 4.2.1.12, ETSI EN 319 422 clause 6). */
const signing: ReadonlySet<string> = new Set(['digitalSignature', 'nonRepudiation']);

/** Usages that do not go with the purpose; that one of the right ones is there the path says. */
export function usageChecks({ keyUsage, subject }: Certificate): readonly Check[] {
  const others = [...(keyUsage ?? [])].filter((usage) => !signing.has(usage));
  if (others.length === 0 || others.length === keyUsage?.size) return [];
  const params = { subject: subject.text };
  return [{ code: 'timestamp.key_usage', status: 'failed', clause: 'RFC 5280 4.2.1.12', params }];
}

/** Keys and digests behind a token that a forger could get round today; tokens that were made before that need a later proof. */
export function strengthChecks(certificate: Certificate, { path }: PathReport): readonly Check[] {
  const checks: Check[] = [];
  const clause = 'ETSI TS 119 312';
  const bits = keyBits(certificate.publicKey);
  if (bits !== undefined && bits.size < bits.least) {
    const params = { subject: certificate.subject.text, bits: bits.size };
    checks.push({ code: 'timestamp.key_weak', status: 'indeterminate', clause, params });
  }
  // Nobody relies on the signature over an anchor.
  const weak = path.slice(0, -1).find((one) => isSha1(one.signatureAlgorithm));
  if (weak) {
    const params = { subject: weak.subject.text, algorithm: 'sha1' };
    checks.push({ code: 'timestamp.certificate_weak', status: 'indeterminate', clause, params });
  }
  return checks;
}

function isSha1(algorithm: Uint8Array): boolean {
  try {
    return readSignatureScheme(algorithm).digest === 'sha1';
  } catch {
    return false;
  }
}

/** Size of a key and the least that is still relied on (ETSI TS 119 312 clause 8); undefined for keys of one size. */
function keyBits(spki: Uint8Array): { readonly size: number; readonly least: number } | undefined {
  const { type, bits } = keyFacts(spki);
  if (bits !== undefined) return { size: bits, least: leastBits.factoring };
  if (type !== 'ec') return undefined;
  const reader = new SequenceReader(readDer(spki), 'SubjectPublicKeyInfo');
  reader.take(TAG.sequence, 'algorithm');
  const point = reader.take(TAG.bitString, 'subjectPublicKey').content.subarray(1);
  const coordinates = point[0] === 4 ? 2 : 1;
  return { size: ((point.length - 1) / coordinates) * 8, least: leastBits.curve };
}

const leastBits = { factoring: 1900, curve: 224 } as const;

type FieldReader = readonly [name: string, read: (element: DerElement) => unknown];

const firstFields: readonly FieldReader[] = [
  ['version', (element) => one(readSmallInteger(element))],
  ['policy', readOid],
  ['messageImprint', readImprint],
  ['serialNumber', readIntegerBytes],
  ['genTime', (element) => readTime(element, element.tag === TAG.generalizedTime ? element.tag : TAG.null)],
];

const laterFields: ReadonlyMap<number, FieldReader> = new Map<number, FieldReader>([
  [TAG.sequence, ['accuracy', (element) => childrenOf(element).map((part) => readSmallInteger(part, part.tag))]],
  [TAG.boolean, ['ordering', readBoolean]],
  [TAG.integer, ['nonce', readIntegerBytes]],
  [contextConstructedTag(0), ['tsa', (element) => readGeneralName(readExplicit(element, 'tsa'))]],
  [contextConstructedTag(1), ['extensions', (element) => readExtensions(retag(element, TAG.sequence))]],
]);

function one(version: number): void {
  if (version !== 1) throw new RangeError('version');
}

/** Name of the first field because of which a TSTInfo cannot be read, as RFC 3161 calls it; `TSTInfo` when it is none in particular. */
export function brokenField(content: Uint8Array): string {
  try {
    const elements = childrenOf(readDer(content));
    const fields = elements.map((element, at) => [element, firstFields[at] ?? laterFields.get(element.tag)] as const);
    const broken = fields.find(([element, field]) => field && !reads(field, element));
    return broken?.[1]?.[0] ?? firstFields[elements.length]?.[0] ?? 'TSTInfo';
  } catch {
    return 'TSTInfo';
  }
}

function reads([, read]: FieldReader, element: DerElement): boolean {
  try {
    read(element);
    return true;
  } catch {
    return false;
  }
}
