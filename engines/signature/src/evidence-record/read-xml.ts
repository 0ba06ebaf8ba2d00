import type { DigestName } from '@tra/pki';
import {
  attributeOf,
  canonicalizeBy,
  childElements,
  decodeBase64,
  type NodeSet,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
  parseXml,
  subtree,
  textOf,
  XmlError,
  xmlDigestOf,
} from '@tra/xml';
import {
  type ArchiveChain,
  type ArchiveTimestamp,
  type EvidenceRecord,
  EvidenceRecordError,
  recordLimits,
} from './record.ts';

/** Namespace of XMLERS. */
const namespace = 'urn:ietf:params:xml:ns:ers';

/** Whether a document is an evidence record. */
export function isXmlRecord({ root }: ParsedDocument): boolean {
  return root.localName === 'EvidenceRecord' && root.namespace === namespace;
}

/** Reads an EvidenceRecord (RFC 6283 section 2.1). Throws {@link EvidenceRecordError}. */
export function readXmlRecord(document: ParsedDocument): EvidenceRecord {
  try {
    if (!isXmlRecord(document) || named(document.root, 'EncryptionInformation').length > 0)
      throw new EvidenceRecordError('root');
    const sequence = one(document.root, 'ArchiveTimeStampSequence');
    const chains = ordered(sequence, 'ArchiveTimeStampChain', recordLimits.chains);
    return {
      chains: chains.map((chain, index) => readChain(chain, { document, sequence, later: chains.slice(index) })),
    };
  } catch (cause) {
    if (cause instanceof EvidenceRecordError) throw cause;
    if (!(cause instanceof XmlError)) throw cause;
    throw new EvidenceRecordError(cause.code, { cause });
  }
}

function named(parent: ParsedElement, localName: string): readonly ParsedElement[] {
  return childElements(parent).filter((child) => child.localName === localName && child.namespace === namespace);
}

function one(parent: ParsedElement, localName: string): ParsedElement {
  const [found, second] = named(parent, localName);
  if (!found || second) throw new EvidenceRecordError(localName);
  return found;
}

/** Children in the order that they state; a document that lists them otherwise could be read in two ways. */
function ordered(parent: ParsedElement, localName: string, limit: number): readonly ParsedElement[] {
  const found = named(parent, localName);
  const orders = found.map((child) => Number(attributeOf(child, 'Order') ?? Number.NaN));
  const ascending = orders.every((order, index) => order > (orders[index - 1] ?? Number.NEGATIVE_INFINITY));
  if (found.length === 0 || found.length > limit || !ascending) throw new EvidenceRecordError(localName);
  return found;
}

interface Place {
  readonly document: ParsedDocument;
  readonly sequence: ParsedElement;
  /** This chain and those behind it. */
  readonly later: readonly ParsedElement[];
}

function readChain(chain: ParsedElement, { document, later, sequence }: Place): ArchiveChain {
  const method = one(chain, 'CanonicalizationMethod');
  const digest: DigestName | undefined = xmlDigestOf(attributeOf(one(chain, 'DigestMethod'), 'Algorithm') ?? '');
  if (!digest) throw new EvidenceRecordError('digest');
  const timestamps = ordered(chain, 'ArchiveTimeStamp', recordLimits.timestamps).map((element) =>
    readTimestamp(element, (part) => canonicalizeBy(method, subtree(document, part))),
  );
  const isFirst = later.length === ordered(sequence, 'ArchiveTimeStampChain', recordLimits.chains).length;
  return {
    digest,
    timestamps,
    before: isFirst ? [] : withoutLater(document, sequence, later).map((set) => canonicalizeBy(method, set)),
    forms: (data) => canonicalForms(data, method),
  };
}

/** The sequence as it stood before `later` was added: white space in between may have come with it or not. */
function withoutLater(
  document: ParsedDocument,
  sequence: ParsedElement,
  later: readonly ParsedElement[],
): readonly NodeSet[] {
  const [first] = later;
  const isIn = (node: ParsedNode): boolean => later.some(({ end, order }) => node.order >= order && node.start < end);
  const whole: NodeSet = { document, apex: sequence, has: (node) => !isIn(node) };
  const cut: NodeSet = { document, apex: sequence, has: (node) => node.order < (first?.order ?? 0) };
  return [whole, cut];
}

function readTimestamp(element: ParsedElement, canonical: (part: ParsedElement) => Uint8Array): ArchiveTimestamp {
  const stamp = one(element, 'TimeStamp');
  const token = one(stamp, 'TimeStampToken');
  if (attributeOf(token, 'Type') !== 'RFC3161') throw new EvidenceRecordError('TimeStampToken');
  const [tree, second] = named(element, 'HashTree');
  if (second) throw new EvidenceRecordError('HashTree');
  return {
    token: decodeBase64(textOf(token)),
    renewed: canonical(stamp),
    ...(tree ? { tree: ordered(tree, 'Sequence', recordLimits.trees).map(readHashes) } : {}),
  };
}

function readHashes(sequence: ParsedElement): readonly Uint8Array[] {
  const values = named(sequence, 'DigestValue');
  if (values.length === 0 || values.length > recordLimits.hashes) throw new EvidenceRecordError('DigestValue');
  return values.map((value) => decodeBase64(textOf(value)));
}

/** XML data may have been hashed in canonical form (RFC 6283 section 4.1.2). */
function canonicalForms(data: Uint8Array, method: ParsedElement): readonly Uint8Array[] {
  if (data[0] !== 0x3c && data[0] !== 0xef) return [];
  try {
    return [canonicalizeBy(method, subtree(parseXml(data)))];
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return [];
  }
}
