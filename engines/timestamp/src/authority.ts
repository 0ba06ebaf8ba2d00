import { CONTENT_TYPE, createSignedData } from '@tra/cms';
import { type Clock, type Random, type Signer, toHex } from '@tra/kernel';
import { type Certificate, EXTENSION, PURPOSE, parseCertificate } from '@tra/pki';
import { TimestampError } from './errors.ts';
import type { FailureName } from './failure.ts';
import { encodeImprint, type ImprintAlgorithm } from './imprint.ts';
import { parseRequest, RequestRefusal, type TimestampRequest } from './request.ts';
import { encodeGranted, encodeRejection } from './response.ts';
import { type Accuracy, encodeTstInfo } from './tst-info.ts';

/** Input of {@link createAuthority}. */
export interface AuthorityOptions {
  /** Policy OID under which tokens are issued. */
  readonly policy: string;
  readonly signer: Signer;
  /** The time-stamping unit's certificate: extendedKeyUsage critical and id-kp-timeStamping only. */
  readonly certificate: Uint8Array;
  /** Certificates put into tokens besides it when they are asked for: the issuing CAs. */
  readonly chain: readonly Uint8Array[];
  readonly clock: Clock;
  readonly random: Random;
  /** Declared in each token; one second unless told. */
  readonly accuracy?: Accuracy;
}

/** One token with the facts that a record of it needs. */
export interface IssuedToken {
  /** CMS ContentInfo in DER. */
  readonly token: Uint8Array;
  readonly serialHex: string;
  readonly genTime: Date;
  readonly policy: string;
  readonly digestAlgorithm: ImprintAlgorithm;
  readonly digest: Uint8Array;
}

/** Answer to a request: a granted one carries the issued token, a rejected one the failure. */
export interface AuthorityReply {
  /** TimeStampResp in DER. */
  readonly response: Uint8Array;
  readonly issued?: IssuedToken;
  readonly failure?: FailureName;
}

/** A time-stamping authority (RFC 3161 with RFC 5816). */
export interface TimestampAuthority {
  /** Answers any bytes with a TimeStampResp; never throws on a bad request. Rejects only when the signer does. */
  respond(request: Uint8Array): Promise<AuthorityReply>;
  /** Stamps a digest directly, certificates included. Throws {@link TimestampError}. */
  stamp(digest: { readonly algorithm: ImprintAlgorithm; readonly value: Uint8Array }): Promise<IssuedToken>;
}

/** Serial numbers have 159 random bits: unique across nodes without talking to each other. */
const serialLength = 20;

const rejectionTexts: Readonly<Record<FailureName, string>> = {
  badAlg: 'unrecognized or unsupported algorithm identifier',
  badRequest: 'transaction not permitted or supported',
  badDataFormat: 'the data submitted has the wrong format',
  timeNotAvailable: "the authority's time source is not available",
  unacceptedPolicy: 'the requested policy is not supported',
  unacceptedExtension: 'the requested extension is not supported',
  addInfoNotAvailable: 'the additional information requested is not available',
  systemFailure: 'the request cannot be handled due to system failure',
};

/** Constant answers, made once. */
const rejections: ReadonlyMap<FailureName, AuthorityReply> = new Map(
  (Object.keys(rejectionTexts) as FailureName[]).map((failure) => [
    failure,
    { response: encodeRejection(failure, rejectionTexts[failure]), failure },
  ]),
);

/** The answer that refuses with `failure`. */
export function rejection(failure: FailureName): AuthorityReply {
  return rejections.get(failure) ?? { response: encodeRejection(failure, rejectionTexts[failure]), failure };
}

/**
 * Makes an authority from a key and its certificate. It stamps SHA-256, SHA-384 and SHA-512 imprints under one policy, copies the
 * nonce, includes certificates when asked, refuses extensions, and refuses everything while its certificate is not valid. Throws
 * {@link TimestampError} `timestamp.unit_invalid` when key, certificate and purpose do not belong together.
 *
 * @example
 * const authority = createAuthority({ policy: '1.2.3.4', signer, certificate, chain: [issuing], clock, random });
 * const { response } = await authority.respond(requestDer);
 */
export function createAuthority(options: AuthorityOptions): TimestampAuthority {
  const certificate = parseCertificate(options.certificate);
  checkUnit(certificate, options.signer);
  const issue = (imprint: Uint8Array, request: Pick<TimestampRequest, 'nonce' | 'certReq'>): Promise<Issue> =>
    issueToken(options, certificate, imprint, request);
  return {
    respond: async (bytes) => {
      try {
        const request = parseRequest(bytes);
        const { algorithm, value } = request.imprint;
        if (request.hasExtensions) return rejection('unacceptedExtension');
        if (request.policy !== undefined && request.policy !== options.policy) return rejection('unacceptedPolicy');
        const issued = await issue(request.imprint.der, request);
        const complete = { ...issued, digestAlgorithm: algorithm as ImprintAlgorithm, digest: value };
        return { response: encodeGranted(issued.token), issued: complete };
      } catch (error) {
        if (error instanceof RequestRefusal) return rejection(error.failure);
        if (error instanceof TimestampError && error.code === 'timestamp.unit_expired')
          return rejection('systemFailure');
        throw error;
      }
    },
    stamp: async ({ algorithm, value }) => {
      const issued = await issue(encodeImprint(algorithm, value), { certReq: true });
      return { ...issued, digestAlgorithm: algorithm, digest: value };
    },
  };
}

type Issue = Omit<IssuedToken, 'digestAlgorithm' | 'digest'>;

function checkUnit(certificate: Certificate, signer: Signer): void {
  const purposes = certificate.extendedKeyUsage ?? [];
  const critical = certificate.extensions.get(EXTENSION.extendedKeyUsage)?.critical ?? false;
  const fits = purposes.length === 1 && purposes[0] === PURPOSE.timeStamping && critical;
  if (!fits) throw new TimestampError('timestamp.unit_invalid', { params: { reason: 'purpose' } });
  if (toHex(certificate.publicKey) !== toHex(signer.publicKey)) {
    throw new TimestampError('timestamp.unit_invalid', { params: { reason: 'key' } });
  }
}

async function issueToken(
  options: AuthorityOptions,
  certificate: Certificate,
  imprint: Uint8Array,
  { nonce, certReq }: Pick<TimestampRequest, 'nonce' | 'certReq'>,
): Promise<Issue> {
  const genTime = options.clock.now();
  if (genTime < certificate.notBefore || genTime > certificate.notAfter) {
    throw new TimestampError('timestamp.unit_expired', { params: { notAfter: certificate.notAfter.toISOString() } });
  }
  const serial = Uint8Array.from(options.random.bytes(serialLength));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const content = encodeTstInfo({
    policy: options.policy,
    imprint,
    serial,
    genTime,
    accuracy: options.accuracy ?? { seconds: 1 },
    ...(nonce ? { nonce } : {}),
  });
  const builder = await createSignedData({
    content,
    detached: false,
    contentType: CONTENT_TYPE.tstInfo,
    signer: options.signer,
    certificate: options.certificate,
    certificates: certReq ? [options.certificate, ...options.chain] : [],
  });
  return { token: builder.toDer(), serialHex: toHex(serial), genTime, policy: options.policy };
}
