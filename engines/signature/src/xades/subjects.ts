import type { Check } from '@tra/pki';
import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  lineOf,
  type ParsedDocument,
  type ParsedElement,
  parseXml,
  verifyBudget,
  XmlError,
} from '@tra/xml';
import { joinMaterial } from '../evidence/model.ts';
import { isXmlRecord } from '../evidence-record/read-xml.ts';
import { finding } from '../findings.ts';
import type { FindContext, SignatureSubject } from '../subject.ts';
import { coveredBy, signedTexts, uncoveredPart } from './covered.ts';
import { detachedSource } from './detached.ts';
import { type Instructions, instructionFindings, instructionsOf } from './instructions.ts';
import { signedPropertiesTypes } from './names.ts';
import { readXadesSignatures, type XadesDocument, type XadesSignature } from './read.ts';
import { signerFactsOf } from './signer-facts.ts';
import { structureFindings } from './structure.ts';
import { verifyXadesCrypto, type XadesCryptoFacts } from './verify.ts';

/** The signatures of an XML document, or why it cannot be read. */
export interface XmlSubjects {
  /** At most as many as the limit. */
  readonly subjects: readonly SignatureSubject[];
  readonly count: number;
  readonly problem?: Check;
  /** The document is an evidence record, which proves times and signs nothing. */
  readonly isRecord?: boolean;
}

interface Verified {
  readonly signature: XadesSignature;
  readonly facts: XadesCryptoFacts;
}

/**
 * Format checking and cryptography of the XML signatures in a document (ETSI EN 319 102-1 clauses 5.2.2 and 5.2.7), as subjects of the
 * process. A signature that cannot be read is a subject too: it fails. References may point to the detached files.
 */
export function xmlSubjects(bytes: Uint8Array, context: FindContext): XmlSubjects {
  try {
    const document = parseXml(bytes);
    if (isXmlRecord(document)) return { subjects: [], count: 0, isRecord: true };
    return subjectsOf(readXadesSignatures(document), context);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { subjects: [], count: 0, problem: finding('signature.document_unreadable', { reason: error.code }) };
  }
}

function subjectsOf(read: XadesDocument, context: FindContext): XmlSubjects {
  const { certificates: more, detached, limit } = context;
  const { document, malformed, signatures } = read;
  const budget = verifyBudget(document);
  const stamping = verifyBudget(document);
  const source = detachedSource(context, document);
  const verified = signatures.slice(0, limit).map(
    (signature): Verified => ({
      signature,
      facts: verifyXadesCrypto(signature, { document, legacy: true, budget, ...source, certificates: more }),
    }),
  );
  const covered = verified.flatMap(({ facts }) => (facts.signatureIntact ? coveredBy(facts.references) : []));
  const texts = new Set(verified.flatMap(({ facts }) => (facts.signatureIntact ? signedTexts(facts.references) : [])));
  const instructions = instructionsOf(document, covered);
  const subjects = verified.map((one, index): SignatureSubject => {
    const uncovered = uncoveredPart(one.signature.xml, document, { covered, texts, budget });
    const signer = signerFactsOf(read, one.signature, {
      facts: one.facts,
      budget: stamping,
      documents: detached,
      source,
      archives: context.archives,
    });
    const { certificates, counterSignatureOf, qualifyingProperties } = one.signature;
    const beside = joinMaterial(signer.evidence?.material ?? []);
    const outer = verified.findIndex(({ signature }) => signature.xml.element === counterSignatureOf);
    return {
      id: `S${index + 1}`,
      kind: 'signature',
      form: qualifyingProperties ? 'xades' : 'xmldsig',
      cms: new Uint8Array(),
      facts: { signers: [signer], ...beside, certificates: [...certificates, ...beside.certificates] },
      ...(outer < 0 ? {} : { counterSigns: `S${outer + 1}` }),
      format: [
        ...lostProperties(one),
        ...coverageFindings(document, one, { uncovered: uncovered.element, instructions }),
        ...structureFindings(document, one.signature.xml.element),
      ],
    };
  });
  const broken = malformed.slice(0, Math.max(0, limit - subjects.length)).map(({ element, reason }, index) => {
    const where = `${reason}, ${lineOf(document, element.start)}`;
    const id = `S${subjects.length + index + 1}`;
    return brokenSubject(id, finding('signature.signature_malformed', { reason: where }));
  });
  return { subjects: [...subjects, ...broken], count: signatures.length + malformed.length };
}

function brokenSubject(id: string, problem: Check): SignatureSubject {
  return { id, kind: 'signature', form: 'xmldsig', cms: new Uint8Array(), format: [problem] };
}

/** The type of a reference is signed: it says that there are signed properties, which then must be those of this signature (EN 319 132-1 clause 4.4.2). */
function lostProperties({ signature: { signedProperties, xml } }: Verified): readonly Check[] {
  const promised = xml.references.some(({ type = '' }) => signedPropertiesTypes.test(type));
  return promised && !signedProperties
    ? [finding('signature.signature_malformed', { reason: 'SignedProperties' })]
    : [];
}

const nameOf = (element: ParsedElement): string => element.localName.slice(0, 80);

/** What is signed and what is not, seen from one signature; a counter-signature speaks for the signature around it only. */
function coverageFindings(
  document: ParsedDocument,
  { facts, signature }: Verified,
  { instructions, uncovered }: { readonly uncovered: ParsedElement | undefined; readonly instructions: Instructions },
): readonly Check[] {
  if (signature.counterSignatureOf) return [];
  const told = facts.signatureIntact ? instructionFindings(document, instructions) : [];
  const targets = facts.references.flatMap(({ intact, target }) =>
    intact && target?.kind === 'element' ? [target] : [],
  );
  const signed = targets.filter((target) => target !== signature.signedProperties);
  if (uncovered && facts.signatureIntact) {
    const params = { element: nameOf(uncovered), line: lineOf(document, uncovered.start) };
    const twin = signed.some((target) => isTwin(target, uncovered));
    return [finding(twin ? 'signature.content_wrapped' : 'signature.content_not_covered', params), ...told];
  }
  if (facts.coversDocument && instructions.unsigned.length === 0) {
    return [finding('signature.covers_whole_document'), ...told];
  }
  const parts = signed.map((target) => attributeOf(target, 'Id') ?? nameOf(target));
  return parts.length > 0
    ? [finding('signature.covers_parts', { parts: parts.slice(0, 8).join(', ').slice(0, 400) }), ...told]
    : told;
}

/**
 * An element of the same name as a signed one, with unsigned content in it: what signature wrapping puts in the place of what was signed. Of a ds:Object what
 * it holds counts: there may be several, and they need not be signed (XMLDSig 1.1 clause 4.5).
 */
function isTwin(target: ParsedElement, uncovered: ParsedElement): boolean {
  if (target.localName === 'Object' && target.namespace === DSIG_NAMESPACE)
    return childElements(target).some((one) => isTwin(one, uncovered));
  for (let at: ParsedElement['parent'] = uncovered; at.kind === 'element'; at = at.parent) {
    if (at.localName === target.localName && at.namespace === target.namespace) return true;
  }
  return false;
}
