import { der, readDer, SequenceReader, TAG } from '@tra/asn1';
import { equalBytes, type Signer } from '@tra/kernel';
import { signatureAlgorithmIdentifier, verifySignature } from '../algorithms.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { encodeName } from '../name.ts';
import type { Check } from '../report.ts';
import { checkRequest } from './check-request.ts';
import { alternativeNameExtension, fixedExtensions, subjectKeyExtension } from './extension-values.ts';
import { keyIdentifier } from './key-identifier.ts';
import { CertificateRefused, lint, lintFaults } from './lint/lint.ts';
import type { CertificateProfile } from './profiles/profile.ts';
import { PROFILES } from './profiles/profiles.ts';
import type { CertificateRequest, IssueRequest } from './request.ts';
import { newSerial } from './serial.ts';

/** A certificate that is complete and linted but not signed: store it, sign it, store the signature, release it. */
export interface PreparedCertificate {
  readonly profile: CertificateProfile;
  /** Content octets of the serial number, lower-case hexadecimal; the key under which to store it. */
  readonly serialHex: string;
  /** tbsCertificate: exactly the bytes that will be signed. */
  readonly tbs: Uint8Array;
  /** Subject in RFC 4514 form. */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Advice of the linter; faults never get this far. */
  readonly advice: readonly Check[];
  /**
   * Signs and returns the certificate; the signature is verified before. Rejects with {@link PkiError} `pki.request_invalid`
   * (reason `signer`) for another key or algorithm than it was prepared for, or (reason `signature`) for a signature that is wrong.
   */
  sign(signer: Signer): Promise<Uint8Array>;
}

/**
 * Makes and lints everything of a certificate but its signature (RFC 5280 section 4), by a declared profile. Nothing has been signed
 * when it throws. Throws {@link PkiError}: `pki.request_invalid` when the request does not fit the profile or the issuer,
 * `pki.key_invalid` for a weak or unreadable key, `pki.name_invalid`; {@link CertificateRefused} when a lint rule is broken.
 *
 * @example
 * const prepared = prepareCertificate({ profile: 'officer', subject, publicKey, issuer, signer, notBefore, notAfter, random });
 * await store.insert({ serialHex: prepared.serialHex, tbs: prepared.tbs }); // a unique key: no serial number twice
 * const certificate = await prepared.sign(signer);
 * await store.complete(prepared.serialHex, certificate); // only now may anybody see it
 */
export function prepareCertificate(request: CertificateRequest): PreparedCertificate {
  const issuer = request.issuer ? parseCertificate(request.issuer) : undefined;
  const key = checkRequest(request, issuer);
  const rules = PROFILES[request.profile];
  const subject = request.subject instanceof Uint8Array ? request.subject : encodeName(request.subject);
  const keyId = keyIdentifier(request.publicKey);
  const issuerKeyId = issuer ? keyIdentifierOf(issuer) : keyId;
  const { before, after } = fixedExtensions(rules, request, { keyId: issuerKeyId, isSubject: issuer === undefined });
  const names = request.alternativeNames ?? [];
  const alternative = names.length > 0 ? [alternativeNameExtension(names, subject.length === 2)] : [];
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsignedInteger(request.serial ?? newSerial(request.random)),
    signatureAlgorithmIdentifier(request.signer.algorithm),
    issuer?.subject.der ?? subject,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    subject,
    request.publicKey,
    der.explicit(3, der.sequence(...before, subjectKeyExtension(keyId), ...after, ...alternative)),
  );
  return prepared(tbs, { profile: request.profile, issuer, key });
}

/** The key identifier by which an issuer's certificate names its key; by method 1 when it names none. */
export function keyIdentifierOf(issuer: Certificate): Uint8Array {
  const own = issuer.extensions.get('2.5.29.14');
  return own ? readDer(own.value).content : keyIdentifier(issuer.publicKey);
}

/**
 * A {@link PreparedCertificate} from bytes that were stored before the process ended: linted again, then it can be signed. Signing
 * the same bytes twice is harmless: it is one certificate with one serial number. Throws like {@link prepareCertificate}.
 */
export function resumeCertificate(
  tbs: Uint8Array,
  { profile, issuer }: { readonly profile: CertificateProfile; readonly issuer?: Uint8Array },
): PreparedCertificate {
  return prepared(tbs, { profile, issuer: issuer && parseCertificate(issuer) });
}

/**
 * Prepares and signs in one step; for callers that have no store to fill in between. Store the result before you release it.
 * Rejects like {@link prepareCertificate}.
 *
 * @example
 * const root = await issueCertificate({ profile: 'root', subject: { commonName: 'Root', organization: 'Ministry', country: 'TH' },
 *   publicKey: signer.publicKey, signer, notBefore, notAfter, random });
 */
export async function issueCertificate(request: IssueRequest): Promise<Uint8Array> {
  return prepareCertificate(request).sign(request.signer);
}

interface Preparation {
  readonly profile: CertificateProfile;
  readonly issuer: Certificate | undefined;
  /** Given when the key has been looked at already: that costs milliseconds for RSA. */
  readonly key?: ReturnType<typeof checkRequest>;
}

function prepared(tbs: Uint8Array, { profile, issuer, key }: Preparation): PreparedCertificate {
  const certificate = withoutSignature(tbs);
  const findings = lint(certificate, { profile, issuer, key });
  const faults = lintFaults(findings);
  if (faults.length > 0) throw new CertificateRefused(faults);
  const issuerKey = issuer?.publicKey ?? certificate.publicKey;
  const { serialHex, subject, notBefore, notAfter, signatureAlgorithm } = certificate;
  return {
    profile,
    serialHex,
    tbs,
    subject: subject.text,
    notBefore,
    notAfter,
    advice: findings,
    sign: async (signer) => {
      const fits = equalBytes(signer.publicKey, issuerKey);
      if (!fits || !equalBytes(signatureAlgorithmIdentifier(signer.algorithm), signatureAlgorithm)) {
        throw new PkiError('pki.request_invalid', { params: { reason: 'signer' } });
      }
      const signature = await signer.sign(tbs);
      if (!verifySignature(signatureAlgorithm, issuerKey, tbs, signature)) {
        throw new PkiError('pki.request_invalid', { params: { reason: 'signature' } });
      }
      return der.sequence(tbs, signatureAlgorithm, der.bitString(signature));
    },
  };
}

/** The certificate around a tbsCertificate with an empty signature, for readers. Throws {@link PkiError} `pki.certificate_invalid`. */
export function withoutSignature(tbs: Uint8Array): Certificate {
  return parseCertificate(der.sequence(tbs, algorithmIn(tbs), der.bitString(new Uint8Array(0))));
}

function algorithmIn(tbs: Uint8Array): Uint8Array {
  try {
    const reader = new SequenceReader(readDer(tbs, { maxBytes: 262_144 }), 'tbsCertificate');
    reader.takeOptional(0xa0);
    reader.take(TAG.integer, 'serialNumber');
    return reader.take(TAG.sequence, 'signature').raw;
  } catch (cause) {
    throw new PkiError('pki.certificate_invalid', { params: { reason: 'unreadable' }, cause });
  }
}
