import { bytesKey } from '../bounded-map.ts';
import type { Certificate } from '../certificate.ts';
import type { RevokedEntry } from '../crl/entry.ts';
import type { Crl } from '../crl/parse-crl.ts';
import { isSignedByKey } from '../signed-by.ts';
import { crlFormProblem } from './crl-form.ts';
import { ALL_REASONS, continues, reasonsInScope } from './crl-scope.ts';
import { inheritKeyParameters } from './key-parameters.ts';
import type { RevocationResult } from './options.ts';

/** What revocation checking needs from the validation around it. */
export interface RevocationContext {
  readonly at: Date;
  /** No CRL issued after this instant counts. */
  readonly now: Date;
  readonly crls: readonly Crl[];
  /** Certificates with a subject whose own path to `anchor` is valid, for CRLs that the certificate's issuer did not sign itself. */
  findCrlSigners(subjectKey: string, anchor: Certificate): readonly Certificate[];
  /** Remembers verified signatures: one CRL may serve several certificates. */
  readonly verified: Map<Crl, Map<string, boolean>>;
  /** Whether a later revocation that may mean a stolen key counts for `at` too (RFC 3161 section 4, for time-stamping units). */
  readonly retroactive: boolean;
  /** Whether CRLs must also keep the rules for those who issue them (RFC 5280 section 5). */
  readonly strict: boolean;
  /** Remembers what is wrong with the form of a CRL. */
  readonly formProblems: Map<Crl, string | undefined>;
  /** Greatest age of a CRL at `at`, milliseconds. */
  readonly maxAgeMs: number | undefined;
  /** False when no more signature may be verified. */
  spendSignature(publicKey: Uint8Array): boolean;
}

interface Usable {
  readonly crl: Crl;
  readonly reasons: ReadonlySet<number>;
}

/**
 * CRL processing of RFC 5280 section 6.3 for `chain[0]`, whose issuers follow up to the anchor. The status is `good` only when
 * usable CRLs cover every reason; anything unsupported, stale, unsigned or out of scope leaves it `unknown`.
 */
export function checkRevocation(chain: readonly Certificate[], context: RevocationContext): RevocationResult {
  const [certificate] = chain;
  if (!certificate) return { status: 'unknown', reason: 'no_certificate' };
  const problems: string[] = [];
  const usable: Usable[] = [];
  for (const crl of context.crls) {
    const reasons = scopeOf(crl, certificate, context.strict);
    if (reasons.size === 0) continue;
    const problem = problemOf(crl, certificate, chain, context);
    if (problem) problems.push(problem);
    else usable.push({ crl, reasons });
  }
  const complete = usable.filter(({ crl }) => crl.deltaBaseHex === undefined).sort(newestFirst);
  const deltas = usable.filter(({ crl }) => crl.deltaBaseHex !== undefined).sort(newestFirst);
  return decide(certificate, complete, deltas, context, problems);
}

function newestFirst(left: Usable, right: Usable): number {
  return right.crl.thisUpdate.getTime() - left.crl.thisUpdate.getTime();
}

function scopeOf(crl: Crl, certificate: Certificate, strict: boolean): ReadonlySet<number> {
  try {
    return reasonsInScope(crl, certificate, strict);
  } catch {
    return new Set();
  }
}

function decide(
  certificate: Certificate,
  complete: readonly Usable[],
  deltas: readonly Usable[],
  context: RevocationContext,
  problems: readonly string[],
): RevocationResult {
  const covered = new Set<number>();
  for (const { crl, reasons } of complete) {
    const delta = deltas.find((candidate) => continues(candidate.crl, crl))?.crl;
    const deltaEntry = delta && entryFor(delta, certificate);
    const entry = entryFor(crl, certificate);
    if (entry === 'broken' || deltaEntry === 'broken') continue;
    const lifted = deltaEntry?.reason === 'removeFromCRL';
    const decisive = lifted ? undefined : (deltaEntry ?? entry);
    const source = deltaEntry && delta ? delta : crl;
    if (decisive && countsAt(decisive, source.thisUpdate, context)) return revoked(decisive, source);
    if (!supersededByNewer(crl, reasons, complete, certificate)) for (const reason of reasons) covered.add(reason);
  }
  const newest = complete[0]?.crl;
  if (newest && [...ALL_REASONS].every((reason) => covered.has(reason))) {
    return { status: 'good', source: newest.issuer.text, ...times(newest) };
  }
  return { status: 'unknown', reason: problems[0] ?? (newest ? 'reasons_not_covered' : 'no_crl') };
}

/**
 * Whether a revocation counts for the instant in question. A list from before that instant already named the certificate, whatever
 * date it gives; a later list counts back to its date, or all the way when it may mean a stolen key of a time-stamping unit.
 */
export function countsAt(
  entry: { readonly date: Date; readonly reason?: string },
  listedAt: Date,
  { at, retroactive }: { readonly at: Date; readonly retroactive: boolean },
): boolean {
  return entry.date <= at || listedAt <= at || (retroactive && !harmless.has(entry.reason));
}

/** RFC 3161 section 4: only these reasons leave tokens from before the revocation valid. */
const harmless: ReadonlySet<string | undefined> = new Set(['affiliationChanged', 'superseded', 'cessationOfOperation']);

/** A newer CRL that could not be read at this certificate's entry must not be overruled by an older one that could. */
function supersededByNewer(
  crl: Crl,
  reasons: ReadonlySet<number>,
  all: readonly Usable[],
  certificate: Certificate,
): boolean {
  return all.some(
    (other) =>
      other.crl.thisUpdate > crl.thisUpdate &&
      [...reasons].some((reason) => other.reasons.has(reason)) &&
      entryFor(other.crl, certificate) === 'broken',
  );
}

function times(crl: Crl): { thisUpdate: Date; nextUpdate?: Date } {
  return { thisUpdate: crl.thisUpdate, ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate } : {}) };
}

function revoked(entry: RevokedEntry, crl: Crl): RevocationResult {
  return {
    status: 'revoked',
    since: entry.date,
    reason: entry.reason ?? 'unspecified',
    source: crl.issuer.text,
    ...times(crl),
  };
}

/** The entry for `certificate`, or `broken` when the list holds something about it that cannot be interpreted. */
function entryFor(crl: Crl, certificate: Certificate): RevokedEntry | 'broken' | undefined {
  try {
    const entries = crl.find(certificate.serialHex);
    return entries.findLast((entry) => (entry.certificateIssuer ?? crl.issuer).key === certificate.issuer.key);
  } catch {
    return 'broken';
  }
}

/** Why a CRL in scope may not be used, or undefined. */
function problemOf(
  crl: Crl,
  certificate: Certificate,
  chain: readonly Certificate[],
  context: RevocationContext,
): string | undefined {
  if (crl.unknownCritical.length > 0) return 'critical_extension';
  if (crl.thisUpdate > context.now && crl.thisUpdate > context.at) return 'not_yet_issued';
  if (!crl.nextUpdate) return 'no_next_update';
  if (crl.nextUpdate < context.at) return 'stale';
  if (context.maxAgeMs !== undefined && context.at.getTime() - crl.thisUpdate.getTime() > context.maxAgeMs)
    return 'stale';
  // Later CRLs may have dropped certificates that had expired by then.
  if (crl.thisUpdate > certificate.notAfter) return 'after_expiry';
  return (
    (context.strict ? formProblem(crl, context) : undefined) ??
    (isSigned(crl, chain, context) ? undefined : 'signature')
  );
}

function formProblem(crl: Crl, { formProblems }: RevocationContext): string | undefined {
  if (!formProblems.has(crl)) formProblems.set(crl, crlFormProblem(crl));
  return formProblems.get(crl);
}

function isSigned(crl: Crl, chain: readonly Certificate[], context: RevocationContext): boolean {
  const anchor = chain.at(-1);
  if (!anchor) return false;
  const [, ...issuers] = chain;
  if (speaksForItself(crl, chain) && chain[0] && signedBy(crl, chain[0], chain[0].publicKey, context)) return true;
  const own = issuers.findIndex(({ subject }) => subject.key === crl.issuer.key);
  const signer = issuers[own];
  if (signer && signedBy(crl, signer, keyWithParameters(issuers.slice(own)), context)) return true;
  return context.findCrlSigners(crl.issuer.key, anchor).some((other) => signedBy(crl, other, other.publicKey, context));
}

/**
 * Whether a CRL signer's own CA named the signer's CRL as the place of the signer's own status (cRLIssuer in its distribution point).
 * Never for a self-issued certificate, which could otherwise vouch for a stolen key of its own.
 */
function speaksForItself(crl: Crl, [certificate]: readonly Certificate[]): boolean {
  if (!certificate || certificate.isSelfIssued || certificate.subject.key !== crl.issuer.key) return false;
  return certificate.distributionPoints.some(({ crlIssuer }) => crlIssuer?.some(({ key }) => key === crl.issuer.key));
}

/** Key of `chain[0]`, with DSA parameters inherited from above where it has none. */
function keyWithParameters(chain: readonly Certificate[]): Uint8Array {
  const top = chain.at(-1)?.publicKey ?? new Uint8Array(0);
  return chain.reduceRight((issuerKey, { publicKey }) => inheritKeyParameters(publicKey, issuerKey), top);
}

/** RFC 5280 section 6.3.3 (f), (g): the signer may sign CRLs and did. */
function signedBy(crl: Crl, signer: Certificate, publicKey: Uint8Array, context: RevocationContext): boolean {
  if (signer.keyUsage && !signer.keyUsage.has('cRLSign')) return false;
  const key = bytesKey(publicKey);
  const known = context.verified.get(crl) ?? new Map<string, boolean>();
  context.verified.set(crl, known);
  let signed = known.get(key);
  if (signed === undefined) {
    if (!context.spendSignature(publicKey)) return false;
    signed = isSignedByKey(crl, publicKey);
    known.set(key, signed);
  }
  return signed;
}
