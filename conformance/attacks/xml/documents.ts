import { utf8Encode } from '@tra/kernel';
import { signXml } from '@tra/signature';
import type { Stage } from '../attack.ts';
import { swap } from '../bytes.ts';

/** What the victim signs: one element of an envelope that says nothing itself. */
export const body = '<body Id="p">Pay 100 baht to Somchai</body>';
export const forged = (id: string): string => `<body${id}>Pay 999 baht to Mallory</body>`;

/** The envelope around the signed element and its signature. */
export const envelope = (...content: readonly string[]): string => `<envelope>${content.join('')}</envelope>`;

export interface Documents {
  readonly stage: Stage;
  /** Signature over the element `p`. */
  readonly signature: string;
  /** The same by the impostor. */
  readonly second: string;
  readonly part: string;
  /** XAdES over a whole document, enveloped. */
  readonly whole: string;
  /** The same with a time-stamp. */
  readonly stamped: string;
}

export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly of: 'part' | 'whole' | 'stamped';
  forged(documents: Documents): string | Promise<string>;
}

export const uncovered = 'signature.content_not_covered';
export const wrapped = 'signature.content_wrapped';
export const ambiguous = 'signature.reference_ambiguous';
export const differs = 'signature.reference_differs';
export const malformed = 'signature.signature_malformed';
export const unreadable = 'signature.document_unreadable';
export const intoObject = (signature: string, content: string): string =>
  swap(signature, '</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`);
export const part = (
  name: string,
  reason: string,
  make: (documents: Documents) => string,
  clause = 'XMLDSig 1.1 8.1.3; EN 319 102-1 5.2.8',
): Row => ({ name, clause, reason, of: 'part', forged: make });

const contract = utf8Encode(
  '<?xml version="1.0"?>\n<contract Id="c"><total>100 baht</total><to>Somchai</to></contract>',
);

/** The contract with XAdES around it, as the victim signs it. */
export function signWhole(
  { clock, document, timestamper }: Stage['victim'],
  chain: readonly Uint8Array[],
  stamps = false,
): Promise<Uint8Array> {
  const { certificate, signer } = document;
  return signXml({
    xml: contract,
    signer,
    certificate,
    chain,
    signingTime: clock.now(),
    id: 'x',
    ...(stamps ? { timestamper } : {}),
  });
}
