import { createHash } from 'node:crypto';
import { around, contextConstructedTag, DerTemplate, der, hole, TAG } from '@tra/asn1';
import { equalBytes, type Random, type Signer, toHex } from '@tra/kernel';
import { signatureAlgorithmIdentifier, verifySignature } from '../algorithms.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { encodeName, type NameAttributes, parseName } from '../name.ts';
import { EXTENSION } from '../oids.ts';
import { checkRequest } from './check-request.ts';
import { alternativeNameExtension, fixedExtensions } from './extension-values.ts';
import { type PublicKeyFacts, soundPublicKey } from './keys/public-key.ts';
import { CertificateRefused, lintFaults, lintView } from './lint/lint.ts';
import { type LintView, variedView, viewOf } from './lint/view.ts';
import { kindOf } from './names.ts';
import { keyIdentifierOf, type PreparedCertificate, withoutSignature } from './prepare.ts';
import type { CertificateProfile } from './profiles/profile.ts';
import { PROFILES } from './profiles/profiles.ts';
import type { AlternativeName, IssuerAddresses } from './request.ts';
import { asSerial, SERIAL_LENGTH } from './serial.ts';

/** Input of {@link createIssuer}: what all its certificates share. */
export interface BulkIssuerOptions extends IssuerAddresses {
  /** Any profile but that of a root. */
  readonly profile: CertificateProfile;
  /** The issuing CA's certificate. */
  readonly issuer: Uint8Array;
  readonly signer: Signer;
  readonly random: Random;
  /** Every how many certificates one is read back whole and its signature verified; 64 unless told, 1 for all. */
  readonly rereadEvery?: number;
}

/** What one certificate of a bulk issue brings. */
export interface BulkSubject {
  readonly subject: NameAttributes;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly alternativeNames?: readonly AlternativeName[];
}

/** Issues many certificates of one profile under one CA. */
export interface BulkIssuer {
  /** Like `prepareCertificate`: nothing is signed yet, store it first. Throws the same. */
  prepare(subject: BulkSubject): PreparedCertificate;
  /** Prepares and signs in one step. Rejects like {@link BulkIssuer.prepare}. */
  issue(subject: BulkSubject): Promise<Uint8Array>;
}

const serialsAtOnce = 64;
const mostShapes = 256;
const nothing: Uint8Array = new Uint8Array(0);

/** Places in a tbsCertificate that each certificate fills. */
type TbsHole = 'serial' | 'validity' | 'subject' | 'publicKey' | 'keyId' | 'alternativeNames';

/** Everything that is encoded once. */
interface Template {
  readonly issuer: Certificate;
  readonly options: BulkIssuerOptions;
  readonly algorithm: Uint8Array;
  readonly tbs: DerTemplate<TbsHole>;
  /** The first certificate of each shape, linted with every rule; the others are linted in what varies. */
  readonly shapes: Map<string, LintView>;
  readonly nextSerial: () => Uint8Array;
  readonly validity: (notBefore: Date, notAfter: Date) => Uint8Array;
  made: number;
}

/**
 * An issuer for bulk: what its certificates share is encoded once, and the first of each shape (attributes, kinds of names and key,
 * validity) is linted with every rule; of the others everything that varies is linted: names, key, and how they fit the issuer. Every
 * key is checked as in `prepareCertificate`. Throws {@link PkiError} `pki.request_invalid` when profile, issuer and signer do not
 * fit together.
 *
 * @example
 * const officers = createIssuer({ profile: 'officer', issuer, signer, random, crlUrls });
 * for (const { subject, publicKey } of applications) {
 *   const prepared = officers.prepare({ subject, publicKey, notBefore, notAfter });
 *   await store.insert(prepared);
 *   await store.complete(prepared.serialHex, await prepared.sign(signer));
 * }
 */
export function createIssuer(options: BulkIssuerOptions): BulkIssuer {
  const issuer = parseCertificate(options.issuer);
  const algorithm = signatureAlgorithmIdentifier(options.signer.algorithm);
  const template: Template = {
    issuer,
    options,
    algorithm,
    tbs: tbsTemplate(options, issuer, algorithm),
    shapes: new Map(),
    nextSerial: serials(options.random),
    validity: validities(),
    made: 0,
  };
  return {
    prepare: (subject) => prepare(template, subject),
    issue: async (subject) => prepare(template, subject).sign(options.signer),
  };
}

function tbsTemplate(options: BulkIssuerOptions, issuer: Certificate, algorithm: Uint8Array): DerTemplate<TbsHole> {
  const issuerKey = { keyId: keyIdentifierOf(issuer), isSubject: false };
  const { before, after } = fixedExtensions(PROFILES[options.profile], options, issuerKey);
  const keyId = around<TbsHole>(
    TAG.sequence,
    der.oid(EXTENSION.subjectKeyIdentifier),
    around(TAG.octetString, around(TAG.octetString, hole('keyId', 20))),
  );
  const extensions = around<TbsHole>(TAG.sequence, ...before, keyId, ...after, hole('alternativeNames'));
  return new DerTemplate<TbsHole>(
    around(
      TAG.sequence,
      der.explicit(0, der.integer(2)),
      around(TAG.integer, hole('serial', SERIAL_LENGTH)),
      algorithm,
      issuer.subject.der,
      hole('validity'),
      hole('subject'),
      hole('publicKey'),
      around(contextConstructedTag(3), extensions),
    ),
  );
}

/** Encoded validities; the last one is kept, since most certificates of a batch share it. */
function validities(): Template['validity'] {
  let last = { from: Number.NaN, to: Number.NaN, bytes: nothing };
  return (notBefore, notAfter) => {
    const [from, to] = [notBefore.getTime(), notAfter.getTime()];
    if (from !== last.from || to !== last.to) {
      last = { from, to, bytes: der.sequence(der.time(notBefore), der.time(notAfter)) };
    }
    return last.bytes;
  };
}

/** Serial numbers from random octets that are drawn many at a time: each draw is a call into the system. */
function serials(random: Random): () => Uint8Array {
  let pool = new Uint8Array(0);
  let next = 0;
  return () => {
    if (next >= pool.length) {
      pool = Uint8Array.from(random.bytes(SERIAL_LENGTH * serialsAtOnce));
      next = 0;
    }
    next += SERIAL_LENGTH;
    return asSerial(pool.subarray(next - SERIAL_LENGTH, next));
  };
}

function prepare(template: Template, asked: BulkSubject): PreparedCertificate {
  const { options } = template;
  const { alternativeNames: names = [], notBefore, notAfter, publicKey } = asked;
  const key = soundPublicKey(publicKey);
  const subject = encodeName(asked.subject);
  const keyId = createHash('sha1').update(key.keyBits).digest();
  const alternative = names.length > 0 ? alternativeNameExtension(names, subject.length === 2) : undefined;
  const serial = template.nextSerial();
  const tbs = template.tbs.write({
    serial,
    validity: template.validity(notBefore, notAfter),
    subject,
    publicKey,
    keyId,
    alternativeNames: alternative ?? nothing,
  });
  lintVarying(template, asked, { tbs, serial, subject, key, alternative });
  const reread = template.made % (options.rereadEvery ?? 64) === 0;
  template.made += 1;
  return {
    profile: options.profile,
    serialHex: toHex(serial),
    tbs,
    get subject() {
      return parseName(subject).text;
    },
    notBefore,
    notAfter,
    advice: [],
    sign: (signer) => sign(template, signer, { tbs, key, reread }),
  };
}

interface Made {
  readonly tbs: Uint8Array;
  readonly serial: Uint8Array;
  readonly subject: Uint8Array;
  readonly key: PublicKeyFacts;
  readonly alternative: Uint8Array | undefined;
}

function lintVarying(template: Template, asked: BulkSubject, made: Made): void {
  const { shapes, issuer, options } = template;
  const shape = shapeOf(asked, made.key);
  const sample = shapes.get(shape);
  if (!sample) checkRequest({ ...options, ...asked }, issuer);
  const view = sample
    ? variedView(sample, { ...made, publicKey: asked.publicKey })
    : viewOf(withoutSignature(made.tbs), { profile: options.profile, issuer, key: made.key });
  const faults = lintFaults(lintView(view, sample ? 'varying' : 'all'));
  if (faults.length > 0) throw new CertificateRefused(faults);
  if (sample) return;
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(shape, view);
}

/** What must be equal for two certificates to break the same rules, but for those rules that look at values. */
function shapeOf(
  { subject, alternativeNames = [], notBefore, notAfter }: BulkSubject,
  { kind, bits }: PublicKeyFacts,
): string {
  let shape = `${kind} ${bits} ${notBefore.getTime()} ${notAfter.getTime()}`;
  for (const name in subject) if (subject[name as keyof NameAttributes] !== undefined) shape += ` ${name}`;
  for (const name of alternativeNames) shape += ` ${kindOf(name)}`;
  return shape;
}

async function sign(
  { issuer, options, algorithm }: Template,
  signer: Signer,
  { tbs, key, reread }: { readonly tbs: Uint8Array; readonly key: PublicKeyFacts; readonly reread: boolean },
): Promise<Uint8Array> {
  const fits = signer === options.signer || equalBytes(signer.publicKey, issuer.publicKey);
  if (!fits || signer.algorithm !== options.signer.algorithm) {
    throw new PkiError('pki.request_invalid', { params: { reason: 'signer' } });
  }
  const signature = await signer.sign(tbs);
  const certificate = der.sequence(tbs, algorithm, der.bitString(signature));
  if (reread) {
    const right = verifySignature(algorithm, issuer.publicKey, tbs, signature);
    if (!right) throw new PkiError('pki.request_invalid', { params: { reason: 'signature' } });
    const view = viewOf(parseCertificate(certificate), { profile: options.profile, issuer, key });
    const faults = lintFaults(lintView(view, 'all'));
    if (faults.length > 0) throw new CertificateRefused(faults);
  }
  return certificate;
}
