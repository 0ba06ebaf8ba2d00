import { toHex } from '@tra/kernel';
import { type CertId, type DigestName, issuerHashes } from '@tra/pki';
import type { Authority, CertifiedAuthority } from '../authorities/authority.ts';
import { isCertified } from '../authorities/registry.ts';
import type { PkiCore } from '../core.ts';

/** Finds the authority that a CertID names. */
export interface IssuerIndex {
  find(certId: CertId): Promise<CertifiedAuthority | undefined>;
}

/** Digests by which clients may name an issuer; of each the hashes are computed once. */
const digests: readonly DigestName[] = ['sha1', 'sha256', 'sha384', 'sha512'];

/** An index over all authorities with a certificate, made again when they change. */
export function createIssuerIndex({ authorities }: PkiCore): IssuerIndex {
  let indexed: readonly Authority[] = [];
  let byHashes: ReadonlyMap<string, CertifiedAuthority> = new Map();
  return {
    find: async ({ digest, issuerNameHash, issuerKeyHash }) => {
      const all = await authorities.all();
      if (all !== indexed) {
        byHashes = indexOf(all.filter(isCertified));
        indexed = all;
      }
      return byHashes.get(`${digest} ${toHex(issuerNameHash)} ${toHex(issuerKeyHash)}`);
    },
  };
}

function indexOf(all: readonly CertifiedAuthority[]): ReadonlyMap<string, CertifiedAuthority> {
  return new Map(
    all.flatMap((authority) =>
      digests.map((digest): [string, CertifiedAuthority] => {
        const { nameHash, keyHash } = issuerHashes(authority.certificate, digest);
        return [`${digest} ${toHex(nameHash)} ${toHex(keyHash)}`, authority];
      }),
    ),
  );
}
