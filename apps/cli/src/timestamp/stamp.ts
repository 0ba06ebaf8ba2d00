import { randomBytes } from 'node:crypto';
import { toHex } from '@tra/kernel';
import type { Check } from '@tra/pki';
import {
  createRequest,
  type Imprint,
  parseRequest,
  parseResponse,
  type TimestampResponse,
  type TokenReport,
  type TstInfo,
  verifyToken,
} from '@tra/timestamp';
import { safeText } from '../pki/describe-text.ts';
import { TimestampRefusal } from './refusal.ts';
import { type Endpoint, sendQuery } from './send.ts';

/** How stamps are asked for. */
export interface StampOptions {
  readonly endpoint: Endpoint;
  readonly policy: string | undefined;
  readonly nonce: boolean;
  /** Whether the token is to hold the authority's certificates. */
  readonly certificates: boolean;
  /** Roots that the authority must lead to; none: its path is not judged now. */
  readonly anchors: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
}

/** A stamp that was checked. */
export interface Stamp {
  /** The answer as it came: TimeStampResp in DER. */
  readonly response: Uint8Array;
  readonly token: Uint8Array;
  readonly info: TstInfo;
  /** False when the token holds no certificate and none was given: then its signature could not be verified yet. */
  readonly verified: boolean;
}

/**
 * Asks for a stamp and checks the answer before anybody keeps it: granted, for this digest, with this nonce and policy, signed by the
 * certificate inside. Rejects with {@link TimestampRefusal}.
 */
export async function stamp(imprint: Imprint, options: StampOptions): Promise<Stamp> {
  const { endpoint, policy, certificates } = options;
  const query = createRequest({
    ...imprint,
    certReq: certificates,
    ...(policy === undefined ? {} : { policy }),
    ...(options.nonce ? { nonce: new Uint8Array(randomBytes(16)) } : {}),
  });
  const response = await sendQuery(endpoint, query);
  const token = grantedToken(response, endpoint.url);
  const { nonce } = parseRequest(query);
  const report = verifyToken({
    token,
    digest: imprint,
    anchors: options.anchors,
    intermediates: options.intermediates,
    revocation: 'prefer',
    ...(nonce ? { nonce } : {}),
    ...(policy === undefined ? {} : { policies: [policy] }),
  });
  const info = report.info;
  const faults = faultsOf(report, options, nonce);
  if (faults.length > 0 || !info) throw new TimestampRefusal('cli.timestamp.answer_wrong', { checks: faults });
  return { response, token, info, verified: report.certificate !== undefined };
}

function grantedToken(bytes: Uint8Array, url: string): Uint8Array {
  let response: TimestampResponse;
  try {
    response = parseResponse(bytes);
  } catch (cause) {
    throw new TimestampRefusal('cli.timestamp.answer_unreadable', { params: { url }, cause });
  }
  if (response.token) return response.token;
  throw new TimestampRefusal('cli.timestamp.rejected', { params: rejectionParams(response) });
}

/** A refusal by the authority as parameters: its status, the names of RFC 3161 and its own words. */
export function rejectionParams({ status, failures, statusText }: TimestampResponse): Record<string, string> {
  return { status, failures: failures.join(' '), text: safeText(statusText.join('; ')).slice(0, 300) };
}

/** What makes a token useless now. Whom the authority's path leads to is judged only when roots were given. */
function faultsOf(
  report: TokenReport,
  { anchors, intermediates, certificates }: StampOptions,
  nonce: Uint8Array | undefined,
): readonly Check[] {
  const ofPath = new Set(anchors.length > 0 ? [] : report.path?.checks);
  const blind = !certificates && report.certificate === undefined && intermediates.length === 0;
  const faults = report.checks.filter((check) => {
    if (check.status === 'passed' || ofPath.has(check)) return false;
    // Without a certificate nothing can be said about the signature; whoever asked for none verifies later.
    return check.status === 'failed' || !blind;
  });
  const extra = report.info?.nonce;
  // A nonce that nobody asked for belongs to somebody else's query (RFC 3161 section 2.4.2).
  if (!nonce && extra)
    return [...faults, { code: 'timestamp.nonce_mismatch', status: 'failed', params: { nonce: toHex(extra) } }];
  return faults;
}
