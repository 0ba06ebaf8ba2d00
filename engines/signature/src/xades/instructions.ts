import type { Check } from '@tra/pki';
import {
  DSIG_NAMESPACE,
  isElement,
  isWithin,
  lineOf,
  type NodeSet,
  type ParsedDocument,
  type ParsedInstruction,
  type ParsedNode,
} from '@tra/xml';
import { finding } from '../findings.ts';

const STYLESHEET = 'xml-stylesheet';
const mostTold = 8;

/** Processing instructions outside signatures, with those that no reference covers. */
export interface Instructions {
  readonly all: readonly ParsedInstruction[];
  readonly unsigned: readonly ParsedInstruction[];
}

const isSignature = (node: ParsedNode): boolean => isElement(node, DSIG_NAMESPACE, 'Signature');

/**
 * Processing instructions of a document. Canonical XML writes those outside the root element too (Canonical XML 1.0 clause 2.1), so that a reference to the
 * whole document covers them; a reference to the root element does not.
 */
export function instructionsOf(document: ParsedDocument, covered: readonly NodeSet[]): Instructions {
  const declaration = /^<\?xml[ \t\n]/.test(document.text) ? 2 : 0;
  if (document.text.indexOf('<?', declaration) < 0) return { all: [], unsigned: [] };
  const all: ParsedInstruction[] = [];
  const stack: ParsedNode[] = [...document.children].reverse();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'instruction') all.push(node);
    const below = node.kind === 'element' && !isSignature(node) ? node.children : [];
    for (let index = below.length - 1; index >= 0; index -= 1) stack.push(below[index] as ParsedNode);
  }
  const isCovered = (one: ParsedInstruction): boolean =>
    covered.some((set) => isWithin(one, set.apex) && (set.has?.(one) ?? true));
  return { all, unsigned: all.filter((one) => !isCovered(one)) };
}

/**
 * What programs are told to do with a document beside what it says. A stylesheet decides what a reader sees (XMLDSig 1.1 clause 8.1.2): one that nobody signed
 * leaves the document undecided, one that was signed is told, for it lies elsewhere. Any other instruction that is not signed is told.
 */
export function instructionFindings(document: ParsedDocument, { all, unsigned }: Instructions): readonly Check[] {
  const stylesheets = all.filter(({ parent, target }) => parent.kind === 'document' && target === STYLESHEET);
  const told = stylesheets.map((one) =>
    finding(unsigned.includes(one) ? 'signature.stylesheet_not_signed' : 'signature.stylesheet_signed', {
      href: hrefOf(one),
      line: lineOf(document, one.start),
    }),
  );
  const others = unsigned.filter((one) => !stylesheets.includes(one));
  const named = others.map(({ start, target }) =>
    finding('signature.instruction_not_signed', { target: target.slice(0, 80), line: lineOf(document, start) }),
  );
  return [...told.slice(0, mostTold), ...named.slice(0, mostTold)];
}

/** Where a stylesheet lies (Associating Style Sheets with XML documents 1.0 clause 4). */
function hrefOf({ value }: ParsedInstruction): string {
  const found = /(?:^|[ \t\n])href[ \t\n]*=[ \t\n]*(?:"([^"]*)"|'([^']*)')/.exec(value);
  return (found?.[1] ?? found?.[2] ?? '-').slice(0, 200);
}
