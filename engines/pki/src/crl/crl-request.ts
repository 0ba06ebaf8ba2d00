import { der } from '@tra/asn1';
import { fromHex, type Signer, toHex } from '@tra/kernel';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { EXTENSION } from '../oids.ts';
import { type RevocationReason, reasonFlag } from './reasons.ts';

/** One certificate to list as revoked. */
export interface CrlEntry {
  /** Serial number as an unsigned number in hexadecimal, at most 20 octets when encoded. */
  readonly serialHex: string;
  readonly date: Date;
  /**
   * `unspecified` is left out of the encoding (RFC 5280 section 5.3.1). `certificateHold` suspends; `removeFromCRL` ends a
   * suspension and stands in delta CRLs only.
   */
  readonly reason?: RevocationReason;
  /** When the key is thought to have become unsafe (section 5.3.2). */
  readonly invalidityDate?: Date;
  /** Encoded name of whoever issued the certificate, in an indirect CRL; the CRL's own issuer unless told. */
  readonly certificateIssuer?: Uint8Array;
}

/** The part of an issuer's certificates that a CRL is about (IssuingDistributionPoint, RFC 5280 section 5.2.5). */
export interface CrlScope {
  /** Addresses of this CRL; they must also stand in the distribution points of the certificates. */
  readonly uris?: readonly string[];
  /** Encoded directory name of the distribution point, beside or instead of addresses. */
  readonly directoryName?: Uint8Array;
  /** End-entity certificates only, CA certificates only, or attribute certificates only: at most one of them. */
  readonly only?: 'user' | 'ca' | 'attribute';
  /** Only these reasons; an entry for another one is refused. */
  readonly reasons?: readonly RevocationReason[];
  /** Certificates of other issuers may be listed. */
  readonly indirect?: boolean;
}

/** What a CRL is to say beside its entries. */
export interface CrlHeader {
  /** Certificate of the CA, or of another CRL issuer. */
  readonly issuer: Uint8Array;
  readonly signer: Signer;
  /** CRL number below 2^159: must grow from CRL to CRL of one scope (RFC 5280 section 5.2.3). */
  readonly number: number | bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly scope?: CrlScope;
  /** Makes this a delta CRL: number of the complete CRL that it continues (section 5.2.4). */
  readonly baseNumber?: number | bigint;
  /** Addresses of delta CRLs for this complete CRL (section 5.2.6). */
  readonly freshestCrlUrls?: readonly string[];
  /** Addresses of the CRL issuer's certificate (section 5.2.7). */
  readonly issuerUrls?: readonly string[];
  /** Certificates that expired at this instant or later stay listed (X.509 clause 9.5.2.8). */
  readonly expiredCertsOnCrl?: Date;
}

/** The error for a CRL that cannot be made as asked; `params.reason` says why. */
export function refuseCrl(reason: string): PkiError {
  return new PkiError('pki.request_invalid', { params: { reason } });
}

const tooLarge: bigint = 1n << 159n;

/** Checks what can be checked before the entries and returns the issuer's certificate. Throws {@link PkiError} `pki.request_invalid`. */
export function checkHeader(header: CrlHeader): Certificate {
  const { signer, thisUpdate, nextUpdate, scope, baseNumber, freshestCrlUrls = [] } = header;
  const issuer = parseCertificate(header.issuer);
  if (toHex(issuer.publicKey) !== toHex(signer.publicKey)) throw refuseCrl('signer');
  if (!issuer.keyUsage?.has('cRLSign')) throw refuseCrl('issuer_not_crl_signer');
  if (!(nextUpdate > thisUpdate)) throw refuseCrl('crl_times');
  const number = wholeNumber(header.number);
  if (baseNumber !== undefined && wholeNumber(baseNumber) >= number) throw refuseCrl('base_number');
  if (baseNumber !== undefined && freshestCrlUrls.length > 0) throw refuseCrl('freshest_crl_in_delta');
  if (scope?.reasons?.length === 0) throw refuseCrl('scope_reasons');
  for (const reason of scope?.reasons ?? []) if (reasonFlag(reason) === undefined) throw refuseCrl('scope_reasons');
  return issuer;
}

function wholeNumber(value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw refuseCrl('crl_number');
  const number = BigInt(value);
  if (number < 0n || number >= tooLarge) throw refuseCrl('crl_number');
  return number;
}

/** crlExtensions of a CRL, inside their EXPLICIT tag. */
export function encodeCrlExtensions(header: CrlHeader, issuerKeyId: Uint8Array): Uint8Array {
  const { number, scope, baseNumber, freshestCrlUrls = [], issuerUrls = [], expiredCertsOnCrl } = header;
  const point = scope && encodeScope(scope);
  const list = [
    extension(EXTENSION.authorityKeyIdentifier, der.sequence(der.element(0x80, issuerKeyId))),
    extension(EXTENSION.crlNumber, der.integer(number)),
  ];
  if (baseNumber !== undefined) list.push(extension(EXTENSION.deltaCrlIndicator, der.integer(baseNumber), true));
  if (point) list.push(extension(EXTENSION.issuingDistributionPoint, point, true));
  if (freshestCrlUrls.length > 0) {
    list.push(extension(EXTENSION.freshestCrl, der.sequence(der.sequence(pointName(freshestCrlUrls.map(uri))))));
  }
  if (issuerUrls.length > 0) {
    const method = der.oid('1.3.6.1.5.5.7.48.2');
    const locations = issuerUrls.map((url) => der.sequence(method, uri(url)));
    list.push(extension(EXTENSION.authorityInfoAccess, der.sequence(...locations)));
  }
  if (expiredCertsOnCrl) list.push(extension(EXTENSION.expiredCertsOnCrl, der.generalizedTime(expiredCertsOnCrl)));
  return der.explicit(0, der.sequence(...list));
}

/** certificateIssuer as an entry extension (section 5.3.3). */
export function encodeCertificateIssuer(name: Uint8Array): Uint8Array {
  return extension(EXTENSION.certificateIssuer, der.sequence(der.explicit(4, name)), true);
}

/** invalidityDate as an entry extension (section 5.3.2). */
export function encodeInvalidityDate(date: Date): Uint8Array {
  return extension(EXTENSION.invalidityDate, der.generalizedTime(date));
}

/** One Extension. */
export function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

/** Key identifier of the issuer as its own certificate states it, so that AKI and SKI always agree. */
export function issuerKeyIdentifier(issuer: Certificate, computed: (publicKey: Uint8Array) => Uint8Array): Uint8Array {
  return issuer.subjectKeyIdHex === undefined ? computed(issuer.publicKey) : fromHex(issuer.subjectKeyIdHex);
}

function uri(url: string): Uint8Array {
  return der.ia5String(url, 0x86);
}

/** `[0]` DistributionPointName with full names. */
function pointName(names: readonly Uint8Array[]): Uint8Array {
  return der.explicit(0, der.element(0xa0, ...names));
}

/** IssuingDistributionPoint; undefined when it would say nothing, which section 5.2.5 forbids to encode. */
function encodeScope({ uris = [], directoryName, only, reasons, indirect }: CrlScope): Uint8Array | undefined {
  const names = uris.map(uri);
  if (directoryName) names.push(der.explicit(4, directoryName));
  const isTrue = Uint8Array.of(0xff);
  const flags = (reasons ?? []).flatMap((reason) => reasonFlag(reason) ?? []);
  const parts = [
    names.length > 0 ? pointName(names) : undefined,
    only === 'user' ? der.element(0x81, isTrue) : undefined,
    only === 'ca' ? der.element(0x82, isTrue) : undefined,
    reasons ? der.namedBits(flags, 0x83) : undefined,
    indirect ? der.element(0x84, isTrue) : undefined,
    only === 'attribute' ? der.element(0x85, isTrue) : undefined,
  ];
  return parts.some((part) => part !== undefined) ? der.sequence(...parts) : undefined;
}
