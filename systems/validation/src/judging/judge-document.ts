import type { ErrorParams } from '@tra/kernel';
import { readPdf } from '@tra/pdf';
import type { AnchorConstraints } from '@tra/pki';
import {
  type DetachedFile,
  type EvidenceNeed,
  type HashedFile,
  type LicenceStatus,
  type ListedState,
  missingEvidence,
  type TrustedListData,
  type ValidationInput,
  type ValidationPolicy,
  type ValidationReport,
  validateDocumentFully,
} from '@tra/signature';
import { archiveStructure } from '../archive-structure.ts';
import { type LargeFile, lazyDigests } from '../digests.ts';
import type { ReportFacts } from '../reports/formats.ts';

/** A trusted certificate as data that can be sent to a process. */
export interface PlainAnchor {
  readonly certificate: Uint8Array;
  readonly constraints?: AnchorConstraints;
  /** What trusted lists say of the services that it stands for. */
  readonly services?: readonly ListedState[];
}

/** Certificates as data that can be sent to a process. */
export interface AnchorList {
  /** Names the content: a process keeps what it was sent last, and reads the same list once. */
  readonly key: string;
  readonly anchors: readonly PlainAnchor[];
}

/** Whom the service trusts. */
export interface TrustSet extends AnchorList {
  readonly crls: readonly Uint8Array[];
}

/** What was fetched for a document; each piece counts only when the engine verifies it. */
export interface Evidence {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/** Nothing fetched. */
export const noEvidence: Evidence = { certificates: [], crls: [], ocspResponses: [] };

/** One document with everything that it is judged by. */
export interface JudgeTask {
  readonly bytes: Uint8Array;
  readonly name?: string;
  readonly at: Date;
  readonly policy: ValidationPolicy;
  readonly trust: TrustSet;
  /** Certificates that only the asker trusts. */
  readonly requestTrust: AnchorList;
  /** The trusted lists that anchors come from, those of the asker among them. */
  readonly trustedLists?: readonly TrustedListData[];
  readonly detached: readonly DetachedFile[];
  /** Files beside the signatures of which only digests are known. */
  readonly hashed: readonly HashedFile[];
  /** Such files themselves, still open: hashed as the signature wants it. */
  readonly large: readonly (LargeFile & { readonly name: string })[];
  readonly evidence: Evidence;
  /** Whether to say what could be fetched. */
  readonly wantNeeds: boolean;
  /** Whether to hand out the data behind the report. */
  readonly wantFacts?: boolean;
}

/** XML that a document carries or is. */
export interface CarriedXml {
  /** Name of the attachment; absent when the document itself is the XML. */
  readonly name?: string;
  readonly xml: Uint8Array;
}

/** A place that breaks a structure. */
export interface StructureFault {
  readonly place: string;
  readonly text: string;
  /** Message key of the text, with the clause that demands it. */
  readonly code?: string;
  readonly clause?: string;
  /** How many places more there are. */
  readonly more?: number;
}

/** What the register of message structures says about one XML, or the examination of PDF/A about a PDF. */
export interface StructureResult {
  readonly name?: string;
  /** Which structure it claims to be and was held against, such as `tra-licence`. */
  readonly structure: string;
  readonly release: string;
  readonly status: 'passed' | 'failed';
  /** Places that break the structure, a few; empty when it passed. */
  readonly faults: readonly StructureFault[];
  /** What was looked at and with what result, for a structure that is not looked at in all respects. */
  readonly summary?: { readonly code: string; readonly params: ErrorParams };
  /** Message keys for what was not looked at. */
  readonly notChecked?: readonly string[];
}

/** Registers that are asked while a document is judged. */
export interface Registers {
  findLicence(sha256Hex: string, embeddedXml?: Uint8Array): Promise<LicenceStatus | undefined>;
  /** Undefined when the XML is of no registered structure. */
  checkStructure(carried: CarriedXml): Promise<StructureResult | undefined>;
}

/** Something that could be fetched, and whether a certificate asks for it whose path ends at an anchor of this service: then an authority chose the address. */
export type WantedEvidence = EvidenceNeed & { readonly vouched: boolean };

/** A judged document. */
export interface Judged {
  readonly report: ValidationReport;
  /** Whether there is a signature or time-stamp to write an ETSI report about. */
  readonly reportable: boolean;
  /** Absent unless wanted. */
  readonly facts?: ReportFacts;
  /** `request`: the verdict rests on certificates that only the asker trusts. */
  readonly basis: 'service' | 'request';
  readonly structures: readonly StructureResult[];
  /** What could be fetched to know more; empty unless asked for. */
  readonly needs: readonly WantedEvidence[];
}

const maximumStructures = 8;

/**
 * Judges one document: first by the service's own trust, and only when that does not let it pass also by the certificates of the
 * asker, so that the report can say on whose trust it rests.
 */
export async function judgeDocument(task: JudgeTask, registers: Registers): Promise<Judged> {
  const own = inputOf(task, registers);
  let { report, ...facts } = await validateDocumentFully(own);
  let basis: Judged['basis'] = 'service';
  let input = own;
  if (task.requestTrust.anchors.length > 0 && report.indication !== 'TOTAL_PASSED') {
    const wider = { ...own, anchors: together(task.trust, task.requestTrust) };
    const { report: second, ...behind } = await validateDocumentFully(wider);
    if (restsOnMore(report, second)) {
      report = second;
      facts = behind;
      basis = 'request';
      input = wider;
    }
  }
  return {
    report,
    reportable: facts.detailed.signatures.length + facts.detailed.timestamps.length > 0,
    ...(task.wantFacts ? { facts } : {}),
    basis,
    structures: await checkStructures(task.bytes, report, registers),
    needs: task.wantNeeds && report.signatures.length > 0 ? wantedEvidence(own, input) : [],
  };
}

let joined: { readonly parts: readonly AnchorList[]; readonly anchors: readonly PlainAnchor[] } | undefined;

/** Both lists as one, which stays the same list as long as they do: anchors are read once for each list. */
function together(...parts: readonly [AnchorList, AnchorList]): readonly PlainAnchor[] {
  if (!joined?.parts.every((part, index) => part.anchors === parts[index]?.anchors))
    joined = { parts, anchors: parts.flatMap(({ anchors }) => anchors) };
  return joined.anchors;
}

function wantedEvidence(own: ValidationInput, input: ValidationInput): readonly WantedEvidence[] {
  const nameOf = ({ kind, subject, issuer }: EvidenceNeed): string => JSON.stringify([kind, subject, issuer]);
  const needs = missingEvidence(input);
  const byOwn = new Set((input === own ? needs : missingEvidence(own)).map(nameOf));
  // Only a path that is complete asks for status; where an issuer is missing, nobody vouches for the address yet.
  return needs.map((need) => ({ ...need, vouched: need.kind === 'status' && byOwn.has(nameOf(need)) }));
}

function inputOf(task: JudgeTask, registers: Registers): ValidationInput {
  const { bytes, name, at, policy, trust, detached, hashed, large, evidence, trustedLists = [] } = task;
  return {
    bytes,
    ...(name === undefined ? {} : { name }),
    anchors: trust.anchors,
    trustedLists,
    intermediates: evidence.certificates,
    crls: [...trust.crls, ...evidence.crls],
    ocspResponses: evidence.ocspResponses,
    at,
    detached,
    hashed: [...hashed, ...large.map((file) => ({ name: file.name, digests: lazyDigests(file) }))],
    policy,
    licences: { findByDocument: (sha256, xml) => registers.findLicence(sha256, xml) },
  };
}

/** Whether the anchors of the asker changed anything: a path, a time, a verdict. */
function restsOnMore(own: ValidationReport, wider: ValidationReport): boolean {
  const facts = ({ signatures }: ValidationReport): string =>
    JSON.stringify(
      signatures.map(({ indication, subIndication, provenTime }) => [indication, subIndication, provenTime]),
    );
  return facts(own) !== facts(wider);
}

async function checkStructures(
  bytes: Uint8Array,
  report: ValidationReport,
  registers: Registers,
): Promise<readonly StructureResult[]> {
  const results: StructureResult[] = [];
  for (const carried of carriedXml(bytes, report)) {
    const result = await registers.checkStructure(carried);
    if (result) results.push(result);
  }
  const archive = report.document.type === 'pdf' ? archiveStructure(bytes) : undefined;
  return archive ? [...results, archive] : results;
}

function carriedXml(bytes: Uint8Array, { document, attachments }: ValidationReport): readonly CarriedXml[] {
  if (document.type === 'xml') return [{ xml: bytes }];
  const isXml = (name: string, type: string | undefined): boolean =>
    name.toLowerCase().endsWith('.xml') || type === 'application/xml' || type === 'text/xml';
  if (document.type !== 'pdf' || !attachments.some(({ name, mediaType }) => isXml(name, mediaType))) return [];
  return readPdf(bytes)
    .attachments.filter(({ name, mediaType }) => isXml(name, mediaType))
    .slice(0, maximumStructures)
    .map(({ name, bytes: xml }) => ({ name, xml }));
}
