import { der } from '@tra/asn1';
import type { Signer } from '@tra/kernel';
import { signatureAlgorithmIdentifier } from '../../algorithms.ts';
import { PkiError } from '../../errors.ts';
import { encodeName, type NameAttributes } from '../../name.ts';
import { EXTENSION } from '../../oids.ts';
import { extension } from '../extension-values.ts';
import { alternativeNames } from '../names.ts';
import type { AlternativeName } from '../request.ts';
import { CSR_ATTRIBUTE } from './certification-request.ts';

/** Input of {@link buildCertificationRequest}. */
export interface CertificationRequestInput {
  readonly subject: NameAttributes;
  /** The key that is to be certified; it signs the request. */
  readonly signer: Signer;
  readonly alternativeNames?: readonly AlternativeName[];
  /** Ask for a CA certificate. */
  readonly ca?: boolean;
  readonly challengePassword?: string;
}

/**
 * Builds a PKCS#10 request (RFC 2986), signed by the key that it asks for. Rejects with {@link PkiError} `pki.name_invalid`, or
 * `pki.request_invalid` for a challenge password of more than 255 characters.
 *
 * @example
 * const csr = await buildCertificationRequest({ subject: { commonName: 'กรม ก', organization: 'กรม ก', country: 'TH' }, signer, ca: true });
 * process.stdout.write(toPem('CERTIFICATE REQUEST', csr));
 */
export async function buildCertificationRequest(input: CertificationRequestInput): Promise<Uint8Array> {
  const { signer, challengePassword, alternativeNames: names = [] } = input;
  const asked = [
    ...(input.ca ? [extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true)), true)] : []),
    ...(names.length > 0 ? [extension(EXTENSION.subjectAltName, alternativeNames(names))] : []),
  ];
  const attributes = [
    ...(asked.length > 0 ? [attribute(CSR_ATTRIBUTE.extensionRequest, der.sequence(...asked))] : []),
    ...(challengePassword === undefined
      ? []
      : [attribute(CSR_ATTRIBUTE.challengePassword, encodePassword(challengePassword))]),
  ];
  const info = der.sequence(
    der.integer(0),
    encodeName(input.subject),
    signer.publicKey,
    der.implicit(0, der.setOf(...attributes)),
  );
  const algorithm = signatureAlgorithmIdentifier(signer.algorithm);
  return der.sequence(info, algorithm, der.bitString(await signer.sign(info)));
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return der.sequence(der.oid(oid), der.setOf(value));
}

/** PrintableString where the alphabet allows it, as RFC 2985 section 5.4.1 prefers; else UTF8String. */
function encodePassword(password: string): Uint8Array {
  if (password === '' || password.length > 255) {
    throw new PkiError('pki.request_invalid', { params: { reason: 'challenge_password' } });
  }
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(password) ? der.printableString(password) : der.utf8String(password);
}
