import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { answerFor, answersWithoutSignature, type JudgedSignature, type NothingJudged } from './answers.ts';
import { type Conclusion, worstConclusion } from './conclusion.ts';
import { withCoverage } from './coverage.ts';
import type { DiagnosticData, TrustedListData } from './diagnostic/model.ts';
import { type FoundDocument, findSignatures } from './find-signatures.ts';
import { finding } from './findings.ts';
import { gatherDiagnosticData } from './gather/gather.ts';
import { askRegister, type LicenceAnswer, type LicenceRegister } from './licence.ts';
import type { ListedAnchor } from './listed-services.ts';
import { ownCertificates, type TrustContext } from './path-step.ts';
import { defaultPolicy, processPolicyOf, type ValidationPolicy } from './policy.ts';
import { executeValidation } from './process/execute.ts';
import type { DetailedReport } from './process/report.ts';
import { ProcessVerdicts } from './process-verdicts.ts';
import type { ValidationReport } from './report.ts';
import type { HashedFile } from './subject.ts';
import { summarise } from './summary.ts';
import { validateSignature, withFacts } from './validate-signature.ts';

/** A file beside a signature. */
export interface DetachedFile {
  /** File name, with folders when the signature names them. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Input of {@link validateDocument}. */
export interface ValidationInput {
  readonly bytes: Uint8Array;
  /** File name for the report; it decides nothing. */
  readonly name?: string;
  /** Certificates that are trusted for themselves, DER, perhaps with limits of that trust and the services of trusted lists behind it. */
  readonly anchors: readonly (Uint8Array | ListedAnchor)[];
  /** Certificates that may lie between, DER; not trusted. */
  readonly intermediates?: readonly Uint8Array[];
  /** CRLs beside those that the document carries, DER. */
  readonly crls?: readonly Uint8Array[];
  /** OCSP responses beside those that the document carries, DER. */
  readonly ocspResponses?: readonly Uint8Array[];
  /** The time for which the document is judged. */
  readonly at: Date;
  /** Candidates for content that the document does not carry: bare, or with the name by which a signature may refer to them. */
  readonly detached?: readonly (Uint8Array | DetachedFile)[];
  /**
   * Such candidates of which only digests are known: they will do for a CMS with signed attributes, a time-stamp token, references of XML signatures without
   * transforms, `sigD` with digests and the manifest of a container. Where the octets are needed the report says so and is undecided.
   */
  readonly hashed?: readonly HashedFile[];
  /** Where to ask whether the document is a licence in force; not asked when absent. */
  readonly licences?: LicenceRegister;
  readonly policy?: ValidationPolicy;
  /** The trusted lists from which anchors were taken: the diagnostic data name those whose services were relied on. */
  readonly trustedLists?: readonly TrustedListData[];
}

type Answers = ValidationReport['answers'];

/**
 * Judges a document (ETSI EN 319 102-1): recognises it by content, finds its signatures, validates each, asks the register of
 * licences, and answers four questions: unchanged? by whom? when? status now? Never throws for what the bytes hold: a document
 * that does not hold, or is none, is a report. Nothing is kept.
 *
 * @example
 * const report = await validateDocument({ bytes, anchors: [root], crls, at: clock.now() });
 * console.log(report.verdict, report.summary.code, report.answers.map(({ code }) => code));
 */
export async function validateDocument(input: ValidationInput): Promise<ValidationReport> {
  return (await validateDocumentFully(input)).report;
}

/** A validation with everything behind it. */
export interface FullValidation {
  /** The simple report: four answers. */
  readonly report: ValidationReport;
  /** Every block and check of the process (ETSI TS 119 102-2); its hashes name the diagnostic data and the policy. */
  readonly detailed: DetailedReport;
  /** All facts that the process read: `executeValidation(diagnostic, policy)` gives `detailed` again. */
  readonly diagnostic: DiagnosticData;
}

/**
 * The same as {@link validateDocument}, with the detailed report and the diagnostic data, both plain JSON.
 *
 * @example
 * const { detailed, diagnostic } = await validateDocumentFully(input);
 * executeValidation(diagnostic, processPolicyOf(policy)); // the same as detailed, years later too
 */
export async function validateDocumentFully(input: ValidationInput): Promise<FullValidation> {
  const trust = trustOf(input);
  const detached = (input.detached ?? []).map((file) => (file instanceof Uint8Array ? { bytes: file } : file));
  const document = findSignatures(input.bytes, {
    detached,
    ...(input.hashed ? { hashed: input.hashed } : {}),
    certificates: ownCertificates(trust),
    limit: trust.policy.maximumSignatures,
  });
  const sha256 = toHex(createHash('sha256').update(input.bytes).digest());
  const subjects = withCoverage(document.subjects, input.bytes).map((subject) => withFacts(subject, trust));
  const gathered = gatherDiagnosticData({
    subjects,
    trust,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(document.container ? { container: document.container } : {}),
  });
  const diagnostic = gathered.data;
  const detailed = executeValidation(diagnostic, processPolicyOf(trust.policy));
  const informed = { ...trust, process: new ProcessVerdicts(gathered, detailed) };
  const judged = subjects.map((subject) => validateSignature(subject, informed));
  const conclusion = concludeDocument(document, judged);
  const believable = judged.length > 0 && conclusion.verdict === 'passed';
  const register = judged.length > 0 ? input.licences : undefined;
  const licence = await askRegister(register, { sha256, xml: document.xml, believable }, input.at);
  const answers = answersOf(document, judged, licence);
  const overall = withLicence(conclusion, licence);
  const report: ValidationReport = {
    ...overall,
    ...summarise(answers, overall, licence.licence),
    document: {
      ...(input.name === undefined ? {} : { name: input.name }),
      size: input.bytes.length,
      sha256,
      type: document.type,
    },
    answers,
    signatures: judged.map(({ report }) => report),
    attachments: document.attachments,
    ...(licence.licence ? { licence: licence.licence } : {}),
    policy: trust.policy.name,
    validatedAt: input.at.toISOString(),
  };
  return { report, detailed, diagnostic };
}

function trustOf(input: ValidationInput): TrustContext {
  return {
    anchors: input.anchors,
    intermediates: input.intermediates ?? [],
    crls: input.crls ?? [],
    ocspResponses: input.ocspResponses ?? [],
    at: input.at,
    policy: input.policy ?? defaultPolicy,
    ...(input.trustedLists ? { trustedLists: input.trustedLists } : {}),
  };
}

function concludeDocument(document: FoundDocument, judged: readonly JudgedSignature[]): Conclusion {
  const conclusion = worstConclusion(judged.map(({ report }) => report));
  const { verdict, indication, subIndication } = conclusion;
  if (verdict === 'passed' && document.count > judged.length) {
    return { verdict: 'indeterminate', indication: 'INDETERMINATE', subIndication: 'FORMAT_FAILURE' };
  }
  return subIndication ? { verdict, indication, subIndication } : { verdict, indication };
}

/** A licence that is not in force fails the report, whatever its signature is worth. */
function withLicence(conclusion: Conclusion, { answer }: LicenceAnswer): Conclusion {
  return answer?.status === 'failed' ? { ...conclusion, verdict: 'failed' } : conclusion;
}

function answersOf(document: FoundDocument, judged: readonly JudgedSignature[], licence: LicenceAnswer): Answers {
  if (judged.length === 0) {
    const [unchanged, ...rest] = answersWithoutSignature(whyNothing(document));
    return [{ ...unchanged, checks: document.problems }, ...rest];
  }
  const unchanged = answerFor('unchanged', judged);
  const status = answerFor('status', judged);
  const checks = [...(licence.checks ?? []), ...status.checks];
  const tooMany = document.count > judged.length;
  return [
    tooMany
      ? { ...unchanged, checks: [finding('signature.too_many', { limit: judged.length }), ...unchanged.checks] }
      : unchanged,
    answerFor('signer', judged),
    answerFor('time', judged),
    { ...status, ...licence.answer, checks },
  ];
}

/** Signatures of an encrypted PDF may lie in object streams, which cannot be read (ISO 32000-2 clause 7.6.1). */
function whyNothing({ problems, readable }: FoundDocument): NothingJudged {
  if (!readable) return 'unreadable';
  return problems.some(({ code }) => code === 'pdf.encrypted') ? 'locked' : 'not_signed';
}
