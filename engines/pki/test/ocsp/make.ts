import { der } from '@tra/asn1';
import type { Signer } from '@tra/kernel';
import { signatureAlgorithmIdentifier } from '../../src/algorithms.ts';
import { type Certificate, EXTENSION, encodeName, OCSP, parseCertificate } from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';

type TestSigner = ReturnType<typeof testSigner>;

/** A certificate of any shape, also wrong ones. */
export interface Made {
  readonly certificate: Certificate;
  readonly signer: TestSigner;
}

export interface Shape {
  readonly subject?: string;
  readonly issuer?: Made;
  /** Signs with another key than the issuer's. */
  readonly signedBy?: Signer;
  readonly signer?: TestSigner;
  readonly serial?: Uint8Array;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly extensions?: readonly Uint8Array[];
}

export const at = new Date('2026-06-01T12:00:00Z');
export const hours = (count: number, from: Date = at): Date => new Date(from.getTime() + count * 3_600_000);

export function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

export const ca: readonly Uint8Array[] = [
  extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true)), true),
  extension(EXTENSION.keyUsage, der.namedBits([5, 6]), true),
];
export const noCheck: Uint8Array = extension(OCSP.noCheck, der.nullValue());
export const ocspSigning: Uint8Array = extension(EXTENSION.extendedKeyUsage, der.sequence(der.oid(OCSP.signing)));
export const digitalSignature: Uint8Array = extension(EXTENSION.keyUsage, der.namedBits([0]), true);

let counter = 0;

export async function make(shape: Shape = {}): Promise<Made> {
  const { signer = testSigner(), extensions = [] } = shape;
  const subject = encodeName({ commonName: shape.subject ?? 'Subject', country: 'TH' });
  const signedBy = shape.signedBy ?? shape.issuer?.signer ?? signer;
  const algorithm = signatureAlgorithmIdentifier(signedBy.algorithm);
  counter += 1;
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsignedInteger(shape.serial ?? Uint8Array.of(0x41, counter >> 8, counter & 255, 9)),
    algorithm,
    shape.issuer?.certificate.subject.der ?? subject,
    der.sequence(
      der.time(shape.notBefore ?? new Date('2026-01-01T00:00:00Z')),
      der.time(shape.notAfter ?? new Date('2030-01-01T00:00:00Z')),
    ),
    subject,
    signer.publicKey,
    extensions.length > 0 ? der.explicit(3, der.sequence(...extensions)) : undefined,
  );
  const bytes = der.sequence(tbs, algorithm, der.bitString(await signedBy.sign(tbs)));
  return { certificate: parseCertificate(bytes), signer };
}
