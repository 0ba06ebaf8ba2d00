import { setTimeout as delay } from 'node:timers/promises';
import type { CertificateProfile, NameAttributes } from '@tra/pki';
import type { CertifiedAuthority } from './authorities/authority.ts';
import { checkKeys, ensureAuthorities } from './authorities/ensure.ts';
import { type IssuerHashes, isCertified } from './authorities/registry.ts';
import { createEnrolment, type Enrolment, issuingAuthority } from './certificates/enrolment.ts';
import { abandonUnfinished, type IssuedCertificate, issueStored } from './certificates/issue.ts';
import { issueMany, type ManyItem } from './certificates/issue-many.ts';
import { type PkiCore, tablesOf } from './core.ts';
import { PkiSystemError } from './errors.ts';
import { listPublications, type PublishedAuthority } from './publications.ts';
import { changeCertificateStatus, checkReason, STATUS_CHANNEL } from './status/change-status.ts';
import { currentCrl, partialCrl } from './status/revocation-lists.ts';
import { type CertificateStatus, statusOf } from './status/status-of.ts';
import { findBySerial } from './store/certificate-store.ts';
import { pruneCrls } from './store/crl-store.ts';

/** What other systems have certified for themselves. */
export interface IssueInput {
  readonly profile: CertificateProfile;
  readonly subject: NameAttributes;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Id of the authority; the usual one when absent. */
  readonly authority?: string;
  /** End of validity, when it is sooner than the profile's. */
  readonly notAfter?: Date;
}

/** What other systems may ask of the certification authorities. */
export interface PkiServices {
  /** Certificate of the root CA, DER. Rejects with `pki.authority_awaiting` before it is known. */
  rootCertificate(): Promise<Uint8Array>;
  /** Certificate of the CA that issues end certificates, DER. */
  issuingCertificate(): Promise<Uint8Array>;
  /** Issues a certificate for a key of this platform and stores it before it resolves; the codes are those of {@link Enrolment}. */
  issue(request: IssueInput): Promise<IssuedCertificate>;
  /**
   * Issues up to 5,000 certificates of one profile with two commits for all of them, or none; in the order of `items`. The codes are those
   * of {@link PkiServices.issue}, and `pki.bulk_too_large`.
   */
  issueMany(order: {
    readonly profile: CertificateProfile;
    readonly items: readonly ManyItem[];
    readonly authority?: string;
    readonly actor?: string;
  }): Promise<readonly Uint8Array[]>;
  /**
   * Revokes a certificate and publishes the CRL that says so in one transaction; revoking again changes nothing. Without `authority` the
   * serial must be known to one authority only. Rejects with `pki.not_found`, `pki.reason_invalid` or `pki.serial_ambiguous`.
   */
  revoke(
    serialHex: string,
    reason: string,
    options?: { readonly authority?: string; readonly actor?: string },
  ): Promise<void>;
  /** Newest complete CRLs, DER: that of the issuing CA, then that of its issuer, up to the root, then the others. Never stale where the key is here. */
  currentCrls(): Promise<Uint8Array[]>;
  /** The root certificates. */
  trustAnchors(): Promise<Uint8Array[]>;
  /** What is known of a certificate, by authority and serial in hexadecimal. */
  statusOf(key: { readonly authority: string; readonly serialHex: string }): Promise<CertificateStatus>;
  /** The authority that an OCSP CertID names. */
  findAuthority(hashes: IssuerHashes): Promise<CertifiedAuthority | undefined>;
  /** Calls `listener` after every change of a status, in every process. Resolves to the way to stop. */
  onStatusChange(
    listener: (change: { readonly authority: string; readonly serialHex: string }) => void,
  ): Promise<() => Promise<void>>;
  /** Calls `listener` once when the issuing CA can issue: at once when it can already. */
  onceReady(listener: () => Promise<void>): void;
  /** What the public repository shows. */
  publications(): Promise<readonly PublishedAuthority[]>;
  readonly enrolment: Enrolment;
}

/** Services with the work of start-up and schedule. */
export interface PkiService extends PkiServices {
  /** Finds or makes the first authorities and their CRLs. */
  start(): Promise<void>;
  /** Replaces CRLs that are due, and gives up what a crash left. */
  refresh(): Promise<void>;
  /** Lets nobody wait any longer. */
  stop(): void;
  /** Resolves when certificates can be issued. Rejects with `pki.authority_awaiting` by the name of what is missing. */
  checkReady(): Promise<void>;
  /** The newest complete CRL of an authority. */
  crlOf(id: string): Promise<Uint8Array>;
  /** The newest delta CRL (`delta`) or part of the CRL (`partition-<n>`) of an authority. */
  partialCrlOf(id: string, scope: string): Promise<Uint8Array>;
  /** Certificates from the issuing CA up to the root. */
  chain(): Promise<Uint8Array[]>;
  /** Certificate of an authority. */
  certificateOf(id: string): Promise<Uint8Array>;
}

/** Makes the service; the first authorities are found or made when it is first used, at the latest by `start`. */
export function createPkiService(core: PkiCore): PkiService {
  let ensuring: Promise<void> | undefined;
  let stopped = false;
  const ensured = (): Promise<void> => {
    ensuring ??= ensureAuthorities(core)
      .then(() => checkKeys(core))
      .catch((error: unknown) => {
        ensuring = undefined;
        throw error;
      });
    return ensuring;
  };
  const enrolment = createEnrolment(core);
  const certified = async (id: string): Promise<CertifiedAuthority> => {
    await ensured();
    return await core.authorities.certified(id);
  };
  const crlOf = async (id: string): Promise<Uint8Array> => (await currentCrl(core, await certified(id))).crl;
  const checkReady = async (): Promise<void> => {
    await ensured();
    const issuing = await issuingAuthority(core, undefined);
    if (issuing.state !== 'active') {
      throw new PkiSystemError('pki.authority_inactive', { params: { authority: issuing.id } });
    }
    for (const { id } of await core.authorities.chain(issuing.id)) await crlOf(id);
  };
  return {
    enrolment: {
      profiles: async () => {
        await ensured();
        return await enrolment.profiles();
      },
      issueFromRequest: async (request) => {
        await ensured();
        return await enrolment.issueFromRequest(request);
      },
    },
    start: async () => {
      await ensured();
      await abandonUnfinished(core);
      await refreshCrls(core);
    },
    refresh: async () => {
      await ensured();
      await abandonUnfinished(core);
      await refreshCrls(core);
      await pruneCrls(tablesOf(core));
    },
    checkReady,
    crlOf,
    partialCrlOf: async (id, scope) => await partialCrl(core, await certified(id), scope),
    chain: async () => {
      await ensured();
      const path = await core.authorities.chain((await issuingAuthority(core, undefined)).id);
      return path.map(({ certificate }) => certificate.der);
    },
    certificateOf: async (id) => (await certified(id)).certificate.der,
    rootCertificate: async () => (await rootOf(core, ensured)).certificate.der,
    issuingCertificate: async () => {
      await ensured();
      return (await issuingAuthority(core, undefined)).certificate.der;
    },
    trustAnchors: async () => {
      await ensured();
      const roots = (await core.authorities.all()).filter(isCertified).filter(({ kind }) => kind === 'root');
      return roots.map(({ certificate }) => certificate.der);
    },
    currentCrls: async () => {
      await ensured();
      return await allCrls(core);
    },
    issue: async ({ authority, ...request }) => {
      await ensured();
      const order = { ...request, authority: await issuingAuthority(core, authority) };
      return await issueStored(core, { ...order, actor: 'system', channel: 'internal' });
    },
    issueMany: async ({ authority, actor = 'system', ...order }) => {
      await ensured();
      return await issueMany(core, { ...order, actor, authority: await issuingAuthority(core, authority) });
    },
    revoke: async (serialHex, reason, options = {}) => {
      await ensured();
      checkReason(reason);
      const authority = options.authority ?? (await authorityOfSerial(core, serialHex));
      const { actor = 'system' } = options;
      await changeCertificateStatus(core, { authority, serialHex, change: 'revoked', reason, actor });
    },
    statusOf: (key) => statusOf(core, key),
    findAuthority: (hashes) => core.authorities.findByHashes(hashes),
    onStatusChange: (listener) =>
      core.context.database.listen(STATUS_CHANNEL, (payload) => {
        const [authority = '', serialHex = ''] = payload.split(' ');
        listener({ authority, serialHex });
      }),
    onceReady: (listener) => {
      void whenReady(core, { isOver: () => stopped, checkReady, listener });
    },
    stop: () => {
      stopped = true;
    },
    publications: () => listPublications(core),
  };
}

/** How often somebody who waits for the issuing CA looks again; whichever process imported its certificate. */
const readyPollMs = 2_000;

async function whenReady(
  core: PkiCore,
  wait: {
    readonly isOver: () => boolean;
    readonly checkReady: () => Promise<void>;
    readonly listener: () => Promise<void>;
  },
): Promise<void> {
  for (;;) {
    if (wait.isOver()) return;
    const ready = await wait.checkReady().then(
      () => true,
      () => false,
    );
    if (ready) break;
    await delay(readyPollMs, undefined, { ref: false });
  }
  await wait.listener().catch((error: unknown) => {
    core.context.logger.error({ err: error }, 'what waited for the issuing CA could not start');
  });
}

async function rootOf(core: PkiCore, ensured: () => Promise<void>): Promise<CertifiedAuthority> {
  await ensured();
  const path = await core.authorities.chain((await issuingAuthority(core, undefined)).id);
  const root = path.at(-1);
  if (root?.kind !== 'root') throw new PkiSystemError('pki.authority_awaiting', { params: { authority: 'root' } });
  return root;
}

async function refreshCrls(core: PkiCore): Promise<void> {
  for (const authority of (await core.authorities.all()).filter(isCertified)) {
    if (authority.keyLabel !== undefined) await currentCrl(core, authority);
  }
}

async function allCrls(core: PkiCore): Promise<Uint8Array[]> {
  const all = (await core.authorities.all()).filter(isCertified).filter(({ kind }) => kind !== 'external');
  // The issuers of end certificates first: a verifier that stops early has what it needs most.
  const inOrder = [...all].sort((left, right) => rank(left) - rank(right));
  const crls = await Promise.all(
    inOrder.map((authority) =>
      currentCrl(core, authority).catch((error: unknown) => {
        if (error instanceof PkiSystemError && error.code === 'pki.crl_missing') return undefined;
        throw error;
      }),
    ),
  );
  return crls.flatMap((row) => (row ? [row.crl] : []));
}

function rank({ kind }: CertifiedAuthority): number {
  return ['issuing', 'subordinate', 'root'].indexOf(kind);
}

async function authorityOfSerial(core: PkiCore, serialHex: string): Promise<string> {
  const rows = await findBySerial(tablesOf(core), serialHex);
  const [row] = rows;
  const params = { serial: serialHex.slice(0, 64) };
  if (!row) throw new PkiSystemError('pki.not_found', { params });
  if (rows.length > 1) throw new PkiSystemError('pki.serial_ambiguous', { params });
  return row.authority;
}
