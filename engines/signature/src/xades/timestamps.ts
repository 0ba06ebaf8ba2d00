import { concatBytes } from '@tra/kernel';
import {
  applyTransform,
  attributeOf,
  canonicalize,
  canonicalizeBy,
  childElements,
  DSIG_NAMESPACE,
  isElement,
  type NodeSet,
  type ParsedDocument,
  type ParsedElement,
  spend,
  spendOnScope,
  subtree,
  type TransformData,
  type VerifyBudget,
  XmlError,
  type XmlReferenceResult,
} from '@tra/xml';
import { type CoveredObjects, type FoundTimestamp, joinMaterial, noMaterial } from '../evidence/model.ts';
import { formThatMatches, type ImprintData, materialOfTokens } from '../evidence/token.ts';
import { isProperty, keyInfoCertificates, octetsOf, unsignedMaterial } from './material.ts';
import { SIGNED_PROPERTIES_TYPE, XADES_141_NAMESPACE } from './names.ts';
import type { XadesSignature } from './read.ts';

/** A signature with what became of its references, as its time-stamps are found in it. */
export interface StampedSignature {
  readonly document: ParsedDocument;
  readonly signature: XadesSignature;
  /** References of ds:SignedInfo in order. */
  readonly references: readonly XmlReferenceResult[];
  /** What canonicalising for time-stamps may cost, shared by all signatures of the document. */
  readonly budget: VerifyBudget;
}

type Build = (
  container: ParsedElement,
  stamped: StampedSignature,
) => Omit<FoundTimestamp, 'token' | 'data'> & {
  /** Undefined: something that it covers is not at hand. */
  readonly forms: readonly (() => ImprintData | undefined)[];
};

const maxTimestamps = 64;

/** Every time-stamp token in a signature with what it must cover (ETSI EN 319 132-1 clauses 5.2.8, 5.3, 5.5.2 and annex A.1.5), signed properties first. */
export function xadesTimestamps(stamped: StampedSignature): readonly FoundTimestamp[] {
  const { signedDataProperties, unsignedProperties } = stamped.signature;
  const found = [...signedDataProperties, ...unsignedProperties].flatMap((container) => {
    const build = builderOf(container, unsignedProperties.includes(container));
    return build ? tokensOf(container).map((token) => ({ container, build, token })) : [];
  });
  return found.slice(0, maxTimestamps).map(({ build, container, token }) => {
    const { forms, ...rest } = build(container, stamped);
    return { ...rest, token, ...safely(token, forms) };
  });
}

function tokensOf(container: ParsedElement): readonly Uint8Array[] {
  const encapsulated = childElements(container).filter((child) => isProperty(child, 'EncapsulatedTimeStamp'));
  return encapsulated.map((child) => octetsOf(child)[0] ?? new Uint8Array());
}

/** Something that is not at hand, or too much work, leaves the token without data to be held against. */
function safely(
  token: Uint8Array,
  forms: readonly (() => ImprintData | undefined)[],
): Pick<FoundTimestamp, 'data' | 'missing'> {
  let missing = false;
  const data = formThatMatches(
    token,
    forms.map((form) => () => {
      try {
        const parts = form();
        if (!parts) missing = true;
        return parts ?? [];
      } catch (error) {
        if (!(error instanceof XmlError)) throw error;
        missing = true;
        return [];
      }
    }),
  );
  return data.length === 0 && missing ? { data, missing } : { data };
}

function builderOf(container: ParsedElement, isUnsigned: boolean): Build | undefined {
  const { localName, namespace } = container;
  if (!isProperty(container, localName)) return undefined;
  const builders = isUnsigned ? unsignedBuilders : signedBuilders;
  const build = builders.get(localName);
  return build && (build !== archive || namespace !== XADES_141_NAMESPACE) ? build : build && archive141;
}

const nothing: CoveredObjects = { signedData: false, signature: false, material: noMaterial, timestamps: [] };

/** Canonical form of an element by the method that the time-stamp names, inclusive Canonical XML 1.0 unless it does (clause 4.5). */
function canonical(container: ParsedElement, set: NodeSet, budget: VerifyBudget): Uint8Array {
  const method = childElements(container).find((child) => isElement(child, DSIG_NAMESPACE, 'CanonicalizationMethod'));
  // An empty identifier names no method.
  const names = method !== undefined && attributeOf(method, 'Algorithm') !== '';
  spendOnScope(budget, set);
  const octets = names ? canonicalizeBy(method, set) : canonicalize(set, { form: 'inclusive-1.0', comments: false });
  spend(budget, 'octets', octets.length);
  return octets;
}

const element = (container: ParsedElement, target: ParsedElement, { budget, document }: StampedSignature): Uint8Array =>
  canonical(container, subtree(document, target), budget);

const isOfProperties = ({ signature }: StampedSignature, { reference, target }: XmlReferenceResult): boolean =>
  reference.type === SIGNED_PROPERTIES_TYPE ||
  (target !== undefined && target === signature.signedProperties) ||
  /^http:\/\/uri\.etsi\.org\/01903\/v1\.[12]\.\d#SignedProperties$/.test(reference.type ?? '');

/** Octets of references: a node-set in the form that the time-stamp names, or as it was hashed. Undefined when one is not as it was signed. */
function referenced(
  container: ParsedElement,
  references: readonly XmlReferenceResult[],
  { budget, asHashed }: { readonly budget: VerifyBudget; readonly asHashed: boolean },
): ImprintData | undefined {
  if (references.some(({ octets }) => octets === undefined)) return undefined;
  return references.map(({ nodes, octets = new Uint8Array() }) => {
    if (nodes && !asHashed) return canonical(container, nodes, budget);
    spend(budget, 'octets', octets.length);
    return octets;
  });
}

/** Both readings of "if the result is a node-set, canonicalize it": by the method of the time-stamp, or as the reference itself was digested. */
function bothForms(
  references: readonly XmlReferenceResult[],
  form: (asHashed: boolean) => ImprintData | undefined,
): readonly (() => ImprintData | undefined)[] {
  return references.some(({ nodes }) => nodes) ? [() => form(false), () => form(true)] : [() => form(false)];
}

const allDataObjects: Build = (container, stamped) => {
  const references = stamped.references.filter((one) => !isOfProperties(stamped, one));
  const forms = bothForms(references, (asHashed) => referenced(container, references, { ...stamped, asHashed }));
  return { kind: 'content', forms, covers: { ...nothing, signedData: true } };
};

/** Include elements name the ds:Reference elements whose data are covered, in order (clause 5.2.8.2). */
const individualDataObjects: Build = (container, stamped) => {
  const includes = childElements(container).filter((child) => isProperty(child, 'Include'));
  const named = includes.map((include) => {
    const id = (attributeOf(include, 'URI') ?? '').replace(/^#/, '');
    const isData = attributeOf(include, 'referencedData') === 'true';
    return isData ? stamped.references.find(({ reference }) => reference.id === id) : undefined;
  });
  const references = named.filter((one) => one !== undefined);
  const complete = references.length === includes.length && includes.length > 0;
  const forms = complete
    ? bothForms(references, (asHashed) => referenced(container, references, { ...stamped, asHashed }))
    : [() => undefined];
  return { kind: 'content', forms, covers: { ...nothing, signedData: true } };
};

/** HashDataInfo of XAdES 1.1.1 and 1.2.2 names what is covered, with transforms; later versions imply the signature value. */
const signatureValue: Build = (container, stamped) => {
  const infos = childElements(container).filter((child) => isProperty(child, 'HashDataInfo'));
  const { valueElement } = stamped.signature.xml;
  const forms =
    infos.length > 0
      ? [() => infos.map((info) => hashDataInfo(info, stamped))]
      : [() => [element(container, valueElement, stamped)]];
  return { kind: 'signature', forms, covers: { ...nothing, signature: true } };
};

function hashDataInfo(info: ParsedElement, { budget, document, signature }: StampedSignature): Uint8Array {
  const uri = attributeOf(info, 'uri') ?? attributeOf(info, 'URI') ?? '';
  const target = document.elementById(uri.replace(/^#/, ''));
  if (target === undefined || target === 'ambiguous' || target !== signature.xml.valueElement) {
    throw new XmlError('xml.reference_unresolved', { params: { uri: uri.slice(0, 80) } });
  }
  const list = childElements(info).find((child) => child.localName === 'Transforms');
  let data: TransformData = subtree(document, target);
  for (const transform of (list ? childElements(list) : []).slice(0, 10)) {
    data = applyTransform(data, transform, { signature: signature.xml.element, budget });
  }
  const octets = data instanceof Uint8Array ? data : canonicalize(data, { form: 'inclusive-1.0', comments: false });
  spend(budget, 'octets', octets.length);
  return octets;
}

const oldReferences: readonly string[] = [
  'CompleteCertificateRefs',
  'CompleteRevocationRefs',
  'AttributeCertificateRefs',
  'AttributeRevocationRefs',
];
const newReferences: readonly string[] = [
  'CompleteCertificateRefsV2',
  'CompleteRevocationRefs',
  'AttributeCertificateRefsV2',
  'AttributeRevocationRefs',
];

/** SigAndRefsTimeStamp and RefsOnlyTimeStamp, both versions, implicit or with Include elements (annex A.1.5). */
const overReferences =
  (kind: 'signature-and-references' | 'references', names: readonly string[]): Build =>
  (container, stamped) => {
    const { unsignedProperties, xml } = stamped.signature;
    const withSignature = kind === 'signature-and-references';
    const wanted = withSignature ? ['SignatureTimeStamp', ...names] : names;
    const before = unsignedProperties.slice(0, unsignedProperties.indexOf(container));
    const covered =
      included(container, stamped) ?? before.filter((one) => wanted.some((name) => isProperty(one, name)));
    const parts = withSignature ? [xml.valueElement, ...covered] : covered;
    const forms = [() => parts.map((part) => element(container, part, stamped))];
    return { kind, forms, covers: { ...nothing, signature: withSignature, timestamps: stampsIn(covered) } };
  };

/** Targets of Include elements; undefined when there are none. One that leads elsewhere than to unsigned properties leads nowhere. */
function included(container: ParsedElement, { document, signature }: StampedSignature): ParsedElement[] | undefined {
  const includes = childElements(container).filter((child) => isProperty(child, 'Include'));
  if (includes.length === 0) return undefined;
  return includes.flatMap((include) => {
    const target = document.elementById((attributeOf(include, 'URI') ?? '').replace(/^#/, ''));
    return target instanceof Object && signature.unsignedProperties.includes(target) ? [target] : [];
  });
}

const stampsIn = (properties: readonly ParsedElement[]): readonly Uint8Array[] =>
  properties.filter(({ localName }) => unsignedBuilders.has(localName)).flatMap(tokensOf);

/** What an archive time-stamp covers (clause 5.5.2.2; XAdES 1.3.2 clause 7.7): data, signature, unsigned properties before it, ds:Object elements. */
function archiveOf(container: ParsedElement, stamped: StampedSignature, isNew: boolean): ReturnType<Build> {
  const { references, signature } = stamped;
  const { unsignedProperties, xml } = signature;
  const before = unsignedProperties.slice(0, unsignedProperties.indexOf(container));
  const properties = included(container, stamped) ?? before;
  const own = [xml.signedInfo, xml.valueElement, ...(xml.keyInfo ? [xml.keyInfo] : [])];
  const elements = [...own, ...properties, ...objectsOf(stamped, isNew)];
  const forms = bothForms(references, (asHashed) => {
    const data = referenced(container, references, { ...stamped, asHashed });
    return data && [...data, ...elements.map((part) => element(container, part, stamped))];
  });
  const timestamps = stampsIn(properties);
  const material = joinMaterial([
    { ...noMaterial, certificates: keyInfoCertificates(xml.keyInfo) },
    ...unsignedMaterial(properties),
    materialOfTokens(timestamps),
  ]);
  return {
    kind: 'archive',
    variant: isNew ? 'XAdES-1.4.1' : 'XAdES-1.3.2',
    forms,
    covers: { signedData: true, signature: true, material, timestamps },
  };
}

/** Octets that an evidence record covers: as an archive time-stamp of XAdES 1.4.1 would at its place (ETSI TS 119 132-3 clause 5). */
export function sealedOctets(container: ParsedElement, stamped: StampedSignature): readonly Uint8Array[] {
  return archiveOf(container, stamped, true).forms.flatMap((form) => {
    try {
      const parts = form();
      return parts ? [concatBytes(...parts)] : [];
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      return [];
    }
  });
}

/** Every ds:Object but the one with the qualifying properties; the older definition leaves out those that a reference names. */
function objectsOf({ references, signature }: StampedSignature, isNew: boolean): readonly ParsedElement[] {
  const { qualifyingProperties, xml } = signature;
  const named = new Set(references.map(({ reference }) => (reference.uri ?? '').replace(/^#/, '')));
  return xml.objects.filter((object) => {
    if (qualifyingProperties && childElements(object).includes(qualifyingProperties)) return false;
    const id = attributeOf(object, 'Id');
    return isNew || id === undefined || !named.has(id);
  });
}

const archive: Build = (container, stamped) => archiveOf(container, stamped, false);
const archive141: Build = (container, stamped) => archiveOf(container, stamped, true);

const signedBuilders: ReadonlyMap<string, Build> = new Map([
  ['AllDataObjectsTimeStamp', allDataObjects],
  ['IndividualDataObjectsTimeStamp', individualDataObjects],
]);

const unsignedBuilders: ReadonlyMap<string, Build> = new Map([
  ['SignatureTimeStamp', signatureValue],
  ['SigAndRefsTimeStamp', overReferences('signature-and-references', oldReferences)],
  ['SigAndRefsTimeStampV2', overReferences('signature-and-references', newReferences)],
  ['RefsOnlyTimeStamp', overReferences('references', oldReferences)],
  ['RefsOnlyTimeStampV2', overReferences('references', newReferences)],
  ['ArchiveTimeStamp', archive],
]);
