import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { isCertified } from './authorities/registry.ts';
import { addressesOf } from './certificates/addresses.ts';
import { type PkiCore, tablesOf } from './core.ts';
import { findNewestCrl } from './store/crl-store.ts';
import type { AuthorityKind, AuthorityState } from './store/tables.ts';

/** A CRL as it is published. */
export interface PublishedCrl {
  /** Path on this platform. */
  readonly path: string;
  readonly number: number;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** An authority as the repository shows it. */
export interface PublishedAuthority {
  readonly id: string;
  readonly kind: AuthorityKind;
  readonly state: AuthorityState;
  readonly parent?: string;
  readonly operator?: string;
  readonly subject: string;
  readonly serialHex: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly certificatePath: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly pathLength?: number;
  readonly policies: readonly string[];
  readonly crlUrls: readonly string[];
  readonly crl?: PublishedCrl;
}

function sha256Hex(bytes: Uint8Array): string {
  return toHex(createHash('sha256').update(bytes).digest());
}

/** What the public repository shows: every authority with its certificate and its newest complete CRL. */
export async function listPublications(core: PkiCore): Promise<readonly PublishedAuthority[]> {
  const authorities = (await core.authorities.all()).filter(isCertified);
  return await Promise.all(
    authorities.map(async ({ id, kind, state, parent, operator, certificate }) => {
      const crl = await findNewestCrl(tablesOf(core), id);
      const pathLength = certificate.basicConstraints?.pathLength;
      return {
        id,
        kind,
        state,
        ...(parent === undefined ? {} : { parent }),
        ...(operator === undefined ? {} : { operator }),
        subject: certificate.subject.text,
        serialHex: certificate.serialHex,
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        fingerprint: sha256Hex(certificate.der),
        certificatePath: `/pki/${id}.crt`,
        certificate: certificate.der,
        ...(pathLength === undefined ? {} : { pathLength }),
        policies: certificate.policies ?? [],
        crlUrls: addressesOf(core.context, id).crlUrls,
        ...(crl
          ? {
              crl: {
                path: `/pki/crl/${id}.crl`,
                number: crl.number,
                size: crl.crl.length,
                sha256: sha256Hex(crl.crl),
                thisUpdate: crl.this_update,
                nextUpdate: crl.next_update,
              },
            }
          : {}),
      };
    }),
  );
}
