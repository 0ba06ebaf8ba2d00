import { ALL_REASONS, type Certificate, type Crl, reasonsInScope } from '@tra/pki';

/** The state of a certificate by one revocation. */
export interface Status {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly since?: Date;
  readonly reason?: string;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly archiveCutoff?: Date;
}

/**
 * What a CRL says of a certificate (RFC 5280 section 6.3.3); undefined when it does not speak about it. A list of changes or of some reasons only can
 * say that it is revoked, not that it is good; so can one with critical extensions that are not known.
 */
export function crlStatus(crl: Crl, certificate: Certificate): Status | undefined {
  const reasons = reasonsInScope(crl, certificate);
  if (reasons.size === 0) return undefined;
  const times = { thisUpdate: crl.thisUpdate, ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate } : {}) };
  const listed = entriesFor(crl, certificate).at(-1);
  if (listed && listed.reason !== 'removeFromCRL') {
    return { status: 'revoked', since: listed.date, ...(listed.reason ? { reason: listed.reason } : {}), ...times };
  }
  const complete = crl.deltaBaseHex === undefined && reasons.size === ALL_REASONS.size;
  return complete && crl.unknownCritical.length === 0 ? { status: 'good', ...times } : undefined;
}

/** Entries about this very certificate; a list that names it too often to be read says that it is revoked. */
function entriesFor(crl: Crl, certificate: Certificate): readonly ReturnType<Crl['find']>[number][] {
  try {
    return crl
      .find(certificate.serialHex)
      .filter(({ certificateIssuer }) => (certificateIssuer ?? crl.issuer).key === certificate.issuer.key);
  } catch {
    return [{ serialHex: certificate.serialHex, date: crl.thisUpdate, unknownCritical: [] }];
  }
}
