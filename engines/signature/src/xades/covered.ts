import {
  attributeOf,
  childElements,
  DSIG_NAMESPACE,
  isElement,
  type NodeSet,
  type ParsedDocument,
  type ParsedElement,
  type ParsedNode,
  type VerifyBudget,
  XmlError,
  type XmlReferenceResult,
  type XmlSignature,
} from '@tra/xml';
import { xadesNamespaces } from './names.ts';

/** What signatures leave unsigned in a document. */
export interface Uncovered {
  /** The root and everything in it but signatures is signed. */
  readonly whole: boolean;
  /** First element in document order that holds something unsigned. */
  readonly element?: ParsedElement;
}

/** What signed content is held against. */
export interface CoverageInput {
  /** Node-sets of references that are intact. */
  readonly covered: readonly NodeSet[];
  /** Elements of which the text alone is signed, and that hold nothing else. */
  readonly texts?: ReadonlySet<ParsedElement>;
  readonly budget: VerifyBudget;
}

/** Node-sets of the references that match. */
export function coveredBy(references: readonly XmlReferenceResult[]): NodeSet[] {
  return references.flatMap(({ covered, intact }) => (intact && covered ? [covered] : []));
}

const BASE64 = `${DSIG_NAMESPACE}base64`;

/** Targets of references that match and sign the decoded text of an element (XMLDSig 1.1 clause 6.6.2), which then must hold text alone. */
export function signedTexts(references: readonly XmlReferenceResult[]): ParsedElement[] {
  return references.flatMap(({ intact, reference, target }) => {
    const [only, second] = reference.transforms;
    const decodes = only !== undefined && !second && attributeOf(only, 'Algorithm') === BASE64;
    if (!intact || !decodes || target?.kind !== 'element') return [];
    return target.children.every(({ kind }) => kind === 'text') ? [target] : [];
  });
}

/**
 * Looks for content that no reference covers, transforms taken into account: the ground on which a signed part is moved aside and another
 * is put in its place. Signatures are passed over, but the ds:Object contents of `own` are not; an element that only holds what is covered, and
 * neither text nor attributes but ids, is a mere wrapper.
 */
export function uncoveredPart(own: XmlSignature, document: ParsedDocument, input: CoverageInput): Uncovered {
  const search = new Search(own.element, input);
  try {
    const whole = document.root !== own.element && search.holds(document.root) && search.isFull(document.root);
    // Not even the enveloped-signature transform makes the signature itself a place for content (XMLDSig 1.1 clause 6.6.4).
    const element = whole ? search.firstInObjects() : search.first(document.root);
    if (whole && !element) return { whole };
    return element ? { whole: false, element } : { whole: false };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { whole: false, element: document.root };
  }
}

class Search {
  readonly #own: ParsedElement;
  readonly #covered: readonly NodeSet[];
  readonly #texts: ReadonlySet<ParsedElement>;
  readonly #budget: VerifyBudget;

  constructor(own: ParsedElement, { budget, covered, texts = new Set() }: CoverageInput) {
    this.#own = own;
    this.#texts = texts;
    this.#covered = covered;
    this.#budget = budget;
  }

  /** Whether a node itself is signed, with the attributes that it has. */
  holds(node: ParsedNode): boolean {
    return this.#covered.some((set) => {
      this.#budget.steps -= 1;
      if (this.#budget.steps < 0) throw new XmlError('xml.too_much_work', { params: { kind: 'steps' } });
      if (!isBelow(node, set.apex) || !(set.has?.(node) ?? true)) return false;
      if (node.kind !== 'element' || !set.hasAttribute) return true;
      return node.attributes.every((attribute) => set.hasAttribute?.(node, attribute));
    });
  }

  /** Whether everything below is signed, but signatures. */
  isFull(element: ParsedElement): boolean {
    return element.children.every((child) => {
      if (child.kind === 'comment' || child.kind === 'instruction' || this.#isSignature(child)) return true;
      if (child.kind === 'text') return child.value.trim() === '' || this.holds(child);
      return this.holds(child) && this.isFull(child);
    });
  }

  first(element: ParsedElement): ParsedElement | undefined {
    if (element === this.#own) return this.firstInObjects();
    if (this.#isSignature(element) || this.#texts.has(element)) return undefined;
    if (this.holds(element)) return this.#firstBelow(element);
    const isWrapper =
      childElements(element).length > 0 && element.attributes.every(isId) && element.children.every(isBlank);
    return isWrapper ? this.#firstBelow(element) : element;
  }

  #firstBelow(element: ParsedElement): ParsedElement | undefined {
    for (const child of element.children) {
      if (child.kind === 'text' && child.value.trim() !== '' && !this.holds(child)) return element;
      const found = child.kind === 'element' ? this.first(child) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  firstInObjects(): ParsedElement | undefined {
    for (const object of childElements(this.#own)) {
      if (!isElement(object, DSIG_NAMESPACE, 'Object') || this.#texts.has(object) || this.holds(object)) continue;
      for (const child of childElements(object)) {
        const isProperties = child.localName === 'QualifyingProperties' && xadesNamespaces.includes(child.namespace);
        const found = isProperties ? undefined : this.first(child);
        if (found) return found;
      }
      if (!object.children.every(isBlank)) return object;
    }
    return undefined;
  }

  #isSignature(node: ParsedNode): boolean {
    return node.kind === 'element' && isElement(node, DSIG_NAMESPACE, 'Signature');
  }
}

const isBelow = (node: ParsedNode, apex: ParsedDocument | ParsedElement): boolean =>
  apex.kind === 'document' || (node.order >= apex.order && node.start < apex.end);
const isId = ({ localName }: { readonly localName: string }): boolean => localName.toLowerCase() === 'id';
const isBlank = (node: ParsedNode): boolean => node.kind !== 'text' || node.value.trim() === '';
