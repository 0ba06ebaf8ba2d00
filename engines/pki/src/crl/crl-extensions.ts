import {
  contextConstructedTag,
  contextTag,
  readBoolean,
  readDer,
  readIntegerBytes,
  readNamedBits,
  readTime,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import {
  type AuthorityKeyIdentifier,
  type DistributionPoint,
  type DistributionPointName,
  type Extension,
  type ReasonFlags,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readDistributionPointName,
  readDistributionPoints,
  readGeneralNames,
} from '../extensions.ts';
import type { GeneralName } from '../general-name.ts';
import { EXTENSION } from '../oids.ts';
import { crlFault } from './refusal.ts';

/** IssuingDistributionPoint (RFC 5280 section 5.2.5): the part of the certificates that a CRL speaks about. */
export interface IssuingDistributionPoint {
  readonly name?: DistributionPointName;
  readonly onlyUserCerts: boolean;
  readonly onlyCaCerts: boolean;
  readonly onlyAttributeCerts: boolean;
  readonly onlySomeReasons?: ReasonFlags;
  readonly indirect: boolean;
}

/** What the extensions of a CRL say (RFC 5280 section 5.2). */
export interface CrlExtensions {
  readonly extensions: ReadonlyMap<string, Extension>;
  /** OIDs of critical extensions, of the CRL or of any entry, that this package does not process: such a CRL must not be used. */
  readonly unknownCritical: readonly string[];
  /** Content octets of the CRL number, hexadecimal. */
  readonly numberHex?: string;
  readonly authorityKeyId?: AuthorityKeyIdentifier;
  readonly issuerAltNames?: readonly GeneralName[];
  readonly issuingDistributionPoint?: IssuingDistributionPoint;
  /** Base CRL number of a delta CRL. */
  readonly deltaBaseHex?: string;
  /** Where delta CRLs for this CRL are. */
  readonly freshestCrl?: readonly DistributionPoint[];
  /** http addresses of the CRL issuer's certificate. */
  readonly caIssuers: readonly string[];
  /** Revocations stay listed for certificates that expired at this instant or later (X.509 clause 9.5.2.8). */
  readonly expiredCertsOnCrl?: Date;
}

const processed: ReadonlySet<string> = new Set([EXTENSION.issuingDistributionPoint, EXTENSION.deltaCrlIndicator]);
const maxNumberOctets = 20;

/** Reads and judges the extensions of a CRL by sections 5.2.1 to 5.2.7. Throws {@link PkiError} or `Asn1Error`. */
export function readCrlExtensions(extensions: ReadonlyMap<string, Extension>): CrlExtensions {
  const value = (oid: string): Uint8Array | undefined => extensions.get(oid)?.value;
  const keyId = value(EXTENSION.authorityKeyIdentifier);
  const altNames = value(EXTENSION.issuerAltName);
  const access = value(EXTENSION.authorityInfoAccess);
  const number = readNumber(extensions.get(EXTENSION.crlNumber), false);
  const deltaBase = readNumber(extensions.get(EXTENSION.deltaCrlIndicator), true);
  const point = readIssuingDistributionPoint(extensions.get(EXTENSION.issuingDistributionPoint));
  const freshest = readFreshestCrl(extensions.get(EXTENSION.freshestCrl));
  const expired = readExpiredCerts(extensions.get(EXTENSION.expiredCertsOnCrl));
  // 5.2.3: a delta CRL has a number, and not one from before its base. 5.2.6: it does not point to delta CRLs.
  if (deltaBase !== undefined && (number === undefined || lessThan(number, deltaBase)))
    throw crlFault('delta_indicator');
  if (deltaBase !== undefined && freshest) throw crlFault('freshest_crl');
  return {
    extensions,
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !processed.has(oid))
      .map(({ oid }) => oid),
    caIssuers: access ? readAuthorityInfoAccess(access).caIssuers : [],
    ...(number === undefined ? {} : { numberHex: number }),
    ...(keyId ? { authorityKeyId: readAuthorityKeyIdentifier(keyId) } : {}),
    ...(altNames ? { issuerAltNames: readGeneralNames(altNames) } : {}),
    ...(point ? { issuingDistributionPoint: point } : {}),
    ...(deltaBase === undefined ? {} : { deltaBaseHex: deltaBase }),
    ...(freshest ? { freshestCrl: freshest } : {}),
    ...(expired ? { expiredCertsOnCrl: expired } : {}),
  };
}

/** CRLNumber or BaseCRLNumber: 0 or more, at most 20 octets; only the delta indicator is critical (sections 5.2.3, 5.2.4). */
function readNumber(extension: Extension | undefined, delta: boolean): string | undefined {
  if (!extension) return undefined;
  const fault = delta ? 'delta_indicator' : 'crl_number';
  const octets = readIntegerBytes(readDer(extension.value));
  if (extension.critical !== delta || octets.length > maxNumberOctets || (octets[0] ?? 0) >= 0x80)
    throw crlFault(fault);
  return toHex(octets);
}

/** Whether one minimal non-negative number is below another, both in hexadecimal. */
function lessThan(left: string, right: string): boolean {
  return BigInt(`0x${left}`) < BigInt(`0x${right}`);
}

function readIssuingDistributionPoint(extension: Extension | undefined): IssuingDistributionPoint | undefined {
  if (!extension) return undefined;
  const fault = crlFault('issuing_distribution_point');
  const reader = new SequenceReader(readDer(extension.value), 'IssuingDistributionPoint');
  const name = reader.takeOptional(contextConstructedTag(0));
  // Every flag is FALSE by default, and DER leaves defaults out (X.690 clause 11.5).
  const flag = (number: number): boolean => {
    const element = reader.takeOptional(contextTag(number));
    if (element && !readBoolean(retag(element, TAG.boolean))) throw fault;
    return element !== undefined;
  };
  const onlyUserCerts = flag(1);
  const onlyCaCerts = flag(2);
  const reasons = reader.takeOptional(contextTag(3));
  const indirect = flag(4);
  const onlyAttributeCerts = flag(5);
  reader.end();
  const kinds = [onlyUserCerts, onlyCaCerts, onlyAttributeCerts].filter(Boolean).length;
  const says = name !== undefined || reasons !== undefined || indirect || kinds > 0;
  if (!extension.critical || kinds > 1 || !says) throw fault;
  return {
    ...(name ? { name: readDistributionPointName(name) } : {}),
    onlyUserCerts,
    onlyCaCerts,
    onlyAttributeCerts,
    ...(reasons ? { onlySomeReasons: readNamedBits(reasons, contextTag(3)) } : {}),
    indirect,
  };
}

/** Section 5.2.6: non-critical; each point says where, and nothing else. */
function readFreshestCrl(extension: Extension | undefined): readonly DistributionPoint[] | undefined {
  if (!extension) return undefined;
  const points = readDistributionPoints(extension.value);
  if (extension.critical || points.some(({ name, reasons, crlIssuer }) => !name || reasons || crlIssuer))
    throw crlFault('freshest_crl');
  return points;
}

function readExpiredCerts(extension: Extension | undefined): Date | undefined {
  if (!extension) return undefined;
  const element = readDer(extension.value);
  if (extension.critical || element.tag !== TAG.generalizedTime) throw crlFault('expired_certs_on_crl');
  return readTime(element);
}
