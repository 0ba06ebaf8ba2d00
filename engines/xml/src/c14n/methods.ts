import type { CanonicalizationMethod } from './canonicalize.ts';

const methods: ReadonlyMap<string, CanonicalizationMethod> = new Map<string, CanonicalizationMethod>([
  ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', { form: 'inclusive-1.0', comments: false }],
  ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments', { form: 'inclusive-1.0', comments: true }],
  ['http://www.w3.org/2006/12/xml-c14n11', { form: 'inclusive-1.1', comments: false }],
  ['http://www.w3.org/2006/12/xml-c14n11#WithComments', { form: 'inclusive-1.1', comments: true }],
  ['http://www.w3.org/2001/10/xml-exc-c14n#', { form: 'exclusive', comments: false }],
  ['http://www.w3.org/2001/10/xml-exc-c14n#WithComments', { form: 'exclusive', comments: true }],
]);

/** Identifier of the exclusive form without comments. */
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** The canonicalisation behind an algorithm identifier of XML Signature, or undefined. */
export function canonicalizationOf(algorithm: string): CanonicalizationMethod | undefined {
  return methods.get(algorithm);
}
