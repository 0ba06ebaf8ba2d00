import type { Stage } from '../attack.ts';
import { EXCLUSIVE, type HandSignature, transform } from '../hand-xml.ts';
import { body } from '../xml/documents.ts';

export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly signature: (stage: Stage) => HandSignature;
  /** What stands in the document beside the signature; the signed element alone unless told. */
  readonly content?: string;
}

export const uncovered = 'signature.content_not_covered';
export const wrapped = 'signature.content_wrapped';
export const unreadable = 'signature.reference_unreadable';
export const missing = 'signature.reference_missing';
export const differs = 'signature.reference_differs';
export const unsupported = 'signature.algorithm_unsupported';
export const unknownMethod = 'signature.reference_method_unsupported';
export const malformed = 'signature.signature_malformed';
export const usual = { uri: '#p', octets: body } as const;
export const over =
  (...references: HandSignature['references']) =>
  (): HandSignature => ({ references });

export const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
export const FILTER = 'http://www.w3.org/2002/06/xmldsig-filter2';
export const XSLT = 'http://www.w3.org/TR/1999/REC-xslt-19991116';
export const xpath = (expression: string): string => transform(XPATH, `<ds:XPath>${expression}</ds:XPath>`);
export const filter = (kind: string, expression: string): string =>
  transform(FILTER, `<dsf:XPath xmlns:dsf="${FILTER}" Filter="${kind}">${expression}</dsf:XPath>`);
export const exclusive = transform(EXCLUSIVE);
export const two = `<body Id="p">Pay <amount>999</amount> baht to Somchai</body>`;
export const pruned = '<body Id="p">Pay  baht to Somchai</body>';
