import type { Check } from '@tra/pki';
import { finding } from '../findings.ts';
import type { Json } from './json.ts';
import type { Jws, JwsSignature } from './read.ts';

/** Header parameters that TS 119 182-1 adds: a header with one of them is meant as JAdES. */
const own = ['sigT', 'x5t#o', 'sigX5ts', 'srCms', 'sigPl', 'srAts', 'adoTst', 'sigPId', 'sigD'] as const;
const times = ['iat', 'sigT'] as const;
const certificates = ['x5c', 'x5t#S256', 'sigX5ts', 'x5t#o'] as const;

/**
 * Where a header breaks the schema of the protected header (ETSI TS 119 182-1 annex B): one time of signing, a certificate or a reference to it, and not the
 * SHA-1 form of that; no payload beside sigD (clause 5.2.8.1); nothing unsigned but etsiU, which is not empty and all in base64url or all in the clear (clause
 * 5.3.1). A plain JWS owes none of this.
 */
export function headerFindings({ header, unprotected }: JwsSignature, { payload }: Jws): readonly Check[] {
  const has = (name: string): boolean => Object.hasOwn(header, name);
  if (!own.some(has)) return [];
  const element =
    (times.filter(has).length === 1 ? undefined : 'iat') ??
    (certificates.some(has) ? undefined : 'x5t#S256') ??
    (has('x5t') ? 'x5t' : undefined) ??
    (has('sigD') && payload !== undefined ? 'sigD' : undefined) ??
    Object.keys(unprotected).find((name) => name !== 'etsiU') ??
    (isUniform(unprotected.etsiU) ? undefined : 'etsiU');
  return element === undefined ? [] : [finding('signature.structure_invalid', { element, line: 1 })];
}

function isUniform(list: Json | undefined): boolean {
  if (list === undefined) return true;
  return Array.isArray(list) && new Set(list.map((member) => typeof member === 'string')).size === 1;
}
