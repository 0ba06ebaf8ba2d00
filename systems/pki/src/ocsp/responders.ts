import { type Signer, toHex } from '@tra/kernel';
import { createOcspResponder, type OcspResponder, parseCertificate } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { issueStored } from '../certificates/issue.ts';
import { type PkiCore, tablesOf } from '../core.ts';
import { findResponder, insertResponder, type ResponderRow } from './responder-store.ts';

/** A delegated responder that can sign. */
export interface Responder extends OcspResponder {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The responders of all authorities. */
export interface Responders {
  /** The responder of an authority, made or renewed when that is due; undefined when this process cannot have one. */
  of(authority: CertifiedAuthority): Promise<Responder | undefined>;
}

interface Known {
  readonly responder: Promise<Responder | undefined>;
  /** When to look again. */
  readonly until: number;
}

const hourMs = 3_600_000;
const keyYearMs = 365 * 24 * hourMs;
/** After how long a process without a responder tries again. */
const retryMs = 60_000;

/**
 * Keeps one responder for each authority whose key is here and that may sign one: a root signs CAs only, so statuses below a root
 * come from its CRL. The certificate is renewed when a third of its life is left; a key is certified for a year at most.
 */
export function createResponders(core: PkiCore): Responders {
  const known = new Map<string, Known>();
  const { clock, logger } = core.context;
  return {
    of: (authority) => {
      const now = clock.now().getTime();
      const found = known.get(authority.id);
      if (found && now < found.until) return found.responder;
      if (!mayDelegate(authority)) return Promise.resolve(undefined);
      const responder = ensureResponder(core, authority).catch((error: unknown) => {
        logger.error({ err: error, authority: authority.id }, 'there is no OCSP responder');
        known.set(authority.id, { responder: Promise.resolve(undefined), until: now + retryMs });
        return undefined;
      });
      known.set(authority.id, { responder, until: now + hourMs });
      return responder;
    },
  };
}

/** Whether the key of this authority is here and may certify a responder. */
export function mayDelegate({ kind, keyLabel }: CertifiedAuthority): boolean {
  return kind !== 'root' && kind !== 'external' && keyLabel !== undefined;
}

async function ensureResponder(core: PkiCore, authority: CertifiedAuthority): Promise<Responder> {
  const existing = await findResponder(core, authority.id);
  if (existing && !isDue(core, existing)) return await open(core, existing);
  try {
    await renew(core, authority, existing);
  } catch (error) {
    // A suspended authority certifies nothing new, but what it certified still answers.
    if (!existing || existing.not_after <= core.context.clock.now()) throw error;
    core.context.logger.warn({ err: error, authority: authority.id }, 'the OCSP responder was not renewed');
    return await open(core, existing);
  }
  const newest = await findResponder(core, authority.id);
  if (!newest) throw new Error('no OCSP responder was stored');
  return await open(core, newest);
}

function isDue({ context }: PkiCore, { certificate }: ResponderRow): boolean {
  const { notBefore, notAfter } = parseCertificate(certificate);
  const left = notAfter.getTime() - context.clock.now().getTime();
  return left < (notAfter.getTime() - notBefore.getTime()) / 3;
}

async function renew(core: PkiCore, authority: CertifiedAuthority, previous: ResponderRow | undefined): Promise<void> {
  const { clock, logger } = core.context;
  const now = clock.now();
  const key =
    previous && now.getTime() - previous.key_since.getTime() < keyYearMs
      ? { label: previous.key_label, since: previous.key_since, signer: await signerOf(core, previous.key_label) }
      : await makeKey(core, authority, now);
  const { subject } = authority.certificate;
  const organization = subject.get('O');
  const country = subject.get('C');
  const { certificate, serialHex } = await issueStored(core, {
    authority,
    profile: 'ocsp-responder',
    subject: {
      commonName: `${(subject.get('CN') ?? authority.id).slice(0, 48)} OCSP Responder`,
      ...(organization === undefined ? {} : { organization }),
      ...(country === undefined ? {} : { country }),
    },
    publicKey: key.signer.publicKey,
    actor: 'system:pki',
    channel: 'internal',
  });
  // A crash before this leaves a certificate that nobody uses, no more.
  await insertResponder(tablesOf(core), {
    authority: authority.id,
    serial_hex: serialHex,
    certificate,
    key_label: key.label,
    key_since: key.since,
    not_after: parseCertificate(certificate).notAfter,
    created_at: now,
  });
  logger.info({ authority: authority.id, keyLabel: key.label }, 'OCSP responder certified');
}

async function makeKey({ context }: PkiCore, { id }: CertifiedAuthority, since: Date) {
  const label = `ocsp-${id}-${toHex(context.random.bytes(6))}`;
  const algorithm = context.config.ocspAlgorithm;
  return { label, since, signer: await context.keys.create(label, { algorithm, purpose: 'ocsp-signing' }) };
}

async function signerOf({ context }: PkiCore, label: string): Promise<Signer> {
  return await context.keys.get(label, 'ocsp-signing');
}

async function open(core: PkiCore, row: ResponderRow): Promise<Responder> {
  const certificate = parseCertificate(row.certificate);
  const responder = createOcspResponder({ signer: await signerOf(core, row.key_label), responder: certificate });
  return { ...responder, notBefore: certificate.notBefore, notAfter: certificate.notAfter };
}
