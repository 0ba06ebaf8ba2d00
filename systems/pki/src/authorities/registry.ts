import { type Signer, toHex } from '@tra/kernel';
import type { KeyPurpose } from '@tra/platform-keys';
import type { SystemContext } from '@tra/platform-system';
import type { PkiConfig } from '../config.ts';
import { PkiSystemError } from '../errors.ts';
import { listAuthorities } from '../store/authority-store.ts';
import type { PkiTables } from '../store/tables.ts';
import { type Authority, authorityOf, type CertifiedAuthority, type IssuerDigest, issuerHashes } from './authority.ts';

/** The authorities in memory, and their keys. */
export interface AuthorityRegistry {
  /** All authorities, in the order in which they came. */
  all(): Promise<readonly Authority[]>;
  /** One authority. Rejects with `pki.authority_unknown`. */
  get(id: string): Promise<Authority>;
  /** One with a certificate. Rejects with `pki.authority_unknown` or `pki.authority_awaiting`. */
  certified(id: string): Promise<CertifiedAuthority>;
  /** From this authority up to its root, itself first. */
  chain(id: string): Promise<readonly CertifiedAuthority[]>;
  /** The authority that an OCSP CertID names, if it is one of ours. */
  findByHashes(wanted: IssuerHashes): Promise<CertifiedAuthority | undefined>;
  /** The key of an authority. Rejects with `pki.key_elsewhere` or `pki.key_unavailable`. */
  signer(authority: CertifiedAuthority): Promise<Signer>;
  /** Reads the table again at the next use. */
  forget(): void;
}

/** How a CertID names an issuer. */
export interface IssuerHashes {
  readonly digest: IssuerDigest;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
}

/** How long the table is believed without asking again; another process may have changed it. */
const believedMs = 5_000;

/** The purpose for which the key of an authority is made. */
export function keyPurposeOf(kind: Authority['kind']): KeyPurpose {
  return kind === 'root' ? 'root-ca' : 'issuing-ca';
}

/** Keeps what the table of authorities says, at most for five seconds. */
export function createAuthorityRegistry(context: SystemContext<PkiConfig>): AuthorityRegistry {
  let known: { readonly authorities: Promise<readonly Authority[]>; readonly until: number } | undefined;
  const signers = new Map<string, Promise<Signer>>();
  const load = async (): Promise<readonly Authority[]> =>
    (await listAuthorities(context.database.tables<PkiTables>())).map(authorityOf);
  const all = (): Promise<readonly Authority[]> => {
    const now = Date.now();
    if (known && now < known.until) return known.authorities;
    const authorities = load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    known = { authorities, until: now + believedMs };
    return authorities;
  };
  const get = async (id: string): Promise<Authority> => {
    const found = (await all()).find((authority) => authority.id === id);
    if (!found) throw new PkiSystemError('pki.authority_unknown', { params: { authority: id.slice(0, 40) } });
    return found;
  };
  const certified = async (id: string): Promise<CertifiedAuthority> => requireCertificate(await get(id));
  return {
    all,
    get,
    certified,
    chain: async (id) => {
      const path: CertifiedAuthority[] = [];
      for (let next: string | undefined = id; next !== undefined && path.length < 10; ) {
        const authority: CertifiedAuthority = await certified(next);
        path.push(authority);
        next = authority.parent;
      }
      return path;
    },
    findByHashes: async (wanted) => (await all()).filter(isCertified).find((authority) => matches(authority, wanted)),
    signer: (authority) => {
      const { keyLabel } = authority;
      if (keyLabel === undefined) {
        return Promise.reject(new PkiSystemError('pki.key_elsewhere', { params: { authority: authority.id } }));
      }
      const opened = signers.get(keyLabel) ?? openKey(context, authority, keyLabel);
      signers.set(keyLabel, opened);
      opened.catch(() => signers.delete(keyLabel));
      return opened;
    },
    forget: () => {
      known = undefined;
    },
  };
}

/** Whether an authority has its certificate. */
export function isCertified(authority: Authority): authority is CertifiedAuthority {
  return authority.certificate !== undefined;
}

function requireCertificate(authority: Authority): CertifiedAuthority {
  if (isCertified(authority)) return authority;
  throw new PkiSystemError('pki.authority_awaiting', { params: { authority: authority.id } });
}

function matches({ certificate }: CertifiedAuthority, wanted: IssuerHashes): boolean {
  const own = issuerHashes(certificate, wanted.digest);
  return own.issuerNameHash === toHex(wanted.issuerNameHash) && own.issuerKeyHash === toHex(wanted.issuerKeyHash);
}

async function openKey(
  context: SystemContext<PkiConfig>,
  authority: CertifiedAuthority,
  label: string,
): Promise<Signer> {
  const unavailable = (cause?: unknown): PkiSystemError =>
    new PkiSystemError('pki.key_unavailable', { params: { authority: authority.id, label }, cause });
  const signer = await context.keys.get(label, keyPurposeOf(authority.kind)).catch((cause: unknown) => {
    throw unavailable(cause);
  });
  if (toHex(signer.publicKey) !== toHex(authority.certificate.publicKey)) throw unavailable();
  return signer;
}
