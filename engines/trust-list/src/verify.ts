import { createHash } from 'node:crypto';
import { type ErrorParams, equalBytes, toHex, type Verdict } from '@tra/kernel';
import { type Check, worstStatus } from '@tra/pki';
import { readXadesSignatures, verifyXadesCrypto, type XadesCryptoFacts, type XadesSignature } from '@tra/signature';
import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  elementsBelow,
  isElement,
  type ParsedDocument,
  type ParsedElement,
  XmlError,
} from '@tra/xml';
import { TrustListError } from './errors.ts';
import type { TrustedList } from './model.ts';
import { listOf, parseList } from './read.ts';
import { maySignLists } from './signer.ts';

/** Input of {@link verifyTrustedList}. */
export interface VerifyTrustedListOptions {
  /** Certificates of those who may sign the list, DER: pinned, or taken from a pointer of a list that was verified. */
  readonly signers: readonly Uint8Array[];
  /** When the list is to be relied upon. */
  readonly at: Date;
  /** Sequence number of the newest list known so far: an older one is refused. */
  readonly previousSequence?: number;
  /** SHA-256 of that list, hexadecimal: another list with the same number is refused. */
  readonly previousDigest?: string;
  /** Territory that the list must be of. */
  readonly territory?: string;
}

/** Result of {@link verifyTrustedList}: a verdict with every reason. */
export interface TrustedListReport {
  readonly verdict: Verdict;
  /** The decisive check, `trust_list.valid` when all passed. */
  readonly code: string;
  readonly params: ErrorParams;
  readonly checks: readonly Check[];
  /** The list as it was signed; only present when the verdict is `passed`. */
  readonly list?: TrustedList;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  /** The signer's certificate, DER, when it is one of those pinned. */
  readonly signer?: Uint8Array;
  /** Claimed time of signing. */
  readonly signingTime?: Date;
}

/** Clocks may differ by this much, milliseconds. */
const clockSkew = 5 * 60 * 1000;

/**
 * Verifies a trusted list (ETSI TS 119 612 clauses 5.3.2, 5.3.15 and 5.7): one XAdES signature, enveloped, over the whole document, by a pinned
 * signer with the purpose; issued, not expired, no older than the one known. Nothing of a list that fails is given out. Never throws
 * for bytes that are no list.
 *
 * @example
 * const { verdict, list } = verifyTrustedList(bytes, { signers: [pinned], at: clock.now(), previousSequence: 41 });
 */
export function verifyTrustedList(bytes: Uint8Array, options: VerifyTrustedListOptions): TrustedListReport {
  const digest = toHex(createHash('sha256').update(bytes).digest());
  let document: ParsedDocument;
  let list: TrustedList;
  try {
    document = parseList(bytes);
    list = listOf(document);
  } catch (error) {
    if (!(error instanceof TrustListError)) throw error;
    return conclude([failed(error.code, 'ETSI TS 119 612 5.2', error.params)], { digest });
  }
  const { checks, signature } = checkSignature(document, options);
  const facts = {
    digest,
    ...(signature?.signer ? { signer: signature.signer } : {}),
    ...(signature?.time ? { signingTime: signature.time } : {}),
  };
  return conclude([...checks, ...checkList(list, { ...options, digest })], facts, list);
}

function conclude(
  checks: readonly Check[],
  facts: Pick<TrustedListReport, 'digest' | 'signer' | 'signingTime'>,
  list?: TrustedList,
): TrustedListReport {
  const verdict = worstStatus(checks);
  const decisive = checks.find(({ status }) => status === verdict && status !== 'passed');
  return {
    verdict,
    code: decisive?.code ?? 'trust_list.valid',
    params: decisive?.params ?? {},
    checks,
    ...(list && verdict === 'passed' ? { list } : {}),
    ...facts,
  };
}

const passed = (code: string, clause: string, params: ErrorParams = {}): Check => ({
  code,
  status: 'passed',
  clause,
  params,
});
const failed = (code: string, clause: string, params: ErrorParams = {}): Check => ({
  code,
  status: 'failed',
  clause,
  params,
});

interface SignatureOutcome {
  readonly checks: readonly Check[];
  readonly signature?: { readonly signer?: Uint8Array; readonly time?: Date };
}

function checkSignature(document: ParsedDocument, { at, signers }: VerifyTrustedListOptions): SignatureOutcome {
  const clause = 'ETSI TS 119 612 5.7.1';
  const one = (check: Check): SignatureOutcome => ({ checks: [check] });
  const elements = [...elementsBelow(document.root)].filter((child) => isElement(child, DSIG_NAMESPACE, 'Signature'));
  if (elements.length === 0) return one(failed('trust_list.unsigned', clause));
  if (elements.length > 1 || childElements(document.root).at(-1) !== elements[0]) {
    return one(failed('trust_list.signature_misplaced', clause));
  }
  let signature: XadesSignature | undefined;
  try {
    [signature] = readXadesSignatures(document).signatures;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  if (!signature) return one(failed('trust_list.signature_broken', clause));
  const facts = verifyXadesCrypto(signature, { document, certificates: signers });
  const { signer } = facts;
  const pinned = signer && signers.find((certificate) => equalBytes(certificate, signer.der));
  const checks = [
    facts.signatureIntact && facts.dataIntact
      ? passed('trust_list.signature_intact', clause)
      : failed('trust_list.signature_broken', clause),
    coversEverything(document, signature, facts)
      ? passed('trust_list.signature_scope_ok', clause)
      : failed('trust_list.signature_scope', clause),
  ];
  if (!signer || !pinned) {
    const subject = signer?.subject.text ?? '-';
    return { checks: [...checks, failed('trust_list.signer_unknown', clause, { subject })] };
  }
  const subject = signer.subject.text;
  const [inside] = signature.certificates;
  const bound = facts.signingCertificate === 'match' && inside !== undefined && equalBytes(inside, pinned);
  if (!bound) checks.push(failed('trust_list.signer_not_bound', 'ETSI EN 319 132-1 5.2.2', { subject }));
  if (!maySignLists(signer)) checks.push(failed('trust_list.signer_purpose', clause, { subject }));
  if (at < signer.notBefore || at.getTime() >= signer.notAfter.getTime() + 1000) {
    checks.push(failed('trust_list.signer_expired', clause, { subject, until: signer.notAfter.toISOString() }));
  }
  if (checks.every(({ status }) => status === 'passed'))
    checks.push(passed('trust_list.signer_known', clause, { subject }));
  return { checks, signature: { signer: pinned, ...(signature.signingTime ? { time: signature.signingTime } : {}) } };
}

/**
 * One reference to the whole document with exactly the transforms that the standard orders, one to the signed properties of this very signature,
 * and none else but to its ds:KeyInfo: so what is read is what was signed.
 */
function coversEverything(document: ParsedDocument, signature: XadesSignature, facts: XadesCryptoFacts): boolean {
  const { root } = document;
  const whole = facts.references.filter(({ target }) => target === document || target === root);
  const others = facts.references.filter(({ target }) => target !== document && target !== root);
  const [reference] = whole;
  if (!reference || whole.length > 1 || !facts.signedPropertiesSigned || !signature.targetFits) return false;
  const transforms = reference.reference.transforms.map(algorithmOf);
  const ordered = transforms.length === 2 && transforms[0] === ENVELOPED_SIGNATURE && transforms[1] === EXCLUSIVE_C14N;
  const own = [signature.signedProperties, signature.xml.keyInfo];
  return ordered && others.every(({ target }) => target?.kind === 'element' && own.includes(target));
}

function algorithmOf(transform: ParsedElement): string | undefined {
  return attributeOf(transform, 'Algorithm');
}

function checkList(list: TrustedList, options: VerifyTrustedListOptions & { readonly digest: string }): Check[] {
  const { at, digest, previousDigest, previousSequence, territory } = options;
  const { issuedAt, nextUpdate, sequenceNumber } = list;
  const params = { issued: issuedAt.toISOString(), until: nextUpdate?.toISOString() ?? '-' };
  const checks: Check[] = [];
  if (list.version !== 5 && list.version !== 6) {
    checks.push(failed('trust_list.version_unsupported', 'ETSI TS 119 612 5.3.1', { version: list.version }));
  }
  if (issuedAt.getTime() > at.getTime() + clockSkew)
    checks.push(failed('trust_list.not_yet_issued', 'ETSI TS 119 612 5.3.14', params));
  if (!nextUpdate) checks.push(failed('trust_list.closed', 'ETSI TS 119 612 5.3.15', params));
  else if (at >= nextUpdate) checks.push(failed('trust_list.expired', 'ETSI TS 119 612 5.3.15', params));
  else checks.push(passed('trust_list.current', 'ETSI TS 119 612 5.3.15', params));
  if (territory !== undefined && list.territory !== territory) {
    checks.push(failed('trust_list.territory_wrong', 'ETSI TS 119 612 5.3.10', { territory: list.territory ?? '-' }));
  }
  const sequence = { sequence: sequenceNumber, previous: previousSequence ?? 0 };
  if (previousSequence !== undefined && sequenceNumber < previousSequence) {
    checks.push(failed('trust_list.sequence_back', 'ETSI TS 119 612 5.3.2', sequence));
  } else if (
    sequenceNumber === previousSequence &&
    previousDigest !== undefined &&
    previousDigest.toLowerCase() !== digest
  ) {
    checks.push(failed('trust_list.sequence_forked', 'ETSI TS 119 612 5.3.2', sequence));
  } else checks.push(passed('trust_list.sequence_ok', 'ETSI TS 119 612 5.3.2', sequence));
  return checks;
}
