import type { NodeSet } from '../c14n/node-set.ts';
import { XmlError } from '../errors.ts';
import type { ParsedDocument } from '../tree/node.ts';

/**
 * What verifying may cost, shared by all signatures of one document: a hostile one may hold hundreds of references, each over all of it.
 * The fields count down.
 */
export interface VerifyBudget {
  /** Octets that may be canonicalised and hashed. */
  octets: number;
  /** Nodes that XPath expressions may look at. */
  steps: number;
}

/** A fresh {@link VerifyBudget} for a document: eight times its size and 16 MiB, five million steps. */
export function verifyBudget({ text }: ParsedDocument): VerifyBudget {
  return { octets: 16 * 1024 * 1024 + 8 * text.length, steps: 5_000_000 };
}

/** Takes `units` from a budget. Throws {@link XmlError} `xml.too_much_work` when it is used up. */
export function spend(budget: VerifyBudget, kind: keyof VerifyBudget, units: number): void {
  budget[kind] -= units;
  if (budget[kind] < 0) throw new XmlError('xml.too_much_work', { params: { kind } });
}

/**
 * Takes from a budget what the namespaces in scope cost that canonicalising a node-set begins with: thousands may stand above one small element, and each of
 * hundreds of references would gather them again. Throws {@link XmlError} `xml.too_much_work`.
 */
export function spendOnScope(budget: VerifyBudget, { apex }: NodeSet): void {
  let declared = 0;
  for (let at = apex.kind === 'element' ? apex.parent : apex; at.kind === 'element'; at = at.parent) {
    declared += at.declarations.length;
  }
  spend(budget, 'octets', declared * octetsOfDeclaration);
}

/** About what hashing as many octets takes in place of gathering one namespace. */
const octetsOfDeclaration = 16;
