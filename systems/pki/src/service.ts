import { issueCertificate, parseCertificate, type RevocationReason } from '@tra/pki';
import {
  type Authorities,
  addresses,
  endOfValidity,
  ensureAuthorities,
  type PkiCore,
  recordCertificate,
  wholeSecond,
} from './authorities.ts';
import { PkiSystemError } from './errors.ts';
import { currentCrl, publishCrl } from './revocation-lists.ts';
import type { PkiTransaction } from './store.ts';

/** What others may have certified. */
export interface IssueInput {
  readonly profile: 'time-stamping' | 'document-signer';
  readonly subject: { readonly commonName: string; readonly organization?: string; readonly country?: string };
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** A certificate that is stored already, with its issuers up to the root. */
export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  /** Issuing CA, then root CA. */
  readonly chain: Uint8Array[];
}

/** What other systems may ask of the certification authority. */
export interface PkiServices {
  rootCertificate(): Promise<Uint8Array>;
  issuingCertificate(): Promise<Uint8Array>;
  /** Issues a certificate and stores it before it resolves. Rejects with `pki.authority_expired` and the codes of engines/pki. */
  issue(request: IssueInput): Promise<IssuedCertificate>;
  /**
   * Revokes a certificate and publishes the CRL that says so in one transaction; revoking again changes nothing. Rejects with
   * `pki.not_found` or `pki.reason_invalid`.
   */
  revoke(serialHex: string, reason: string): Promise<void>;
  /** Issuing CRL, then root CRL, in DER, never stale. */
  currentCrls(): Promise<Uint8Array[]>;
  /** The root certificate. */
  trustAnchors(): Promise<Uint8Array[]>;
}

/** Services with the work of start-up and schedule. */
export interface PkiService extends PkiServices {
  /** Finds or makes both CAs and their CRLs. */
  start(): Promise<void>;
  /** The newest CRL of one CA. */
  crlOf(name: 'root' | 'issuing'): Promise<Uint8Array>;
}

const reasons: ReadonlySet<string> = new Set<RevocationReason>([
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
]);

/** Makes the service over a context; the CAs are found or made when it is first used, at the latest by `start`. */
export function createPkiService(core: PkiCore): PkiService {
  let loading: Promise<Authorities> | undefined;
  const authorities = (): Promise<Authorities> => {
    loading ??= ensureAuthorities(core).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const crlOf = async (name: 'root' | 'issuing'): Promise<Uint8Array> => currentCrl(core, (await authorities())[name]);
  return {
    start: async () => {
      await crlOf('root');
      await crlOf('issuing');
    },
    crlOf,
    rootCertificate: async () => (await authorities()).root.certificate,
    issuingCertificate: async () => (await authorities()).issuing.certificate,
    trustAnchors: async () => [(await authorities()).root.certificate],
    currentCrls: async () => [await crlOf('issuing'), await crlOf('root')],
    issue: async (request) => issue(core, await authorities(), request),
    revoke: async (serialHex, reason) => revoke(core, await authorities(), serialHex, reason),
  };
}

async function issue(core: PkiCore, { root, issuing }: Authorities, request: IssueInput): Promise<IssuedCertificate> {
  const { config, clock, random, server, database, metrics } = core.context;
  const now = wholeSecond(clock.now());
  const { notAfter } = parseCertificate(issuing.certificate);
  if (now >= notAfter)
    throw new PkiSystemError('pki.authority_expired', { params: { notAfter: notAfter.toISOString() } });
  const years = request.profile === 'time-stamping' ? config.timeStampingYears : config.documentSignerYears;
  const certificate = await issueCertificate({
    profile: request.profile,
    subject: request.subject,
    publicKey: request.publicKey,
    issuer: issuing.certificate,
    signer: issuing.signer,
    notBefore: now,
    notAfter: endOfValidity(now, years, issuing.certificate),
    random,
    ...addresses(server.publicUrl, 'issuing'),
  });
  await database.transaction((trx: PkiTransaction) =>
    recordCertificate(core, trx, { authority: 'issuing', profile: request.profile, certificate }),
  );
  metrics
    .counter({ name: 'tra_pki_certificates_total', help: 'Certificates issued.', labels: ['profile'] })
    .inc({ profile: request.profile });
  return { certificate, chain: [issuing.certificate, root.certificate] };
}

async function revoke(core: PkiCore, authorities: Authorities, serialHex: string, reason: string): Promise<void> {
  const { clock, audit, database, jobs, metrics } = core.context;
  if (!reasons.has(reason)) throw new PkiSystemError('pki.reason_invalid', { params: { reason: reason.slice(0, 40) } });
  const revoked = await database.transaction(async (trx: PkiTransaction) => {
    const authority = await core.store.revoke(trx, serialHex, clock.now(), reason);
    if (authority === undefined)
      throw new PkiSystemError('pki.not_found', { params: { serial: serialHex.slice(0, 64) } });
    if (authority === 'already') return false;
    await audit.append(trx, {
      stream: 'pki',
      actor: 'system',
      action: 'pki.certificate_revoked',
      object: serialHex,
      details: { reason },
    });
    await publishCrl(core, authorities[authority], trx);
    await jobs.publish(trx, { type: 'pki.certificate_revoked', subject: serialHex, data: { reason } });
    return true;
  });
  if (revoked)
    metrics
      .counter({ name: 'tra_pki_revocations_total', help: 'Certificates revoked.', labels: ['reason'] })
      .inc({ reason });
}
