import { der, readDer } from '@tra/asn1';
import { equalBytes, toHex } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import type { Crl } from '../crl/parse-crl.ts';
import type { DistributionPoint, DistributionPointName } from '../extensions.ts';
import type { GeneralName } from '../general-name.ts';
import { type Name, parseName } from '../name.ts';

/** All reasons that a CRL may leave out, as ReasonFlags bits 1 to 8. */
export const ALL_REASONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8]);

/**
 * For which reasons `crl` speaks about `certificate` (RFC 5280 section 6.3.3 (b) and (d)); empty when it does not speak about it
 * at all. Looks at names and scope only: neither freshness nor the signature. `strict` also demands what section 5.2.5 demands of
 * those who issue CRLs: the same names in the same order on both sides, and an indirect CRL only for who names its issuer.
 */
export function reasonsInScope(crl: Crl, certificate: Certificate, strict: boolean = false): ReadonlySet<number> {
  const point = crl.issuingDistributionPoint;
  if (
    point?.onlyAttributeCerts ||
    (point?.onlyUserCerts && certificate.isCa) ||
    (point?.onlyCaCerts && !certificate.isCa)
  ) {
    return new Set();
  }
  const listed = certificate.distributionPoints.filter((entry) => pointMatches(entry, { crl, certificate, strict }));
  const scopes = listed.map(({ reasons }) => reasons ?? ALL_REASONS);
  // 6.3.3, last paragraph: CRLs of the certificate's issuer count even when no distribution point names them.
  if (scopes.length === 0 && crl.issuer.key === certificate.issuer.key && undirectedMatch(crl, certificate))
    scopes.push(ALL_REASONS);
  const some = point?.onlySomeReasons;
  return new Set(
    [...ALL_REASONS].filter((reason) => scopes.some((scope) => scope.has(reason)) && (!some || some.has(reason))),
  );
}

function undirectedMatch(crl: Crl, certificate: Certificate): boolean {
  const name = crl.issuingDistributionPoint?.name;
  return !name || overlaps(fullNames(name, crl.issuer), [certificate.issuer.key]);
}

interface Match {
  readonly crl: Crl;
  readonly certificate: Certificate;
  readonly strict: boolean;
}

function pointMatches(entry: DistributionPoint, { crl, certificate, strict }: Match): boolean {
  const issuers = entry.crlIssuer ?? [];
  if (issuers.length > 0) {
    const named = issuers.some(({ key }) => key === crl.issuer.key);
    const indirect = crl.issuingDistributionPoint?.indirect ?? false;
    if (!named || (!indirect && crl.issuer.key !== certificate.issuer.key)) return false;
  } else if (crl.issuer.key !== certificate.issuer.key || (strict && crl.issuingDistributionPoint?.indirect)) {
    return false;
  }
  const name = crl.issuingDistributionPoint?.name;
  if (!name) return true;
  const wanted = entry.name ? fullNames(entry.name, issuers[0] ?? certificate.issuer) : issuers.map(({ key }) => key);
  const named = fullNames(name, crl.issuer);
  return strict && entry.name ? named.join('\n') === wanted.join('\n') : overlaps(named, wanted);
}

function overlaps(left: readonly string[], right: readonly string[]): boolean {
  return left.some((key) => right.includes(key));
}

/** Comparison keys of a distribution point name; a relative name is appended to the CRL issuer's. */
function fullNames(name: DistributionPointName, issuer: Name): readonly string[] {
  if (name.fullName) return name.fullName.map(generalNameKey);
  if (!name.relativeName) return [];
  return [parseName(der.sequence(readDer(issuer.der).content, name.relativeName)).key];
}

function generalNameKey(name: GeneralName): string {
  switch (name.kind) {
    case 'directory':
      return name.name.key;
    case 'ip':
      return `ip:${toHex(name.bytes)}`;
    case 'other':
      return `other:${name.tagNumber}`;
    default:
      return `${name.kind}:${name.value}`;
  }
}

/** Whether a delta CRL continues a complete one: same issuer, same scope, base not after it, number after it (section 5.2.4). */
export function continues(delta: Crl, complete: Crl): boolean {
  if (delta.deltaBaseHex === undefined || complete.numberHex === undefined || delta.numberHex === undefined)
    return false;
  const number = BigInt(`0x${complete.numberHex}`);
  return (
    delta.issuer.key === complete.issuer.key &&
    sameScope(delta, complete) &&
    BigInt(`0x${delta.deltaBaseHex}`) <= number &&
    BigInt(`0x${delta.numberHex}`) >= number
  );
}

function sameScope(left: Crl, right: Crl): boolean {
  const [a, b] = [left, right].map((crl) => crl.extensions.get('2.5.29.28')?.value);
  if (a === undefined || b === undefined) return a === b;
  return equalBytes(a, b);
}
