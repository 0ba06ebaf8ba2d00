import type { Material } from '@tra/cms';
import type { CoveredObject } from '../diagnostic/timestamp.ts';
import type { RelatedCertificate, RelatedRevocation, TokenId, TokenOrigin } from '../diagnostic/token.ts';
import type { FoundMaterial, MaterialOrigin } from '../evidence/model.ts';
import type { CertificatePool } from './certificate-pool.ts';
import { tokenId } from './ids.ts';
import type { RevocationPool } from './revocation-pool.ts';

/** Everything that one document and its surroundings hold. */
export interface Pools {
  readonly certificates: CertificatePool;
  readonly revocations: RevocationPool;
}

/** Where the process says that material was found. */
export const placeOf: Readonly<Record<MaterialOrigin, TokenOrigin>> = {
  'signed-data': 'cms-signed-data',
  'key-info': 'key-info',
  'certificate-values': 'certificate-values',
  'revocation-values': 'revocation-values',
  'attribute-certificate-values': 'attribute-certificate-values',
  'attribute-revocation-values': 'revocation-values',
  'time-stamp-validation-data': 'timestamp-validation-data',
  'revocation-info-archival': 'adbe-revocation',
  'security-store': 'dss-dictionary',
  'time-stamp-token': 'cms-signed-data',
};

/** Most objects that one token is told to hold or to cover. */
const maximumObjects = 400;

/** Certificates and revocations that stand in a token, each once with all its places. */
export function relatedOf(
  material: readonly FoundMaterial[],
  pools: Pools,
): { readonly certificates: readonly RelatedCertificate[]; readonly revocations: readonly RelatedRevocation[] } {
  const certificates = new Map<TokenId, Set<TokenOrigin>>();
  const revocations = new Map<TokenId, Set<TokenOrigin>>();
  const note = (map: Map<TokenId, Set<TokenOrigin>>, id: TokenId, origin: TokenOrigin): void => {
    const known = map.get(id);
    if (known) known.add(origin);
    else if (map.size < maximumObjects) map.set(id, new Set([origin]));
  };
  for (const part of material) {
    const origin = placeOf[part.origin];
    for (const der of part.certificates) if (pools.certificates.add(der)) note(certificates, tokenId(der), origin);
    for (const der of [...part.crls, ...part.ocspResponses]) {
      if (pools.revocations.get(tokenId(der))) note(revocations, tokenId(der), origin);
    }
  }
  return {
    certificates: [...certificates].map(([certificate, origins]) => ({ certificate, origins: [...origins] })),
    revocations: [...revocations].map(([revocation, origins]) => ({ revocation, origins: [...origins] })),
  };
}

/** Certificates, revocations and time-stamps that a time-stamp covers, each once. */
export function coveredMaterial(
  { certificates, crls, ocspResponses }: Material,
  tokens: readonly Uint8Array[],
  pools: Pools,
): readonly CoveredObject[] {
  const found = new Map<TokenId, CoveredObject>();
  const note = (category: CoveredObject['category'], id: TokenId): void => {
    if (found.size < maximumObjects) found.set(id, { category, id });
  };
  for (const token of tokens) note('timestamp', tokenId(token));
  for (const der of certificates) if (pools.certificates.add(der)) note('certificate', tokenId(der));
  for (const der of [...crls, ...ocspResponses]) {
    if (pools.revocations.get(tokenId(der))) note('revocation', tokenId(der));
  }
  return [...found.values()];
}
