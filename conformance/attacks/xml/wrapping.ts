import { swap } from '../bytes.ts';
import {
  ambiguous,
  body,
  differs,
  envelope,
  forged,
  intoObject,
  part,
  type Row,
  uncovered,
  wrapped,
} from './documents.ts';

/** Signature wrapping: the signed element elsewhere, a forged one in its place. */
export const wrappingRows: readonly Row[] = [
  part('signed element moved into ds:Object, another in its place', wrapped, ({ signature }) =>
    envelope(forged(''), intoObject(signature, body)),
  ),
  part('signed element moved into ds:Object, another of another id in its place', wrapped, ({ signature }) =>
    envelope(forged(' Id="q"'), intoObject(signature, body)),
  ),
  part('signed element moved into ds:KeyInfo', wrapped, ({ signature }) =>
    envelope(forged(''), swap(signature, '</ds:KeyInfo>', `${body}</ds:KeyInfo>`)),
  ),
  part('the same id twice, the forged one first', ambiguous, ({ signature }) =>
    envelope(forged(' Id="p"'), body, signature),
  ),
  part('the same id twice, the forged one last', ambiguous, ({ signature }) =>
    envelope(body, signature, forged(' Id="p"')),
  ),
  part('the same id as xml:id', ambiguous, ({ signature }) => envelope(forged(' xml:id="p"'), body, signature)),
  part('the same id as ID', ambiguous, ({ signature }) => envelope(forged(' ID="p"'), body, signature)),
  part('the same id as id', ambiguous, ({ signature }) => envelope(forged(' id="p"'), body, signature)),
  part('signed element kept in a sibling', wrapped, ({ signature }) =>
    envelope(forged(''), `<backup>${body}</backup>`, signature),
  ),
  part('signed element inside the forged one', wrapped, ({ signature }) =>
    envelope(`<body Id="q">Pay 999 baht to Mallory${body}</body>`, signature),
  ),
  part('forged element beside the signed one', wrapped, ({ signature }) => envelope(body, signature, forged(''))),
  part('forged element before the signed one', wrapped, ({ signature }) => envelope(forged(''), body, signature)),
  part('forged element in another namespace', uncovered, ({ signature }) =>
    envelope('<x:body xmlns:x="urn:x">Pay 999 baht to Mallory</x:body>', body, signature),
  ),
  part('forged text in the envelope', uncovered, ({ signature }) =>
    envelope('Pay 999 baht to Mallory', body, signature),
  ),
  part('forged text behind the signature', uncovered, ({ signature }) =>
    envelope(body, signature, 'Pay 999 baht to Mallory'),
  ),
  part('forged attribute on the envelope', uncovered, ({ part: document }) =>
    swap(document, '<envelope>', '<envelope pay="999" to="Mallory">'),
  ),
  part('xml:lang on the envelope', uncovered, ({ part: document }) =>
    swap(document, '<envelope>', '<envelope xml:lang="th">'),
  ),
  part('forged content in an unsigned ds:Object', uncovered, ({ signature }) =>
    envelope(body, intoObject(signature, '<note>Pay 999 baht to Mallory</note>')),
  ),
  part(
    'signed element under another root that says something else',
    uncovered,
    ({ signature }) => `<order><item>Mallory</item>${body}${signature}</order>`,
  ),
  part(
    'signed element renamed',
    'signature.reference_missing',
    ({ part: document }) => swap(document, 'Id="p"', 'Id="q"'),
    'XMLDSig 1.1 4.4.3.1',
  ),
  part(
    'signed element taken away',
    'signature.reference_missing',
    ({ signature }) => envelope(signature),
    'XMLDSig 1.1 4.4.3.1',
  ),
  part(
    'signed element in another namespace',
    differs,
    ({ part: document }) => swap(document, '<envelope>', '<envelope xmlns="urn:x">'),
    'XML-EXC-C14N 3',
  ),
  part(
    'text of the signed element changed',
    differs,
    ({ part: document }) => swap(document, '100', '900'),
    'XMLDSig 1.1 3.2.1',
  ),
  part(
    'a processing instruction in the signed element',
    differs,
    ({ part: document }) => swap(document, '100', '1<?x?>00'),
    'XMLDSig 1.1 3.2.1',
  ),
  part(
    'white space in the signed element',
    differs,
    ({ part: document }) => swap(document, '100 baht', '1 00 baht'),
    'XMLDSig 1.1 3.2.1',
  ),
  part(
    'an attribute on the signed element',
    differs,
    ({ part: document }) => swap(document, 'Id="p"', 'Id="p" amount="999"'),
    'XMLDSig 1.1 3.2.1',
  ),
];
