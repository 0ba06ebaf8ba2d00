import { toBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import { signXml } from '@tra/signature';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { stampOver, swap } from './bytes.ts';
import { handSignature } from './hand-xml.ts';

/** What the victim signs: one element of an envelope that says nothing itself. */
export const body = '<body Id="p">Pay 100 baht to Somchai</body>';
export const forged = (id: string): string => `<body${id}>Pay 999 baht to Mallory</body>`;

/** The envelope around the signed element and its signature. */
export const envelope = (...content: readonly string[]): string => `<envelope>${content.join('')}</envelope>`;

interface Documents {
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

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly of: 'part' | 'whole' | 'stamped';
  forged(documents: Documents): string | Promise<string>;
}

const uncovered = 'signature.content_not_covered';
const wrapped = 'signature.content_wrapped';
const ambiguous = 'signature.reference_ambiguous';
const differs = 'signature.reference_differs';
const malformed = 'signature.signature_malformed';
const unreadable = 'signature.document_unreadable';
const intoObject = (signature: string, content: string): string =>
  swap(signature, '</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`);
const part = (
  name: string,
  reason: string,
  make: (documents: Documents) => string,
  clause = 'XMLDSig 1.1 8.1.3; EN 319 102-1 5.2.8',
): Row => ({ name, clause, reason, of: 'part', forged: make });

const wrappingRows: readonly Row[] = [
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

const documentRows: readonly Row[] = [
  part(
    'document type with an entity',
    unreadable,
    ({ part: document }) => `<!DOCTYPE envelope [<!ENTITY a "b">]>${document}`,
    'XMLDSig 1.1 8.1; XAdES EN 319 132-1 4',
  ),
  part(
    'document type that adds attributes',
    unreadable,
    ({ part: document }) => `<!DOCTYPE envelope [<!ATTLIST body Id ID "p">]>${document}`,
    'XMLDSig 1.1 8.1',
  ),
  part(
    'external entity',
    unreadable,
    ({ part: document }) =>
      `<!DOCTYPE envelope [<!ENTITY a SYSTEM "file:///etc/passwd">]>${swap(document, '<envelope>', '<envelope>&a;')}`,
    'XML 1.0 4.4.3',
  ),
  part(
    'entities that grow',
    unreadable,
    ({ part: document }) =>
      `<!DOCTYPE envelope [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>${swap(document, '<envelope>', '<envelope>&c;')}`,
    'XML 1.0 4.1',
  ),
  part('two roots', unreadable, ({ part: document }) => `${document}${envelope(forged(''))}`, 'XML 1.0 2.1'),
  part(
    'two documents joined',
    unreadable,
    ({ part: document }) => `${document}<?xml version="1.0"?>${document}`,
    'XML 1.0 2.1',
  ),
  part('cut short', unreadable, ({ part: document }) => document.slice(0, -3), 'XML 1.0 2.1'),
  part(
    'an attribute twice',
    unreadable,
    ({ part: document }) => swap(document, 'Id="p"', 'Id="p" Id="q"'),
    'XML 1.0 3.1',
  ),
  part('a NUL', unreadable, ({ part: document }) => swap(document, '<envelope>', '<envelope>\0'), 'XML 1.0 2.2'),
  part(
    'another encoding named than used',
    unreadable,
    ({ part: document }) => `<?xml version="1.0" encoding="UTF-7"?>${document}`,
    'XML 1.0 4.3.3',
  ),
  part(
    'ds:SignedInfo twice, the signed one first',
    malformed,
    ({ signature }) => {
      const info = /<ds:SignedInfo.*<\/ds:SignedInfo>/s.exec(signature)?.[0] ?? '';
      return envelope(forged(' Id="p"'), signature.replace(info, info + info));
    },
    'XMLDSig 1.1 4.1',
  ),
  part(
    'digest of the forgery in a comment before the digest',
    malformed,
    ({ part: document }) => {
      const digest = toBase64(new Uint8Array(32).fill(7));
      return swap(swap(document, '<ds:DigestValue>', `<ds:DigestValue><!--${digest}-->`), '100', '999');
    },
    'XMLDSig 1.1 4.4.3.6',
  ),
  part(
    'signature value empty',
    'signature.value_invalid',
    ({ part: document }) => swap(document, /<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'),
    'XMLDSig 1.1 4.2',
  ),
  part(
    'signature value of zeros',
    'signature.value_invalid',
    ({ part: document }) =>
      swap(document, /<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${toBase64(new Uint8Array(64))}`),
    'FIPS 186-5 6.4.2',
  ),
  part(
    'signature value with more behind it',
    'signature.value_invalid',
    ({ part: document }) => swap(document, /==<\/ds:SignatureValue>/, 'AAAA==</ds:SignatureValue>'),
    'XMLDSig 1.1 6.4.3',
  ),
  part(
    'a second signature that nobody trusts beside the first',
    'signature.path_untrusted',
    ({ second, signature }) => envelope(body, signature, second),
    'EN 319 102-1 5.2.6',
  ),
];

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

const wholeRows: readonly Row[] = [
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

const contract = utf8Encode(
  '<?xml version="1.0"?>\n<contract Id="c"><total>100 baht</total><to>Somchai</to></contract>',
);

function signWhole(
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

/** XML signatures: wrapping, documents, XAdES. */
export const xmlFamily: AttackFamily = {
  format: 'XML',
  build: async (stage) => {
    const { victim } = stage;
    const chain = [victim.hierarchy.issuing.certificate];
    const signature = await handSignature(victim, { references: [{ uri: '#p', octets: body }] });
    const second = await handSignature(stage.impostor, { references: [{ uri: '#p', octets: body }], id: 't' });
    const documents: Documents = {
      stage,
      second,
      signature,
      part: envelope(body, signature),
      whole: utf8Decode(await signWhole(victim, chain)),
      stamped: utf8Decode(await signWhole(victim, chain, true)),
    };
    const shown = (text: string): Shown => ({ bytes: utf8Encode(text) });
    const rows = [...wrappingRows, ...documentRows, ...wholeRows];
    return Promise.all(
      rows.map(async ({ clause, forged: make, name, of, reason }): Promise<Attack> => {
        return { name, clause, reason, honest: shown(documents[of]), forged: shown(await make(documents)) };
      }),
    );
  },
};
