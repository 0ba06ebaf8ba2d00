import { createHash } from 'node:crypto';
import { equalBytes, fromBase64 } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import type { SignerFacts } from '../facts.ts';
import { jadesDigestOf } from './algorithms.ts';
import { type Json, JsonError } from './json.ts';
import { type Header, type JwsSignature, objectOf, octets } from './read.ts';

/** Header parameters that may be listed as critical: those that are understood (RFC 7515 section 4.1.11, TS 119 182-1 clause 5). */
const understood: ReadonlySet<string> = new Set(
  'alg,b64,cty,typ,kid,x5c,x5t,x5t#S256,x5t#o,x5u,iat,exp,sigT,sigX5ts,srCms,sigPl,srAts,adoTst,sigPId,sigD,etsiU'.split(
    ',',
  ),
);
/** Those that RFC 7515 itself defines: listing them as critical breaks its section 4.1.11. */
const registered: ReadonlySet<string> = new Set([
  'alg',
  'jku',
  'jwk',
  'kid',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'typ',
  'cty',
  'crit',
]);
const maxMembers = 256;

/** What is wrong with what decides how everything else is read: `alg`, `crit` and `b64`; undefined when nothing is. */
export function headerProblem({ header, unprotected }: JwsSignature): string | undefined {
  const { alg, crit } = header;
  // RFC 7515 section 4.1.1: it must be there, in the protected header (TS 119 182-1 clause 5.1.2).
  if (typeof alg !== 'string' || alg === '') return 'alg';
  if (Object.hasOwn(unprotected, 'crit')) return 'crit: header';
  // Whoever heeds it there reads another payload (RFC 7797 section 3).
  if (Object.hasOwn(unprotected, 'b64') || (header.b64 !== undefined && typeof header.b64 !== 'boolean')) return 'b64';
  if (crit === undefined) return header.b64 === false ? 'b64: crit' : undefined;
  if (!Array.isArray(crit) || crit.length === 0 || crit.length > maxMembers) return 'crit';
  for (const name of crit as readonly Json[]) {
    if (typeof name !== 'string' || !(Object.hasOwn(header, name) || name === 'etsiU')) return 'crit';
    if (!understood.has(name)) return `crit: ${name.slice(0, 40)}`;
    if (registered.has(name)) return `crit: ${name}`;
  }
  return header.b64 === false && !crit.includes('b64') ? 'b64: crit' : undefined;
}

/** The claimed time: `sigT`, or `iat` in seconds since 1970 (TS 119 182-1 clause 5.2.1, RFC 7519). */
export function claimedTimeOf({ iat, sigT }: Header): Date | undefined {
  const time =
    typeof sigT === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(sigT)
      ? new Date(sigT)
      : typeof iat === 'number' && iat > 0 && iat < 2 ** 33
        ? new Date(iat * 1000)
        : undefined;
  return time && Number.isNaN(time.getTime()) ? undefined : time;
}

/** Certificates of `x5c`, DER. Its first is the signer's (RFC 7515 section 4.1.6). */
export function chainOf({ header, unprotected }: JwsSignature): readonly Uint8Array[] {
  const x5c = header.x5c ?? unprotected.x5c;
  if (!Array.isArray(x5c)) return [];
  return (x5c as readonly Json[]).slice(0, 64).flatMap((text) => base64(text));
}

function base64(text: Json | undefined): readonly Uint8Array[] {
  try {
    return typeof text === 'string' ? [fromBase64(text.replace(/\s/g, ''))] : [];
  } catch {
    return [];
  }
}

/** Whether the protected header names the certificate: by `x5t#S256`, `x5t#o`, `sigX5ts` (its first), or as the first of `x5c`. */
export function bindingOf({ header }: JwsSignature, certificate: Certificate): SignerFacts['binding'] {
  const named: boolean[] = [];
  if (header['x5t#S256'] !== undefined)
    named.push(isDigest({ digAlg: 'S256', digVal: header['x5t#S256'] }, certificate));
  if (header['x5t#o'] !== undefined) named.push(isDigest(header['x5t#o'], certificate));
  if (header.sigX5ts !== undefined)
    named.push(Array.isArray(header.sigX5ts) && isDigest(header.sigX5ts[0], certificate));
  if (Array.isArray(header.x5c)) {
    const [own] = base64(header.x5c[0]);
    named.push(own !== undefined && equalBytes(own, certificate.der));
  }
  if (named.length === 0) return 'absent';
  return named.every((fits) => fits) ? 'bound' : 'mismatch';
}

function isDigest(value: Json | undefined, { der }: Certificate): boolean {
  try {
    const { digAlg, digVal } = objectOf(value);
    const digest = jadesDigestOf(digAlg);
    if (!digest || typeof digVal !== 'string') return false;
    return equalBytes(octets(digVal), createHash(digest).update(der).digest());
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return false;
  }
}
