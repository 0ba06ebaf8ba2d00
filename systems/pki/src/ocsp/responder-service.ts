import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CertId, type OcspFailure, ocspFailure, PkiError, parseOcspRequest } from '@tra/pki';
import { isCertified } from '../authorities/registry.ts';
import type { PkiCore } from '../core.ts';
import { AnswerCache, type ReadyAnswer } from './answer-cache.ts';
import { createAnswers, type Subject } from './answers.ts';
import { watchChanges } from './change-watch.ts';
import { createIssuerIndex } from './issuer-index.ts';
import type { CertificateStatusSource } from './ports.ts';
import { createResponders, mayDelegate } from './responders.ts';

/** What goes back to a client. */
export type OcspReply =
  | { readonly kind: 'ready'; readonly answer: ReadyAnswer }
  | { readonly kind: 'made'; readonly bytes: Buffer }
  | { readonly kind: 'failed'; readonly failure: OcspFailure; readonly bytes: Buffer };

/** The responder behind /pki/ocsp. */
export interface OcspService {
  /** The answer to a request with exactly these bytes (as text), when it is ready. */
  quick(request: string): ReadyAnswer | undefined;
  /** Answers a request; `remember` is its text for {@link quick}. Never rejects: what goes wrong is an OCSP status. */
  respond(body: Uint8Array, remember: string): Promise<OcspReply>;
  /** Begins to listen for changes and to make answers ahead of time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Makes the answers of all certificates that have not expired; those that are fresh enough stay. */
  prepareAll(): Promise<void>;
}

const failures = Object.fromEntries(
  (['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const).map((failure) => [
    failure,
    { kind: 'failed', failure, bytes: Buffer.from(ocspFailure(failure)) } as const,
  ]),
) as Readonly<Record<OcspFailure, Extract<OcspReply, { kind: 'failed' }>>>;

/** The reply that says why there is no answer. */
export function failedReply(failure: OcspFailure): OcspReply {
  return failures[failure];
}

/** Longer requests are read each time. */
const longestRemembered = 256;
const pageSize = 500;

/** A responder over the statuses in `source`. */
export function createOcspService(core: PkiCore, source: CertificateStatusSource): OcspService {
  const { clock, config, logger, metrics } = core.context;
  const cache = new AnswerCache(config.ocspPrepared);
  const watch = watchChanges(source, cache, logger);
  const answers = createAnswers(core, source, cache);
  const issuers = createIssuerIndex(core);
  const responders = createResponders(core);
  const prepared = metrics.gauge({ name: 'tra_pki_ocsp_prepared', help: 'OCSP answers that are ready in memory.' });
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let preparing: Promise<void> | undefined;

  const subjectOf = async (certId: CertId): Promise<Subject | undefined> => {
    const authority = await issuers.find(certId);
    const responder = authority && (await responders.of(authority));
    return responder && { authority, responder };
  };

  const answer = async (body: Uint8Array, remember: string): Promise<OcspReply> => {
    const request = parseOcspRequest(body);
    const [first, ...others] = request.requests;
    if (!first || request.unknownCritical.length > 0) return failures.malformedRequest;
    await watch.ensureCurrent();
    const subject = await subjectOf(first);
    if (!subject) return failures.unauthorized;
    for (const other of others) {
      // One answer has one signer: every certificate must be of the same issuer.
      if ((await issuers.find(other))?.id !== subject.authority.id) return failures.unauthorized;
    }
    const { digest } = first;
    if (request.nonce || others.length > 0 || digest === undefined) {
      return { kind: 'made', bytes: await answers.made(subject, request) };
    }
    const ready = await answers.ready(subject, { ...first, digest });
    if (remember.length <= longestRemembered) {
      cache.remember(remember, `${subject.authority.id} ${first.serialHex}`, digest);
    }
    return { kind: 'ready', answer: ready };
  };

  const prepareAuthority = async (subject: Subject, room: number): Promise<number> => {
    let made = 0;
    for (let after = ''; !stopped && made < room; ) {
      const { tick } = cache;
      const page = await source.page(subject.authority.id, { after, limit: Math.min(pageSize, room - made) });
      for (const status of page) {
        if (stopped) return made;
        await answers.prepare(subject, status, tick);
        made += 1;
        if (made % 50 === 0) await nextTurn();
      }
      after = page.at(-1)?.serialHex ?? '';
      if (page.length < pageSize) return made;
    }
    return made;
  };

  const prepareAll = async (): Promise<void> => {
    let room = config.ocspPrepared;
    for (const authority of (await core.authorities.all()).filter(isCertified).filter(mayDelegate)) {
      const responder = await responders.of(authority);
      if (responder) room -= await prepareAuthority({ authority, responder }, room);
    }
    prepared.set(cache.size);
  };

  const prepareQuietly = (): void => {
    preparing ??= prepareAll()
      .catch((error: unknown) => {
        if (!stopped) logger.warn({ err: error }, 'OCSP answers were not made ahead of time');
      })
      .finally(() => {
        preparing = undefined;
      });
  };

  return {
    quick: (request) => (watch.isCurrent ? cache.findByRequest(request, clock.now().getTime()) : undefined),
    respond: async (body, remember) => {
      try {
        return await answer(body, remember);
      } catch (error) {
        if (error instanceof PkiError && error.code === 'pki.ocsp_request_invalid') return failures.malformedRequest;
        logger.error({ err: error }, 'an OCSP request failed');
        return failures.tryLater;
      }
    },
    start: async () => {
      await watch.start();
      if (config.ocspPrepared === 0) return;
      prepareQuietly();
      timer = setInterval(prepareQuietly, Math.max(60_000, (config.ocspHours * 3_600_000) / 16));
      timer.unref();
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await preparing;
      await watch.stop();
    },
    prepareAll,
  };
}
