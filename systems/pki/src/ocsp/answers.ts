import { createHash } from 'node:crypto';
import { fromHex } from '@tra/kernel';
import { type CertId, type DigestName, encodeCertId, issuerHashes, type OcspRequest, type OcspStatus } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import type { PkiCore } from '../core.ts';
import type { AnswerCache, ReadyAnswer } from './answer-cache.ts';
import { certificateKey } from './change-watch.ts';
import type { CertificateStatusSource, KnownStatus } from './ports.ts';
import type { Responder } from './responders.ts';

/** Who answers for what. */
export interface Subject {
  readonly authority: CertifiedAuthority;
  readonly responder: Responder;
}

/** Makes answers out of statuses. */
export interface Answers {
  /** The answer for one certificate, from memory or made now. */
  ready(subject: Subject, certId: CertId & { readonly digest: DigestName }): Promise<ReadyAnswer>;
  /** One answer for this very request: with its nonce, or about several certificates. */
  made(subject: Subject, request: Pick<OcspRequest, 'requests' | 'nonce'>): Promise<Buffer>;
  /** Makes the answer for a known status ahead of time; `tick` is that of the cache before the status was read. */
  prepare(subject: Subject, status: KnownStatus, tick: number): Promise<void>;
}

const hourMs = 3_600_000;

/** Answers come from `source`, are signed by the subject's responder, and are kept in `cache`. */
export function createAnswers(core: PkiCore, source: CertificateStatusSource, cache: AnswerCache): Answers {
  const { clock, config } = core.context;
  const maxAgeMs = config.ocspMaxAgeMinutes * 60_000;

  const times = ({ responder }: Subject) => {
    const thisUpdate = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
    const wanted = thisUpdate.getTime() + config.ocspHours * hourMs;
    return { thisUpdate, nextUpdate: new Date(Math.min(wanted, responder.notAfter.getTime())) };
  };

  const statusIn = (subject: Subject, certId: Uint8Array, status: KnownStatus | undefined): OcspStatus => {
    const common = { certId, ...times(subject) };
    if (!status) return { ...common, status: config.ocspUnknown === 'revoked' ? 'non-issued' : 'unknown' };
    // Revocations are never forgotten here, so an expired certificate can still be asked for (RFC 6960 section 4.4.4).
    const { notBefore } = subject.authority.certificate;
    const archive = status.notAfter <= common.thisUpdate ? { archiveCutoff: notBefore } : {};
    if (!status.revokedAt) return { ...common, ...archive, status: 'good' };
    const { revokedAt, reason } = status;
    return { ...common, ...archive, status: 'revoked', revokedAt, ...(reason ? { reason } : {}) };
  };

  const make = async (subject: Subject, certId: Uint8Array, status: KnownStatus | undefined): Promise<ReadyAnswer> => {
    const response = statusIn(subject, certId, status);
    const { thisUpdate: producedAt, nextUpdate = producedAt } = response;
    const bytes = Buffer.from(await subject.responder.respond({ responses: [response], producedAt }));
    const life = nextUpdate.getTime() - producedAt.getTime();
    return {
      bytes,
      status,
      etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
      lastModified: producedAt.toUTCString(),
      expires: nextUpdate.toUTCString(),
      // A cache that takes it now may keep it for the greatest age without outliving it.
      serveUntil: nextUpdate.getTime() - Math.min(maxAgeMs, life / 2),
      renewFrom: producedAt.getTime() + life / 2,
    };
  };

  const fresh = async (subject: Subject, certId: CertId & { readonly digest: DigestName }): Promise<ReadyAnswer> => {
    const { id } = subject.authority;
    const key = certificateKey(id, certId.serialHex);
    for (let attempt = 0; ; attempt += 1) {
      const { tick } = cache;
      const status = await source.statusOf(id, certId.serialHex);
      const answer = await make(subject, certId.der, status);
      // What was never issued is not kept: nobody could fill the memory with questions.
      if (!status || cache.keep(key, certId.digest, answer, tick) || attempt >= 3) return answer;
    }
  };

  return {
    ready: async (subject, certId) => {
      const key = certificateKey(subject.authority.id, certId.serialHex);
      return cache.find(key, certId.digest, clock.now().getTime()) ?? (await fresh(subject, certId));
    },
    made: async (subject, { requests, nonce }) => {
      const { id } = subject.authority;
      const now = clock.now().getTime();
      const responses = await Promise.all(
        requests.map(async (certId) => {
          const known = cache.find(certificateKey(id, certId.serialHex), certId.digest ?? '', now);
          const status = known ? known.status : await source.statusOf(id, certId.serialHex);
          return statusIn(subject, certId.der, status);
        }),
      );
      const { thisUpdate: producedAt } = times(subject);
      return Buffer.from(await subject.responder.respond({ responses, producedAt, ...(nonce ? { nonce } : {}) }));
    },
    prepare: async (subject, status, tick) => {
      const { id, certificate } = subject.authority;
      const key = certificateKey(id, status.serialHex);
      const kept = cache.find(key, 'sha1', clock.now().getTime());
      if (kept && clock.now().getTime() < kept.renewFrom) return;
      const certId = encodeCertId(issuerHashes(certificate, 'sha1'), fromHex(status.serialHex), 'sha1');
      cache.keep(key, 'sha1', await make(subject, certId, status), tick);
    },
  };
}
