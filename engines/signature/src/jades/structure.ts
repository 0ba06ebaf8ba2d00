import type { Check } from '@tra/pki';
import { finding } from '../findings.ts';
import type { JwsSignature } from './read.ts';

/** Header parameters that TS 119 182-1 adds: a header with one of them is meant as JAdES. */
const own = ['sigT', 'x5t#o', 'sigX5ts', 'srCms', 'sigPl', 'srAts', 'adoTst', 'sigPId', 'sigD'] as const;
const times = ['iat', 'sigT'] as const;
const certificates = ['x5c', 'x5t#S256', 'sigX5ts', 'x5t#o'] as const;

/**
 * Where a header breaks the schema of the protected header (ETSI TS 119 182-1 annex B): one time of signing, a certificate or a reference to it, and not the
 * SHA-1 form of that. A plain JWS owes none of this.
 */
export function headerFindings({ header }: JwsSignature): readonly Check[] {
  const has = (name: string): boolean => Object.hasOwn(header, name);
  if (!own.some(has)) return [];
  const broken = times.filter(has).length === 1 ? undefined : 'iat';
  const element = broken ?? (certificates.some(has) ? undefined : 'x5t#S256') ?? (has('x5t') ? 'x5t' : undefined);
  return element === undefined ? [] : [finding('signature.structure_invalid', { element, line: 1 })];
}
