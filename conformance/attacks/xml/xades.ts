import { toBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import { stampOver, swap } from '../bytes.ts';
import { differs, intoObject, malformed, type Row, signWhole, uncovered } from './documents.ts';

const whole = (name: string, reason: string, make: Row['forged'], clause: string): Row => ({
  name,
  clause,
  reason,
  of: 'whole',
  forged: make,
});
const properties = (text: string): string =>
  /<xades:SignedProperties[\s\S]*<\/xades:SignedProperties>/.exec(text)?.[0] ?? '';
const xades = 'http://uri.etsi.org/01903/v1.3.2#';

/** XAdES over a whole document: content, properties, time-stamps. */
export const wholeRows: readonly Row[] = [
  whole('content changed', differs, ({ whole: document }) => swap(document, '100', '900'), 'XMLDSig 1.1 3.2.1'),
  whole(
    'forged content inside the enveloped signature',
    uncovered,
    ({ whole: document }) =>
      swap(document, '</ds:Signature>', `<ds:Object><total>999</total></ds:Object></ds:Signature>`),
    'XMLDSig 1.1 6.6.4',
  ),
  whole(
    'the signed root moved into the signature, another root around it',
    differs,
    ({ whole: document }) => {
      const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/.exec(document)?.[0] ?? '';
      const root = document.replace(signature, '').replace(/<\?xml[^>]*>\s*/, '');
      return `<contract><total>999 baht</total>${intoObject(signature, root)}</contract>`;
    },
    'XMLDSig 1.1 6.6.4',
  ),
  whole(
    'signing time changed',
    differs,
    ({ whole: document }) => swap(document, '<xades:SigningTime>2026', '<xades:SigningTime>2020'),
    'EN 319 132-1 5.2.1',
  ),
  whole(
    'signed properties moved away, others in their place',
    'signature.signer_certificate_not_bound',
    ({ whole: document }) => {
      const signed = properties(document);
      const fake = signed.replace(/Id="[^"]*"/, 'Id="fake"').replace('>2026', '>2020');
      return intoObject(swap(document, signed, fake), '').replace(
        '<ds:Object></ds:Object>',
        `<ds:Object xmlns:xades="${xades}">${signed}</ds:Object>`,
      );
    },
    'EN 319 132-1 4.4.2',
  ),
  whole(
    'signed properties twice',
    malformed,
    ({ whole: document }) => swap(document, properties(document), properties(document).repeat(2)),
    'EN 319 132-1 4.3.2',
  ),
  whole(
    'qualifying properties twice',
    malformed,
    ({ whole: document }) => {
      const all = /<xades:QualifyingProperties[\s\S]*<\/xades:QualifyingProperties>/.exec(document)?.[0] ?? '';
      return swap(document, all, all + all);
    },
    'EN 319 132-1 4.4.2',
  ),
  whole(
    'certificate of the impostor in ds:KeyInfo',
    'signature.value_invalid',
    ({ stage, whole: document }) =>
      swap(
        document,
        /<ds:X509Certificate>[^<]*/,
        `<ds:X509Certificate>${toBase64(stage.impostor.document.certificate)}`,
      ),
    'EN 319 132-1 5.2.2',
  ),
  whole(
    'certificate of another victim in ds:KeyInfo',
    'signature.signer_certificate_mismatch',
    async ({ stage, whole: document }) => {
      const { document: own, hierarchy } = stage.victim;
      const twin = await hierarchy.issue('document-signer', {
        publicKey: own.signer.publicKey,
        subject: { commonName: 'Victim Director', organization: 'Victim', country: 'TH' },
      });
      return swap(document, /<ds:X509Certificate>[^<]*/, `<ds:X509Certificate>${toBase64(twin.certificate)}`);
    },
    'EN 319 132-1 5.2.2',
  ),
  whole(
    'signed by the impostor under the same names',
    'signature.path_untrusted',
    async ({ stage: { impostor } }) => {
      const chain = [impostor.hierarchy.issuing.certificate, impostor.hierarchy.root.certificate];
      return utf8Decode(await signWhole(impostor, chain));
    },
    'EN 319 102-1 5.2.6',
  ),
  {
    name: 'time-stamp over something else',
    clause: 'EN 319 132-1 5.3',
    reason: 'signature.timestamp_other_data',
    of: 'stamped',
    forged: async ({ stage, stamped }) => {
      const token = toBase64(await stampOver(stage.victim, utf8Encode('other')));
      return swap(stamped, /(<xades:EncapsulatedTimeStamp>)[^<]*/, `$1${token}`);
    },
  },
  {
    name: 'unreadable time-stamp',
    clause: 'RFC 3161 2.4.2',
    reason: 'signature.timestamp_invalid',
    of: 'stamped',
    forged: ({ stamped }) => swap(stamped, /(<xades:EncapsulatedTimeStamp>)[^<]*/, `$1AAAA`),
  },
];
