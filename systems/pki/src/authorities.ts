import { type Signer, toHex } from '@tra/kernel';
import { type CertificateProfile, issueCertificate, type NameAttributes, parseCertificate } from '@tra/pki';
import type { SystemContext } from '@tra/platform-system';
import type { PkiConfig } from './config.ts';
import { PkiSystemError } from './errors.ts';
import type { AuthorityName, PkiStore, StoredAuthority } from './store.ts';

/** A CA that can sign. */
export interface Authority extends StoredAuthority {
  readonly signer: Signer;
}

/** Both CAs, once they exist. */
export interface Authorities {
  readonly root: Authority;
  readonly issuing: Authority;
}

/** What the functions of this system share. */
export interface PkiCore {
  readonly context: SystemContext<PkiConfig>;
  readonly store: PkiStore;
}

const purposes = { root: 'root-ca', issuing: 'issuing-ca' } as const;

/**
 * Finds both CAs, making those that are missing. Safe when several processes start at once: each makes a key of its own, the first
 * row in the database decides, and the keys of the others stay unused.
 */
export async function ensureAuthorities(core: PkiCore): Promise<Authorities> {
  const root = await ensureAuthority(core, 'root', undefined);
  const issuing = await ensureAuthority(core, 'issuing', root);
  return { root, issuing };
}

async function ensureAuthority(core: PkiCore, name: AuthorityName, issuer: Authority | undefined): Promise<Authority> {
  const { context, store } = core;
  const existing = (await store.findAuthority(name)) ?? (await makeAuthority(core, name, issuer));
  const certificate = parseCertificate(existing.certificate);
  const signer = await context.keys.get(existing.keyLabel, purposes[name]).catch((cause: unknown) => {
    throw new PkiSystemError('pki.key_unavailable', { params: { authority: name, label: existing.keyLabel }, cause });
  });
  if (toHex(signer.publicKey) !== toHex(certificate.publicKey)) {
    throw new PkiSystemError('pki.key_unavailable', { params: { authority: name, label: existing.keyLabel } });
  }
  return { ...existing, signer };
}

async function makeAuthority(
  core: PkiCore,
  name: AuthorityName,
  issuer: Authority | undefined,
): Promise<StoredAuthority> {
  const { context, store } = core;
  const { config, clock, random } = context;
  const keyLabel = `${purposes[name]}-${toHex(random.bytes(6))}`;
  const algorithm = name === 'root' ? config.rootAlgorithm : config.issuingAlgorithm;
  const own = await context.keys.create(keyLabel, { algorithm, purpose: purposes[name] });
  const now = wholeSecond(clock.now());
  const years = name === 'root' ? config.rootYears : config.issuingYears;
  const certificate = await issueCertificate({
    profile: name === 'root' ? 'root' : 'issuing-ca',
    subject: authorityName(context, name),
    publicKey: own.publicKey,
    signer: issuer?.signer ?? own,
    notBefore: now,
    notAfter: endOfValidity(now, years, issuer?.certificate),
    random,
    ...(issuer ? { issuer: issuer.certificate, ...addresses(context.server.publicUrl, 'root') } : {}),
  });
  const made: StoredAuthority = { name, certificate, keyLabel };
  const won = await context.database.transaction((trx: Parameters<PkiStore['insertAuthority']>[0]) =>
    storeAuthority(core, made, trx),
  );
  if (won) context.logger.info({ authority: name, keyLabel }, 'CA created');
  const winner = await store.findAuthority(name);
  if (!winner) throw new PkiSystemError('pki.not_ready');
  return winner;
}

async function storeAuthority(
  { context, store }: PkiCore,
  authority: StoredAuthority,
  trx: Parameters<PkiStore['insertAuthority']>[0],
): Promise<boolean> {
  const issuedAt = context.clock.now();
  if (!(await store.insertAuthority(trx, authority, issuedAt))) return false;
  const profile: CertificateProfile = authority.name === 'root' ? 'root' : 'issuing-ca';
  await recordCertificate({ context, store }, trx, { authority: 'root', profile, certificate: authority.certificate });
  return true;
}

/** Stores a certificate with its audit record in the caller's transaction. */
export async function recordCertificate(
  { context, store }: PkiCore,
  trx: Parameters<PkiStore['insertAuthority']>[0],
  {
    authority,
    profile,
    certificate,
  }: { authority: AuthorityName; profile: CertificateProfile; certificate: Uint8Array },
): Promise<void> {
  const { serialHex, subject, notBefore, notAfter } = parseCertificate(certificate);
  const facts = { authority, profile, serialHex, subject: subject.text, notBefore, notAfter };
  await store.insertCertificate(trx, { ...facts, certificate, issuedAt: context.clock.now() });
  await context.audit.append(trx, {
    stream: 'pki',
    actor: 'system',
    action: 'pki.certificate_issued',
    object: serialHex,
    details: { authority, profile, subject: subject.text, notAfter: notAfter.toISOString() },
  });
}

function authorityName({ config, server }: SystemContext<PkiConfig>, name: AuthorityName): NameAttributes {
  const organization = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const given = name === 'root' ? config.rootName : config.issuingName;
  const commonName = given || `${organization} ${name === 'root' ? 'National Root CA' : 'Issuing CA 1'}`;
  return { commonName, organization, country: config.country };
}

/** Where the CRL and the certificate of a CA are published. */
export function addresses(
  publicUrl: string,
  issuer: AuthorityName,
): { crlUrls: readonly string[]; issuerUrls: readonly string[] } {
  return { crlUrls: [`${publicUrl}/pki/crl/${issuer}.crl`], issuerUrls: [`${publicUrl}/pki/${issuer}.crt`] };
}

/** Certificates and CRLs know seconds only; the fraction is cut, never rounded up. */
export function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** `years` after `start`, but never after the issuer. */
export function endOfValidity(start: Date, years: number, issuer: Uint8Array | undefined): Date {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const limit = issuer && parseCertificate(issuer).notAfter;
  return limit && limit < end ? limit : end;
}
