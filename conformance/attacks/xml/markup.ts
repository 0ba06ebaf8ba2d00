import { toBase64 } from '@tra/kernel';
import { swap } from '../bytes.ts';
import { body, differs, envelope, forged, malformed, part, type Row, unreadable } from './documents.ts';

const stylesheet = '<?xml-stylesheet type="text/xsl" href="https://evil.example/show.xsl"?>';
const unsignedSheet = 'signature.stylesheet_not_signed';

/** What else stands in the document. */
export const documentRows: readonly Row[] = [
  part('a stylesheet before the signed part', unsignedSheet, ({ part: document }) => `${stylesheet}${document}`),
  part('a stylesheet behind the signed part', unsignedSheet, ({ part: document }) => `${document}\n${stylesheet}`),
  {
    name: 'a stylesheet before a document that is signed as a whole',
    clause: 'Canonical XML 1.0 2.1; XMLDSig 1.1 8.1.2',
    reason: differs,
    of: 'whole',
    forged: ({ whole }) => swap(whole, '<contract', `${stylesheet}<contract`),
  },
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
