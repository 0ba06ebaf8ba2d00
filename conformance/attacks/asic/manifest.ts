import { concatBytes, utf8Encode } from '@tra/kernel';
import { stampOver } from '../bytes.ts';
import { zip } from '../zip.ts';
import {
  cades,
  differs,
  file,
  forgery,
  invoice,
  MANIFEST,
  manifest,
  mimetype,
  missing,
  plus,
  type Row,
  signedAnew,
  underList,
  unsigned,
  with_,
} from './container.ts';

/** A manifest of a file that nobody signed. */
const evilList = (signature?: string): Uint8Array => manifest([{ uri: 'evil.xml', bytes: forgery }], signature);

/** What is signed and what is in the container. */
export const contentRows: readonly Row[] = [
  {
    name: 'a file exchanged',
    clause: 'EN 319 162-1 4.4.3',
    reason: differs,
    forged: with_(1, (member) => ({ ...member, bytes: forgery })),
  },
  {
    name: 'a file exchanged, compressed',
    clause: 'EN 319 162-1 4.4.3',
    reason: differs,
    forged: with_(1, (member) => ({ ...member, bytes: forgery, deflate: true })),
  },
  {
    name: 'a file missing',
    clause: 'EN 319 162-1 4.4.3',
    reason: missing,
    forged: ({ members }) => zip(members.filter((_, index) => index !== 1)),
  },
  {
    name: 'a file renamed',
    clause: 'EN 319 162-1 4.4.3',
    reason: missing,
    forged: with_(1, (member) => ({ ...member, name: 'bill.xml' })),
  },
  {
    name: 'a file that nobody signed',
    clause: 'EN 319 102-1 5.2.8; EN 319 162-1 4.4',
    reason: unsigned,
    forged: plus(file('contract.pdf', forgery)),
  },
  {
    name: 'a file that nobody signed in a folder',
    clause: 'EN 319 102-1 5.2.8',
    reason: unsigned,
    forged: plus(file('data/invoice.xml', forgery)),
  },
  {
    name: 'a file whose name looks like that of a signed one',
    clause: 'EN 319 102-1 5.2.8',
    reason: unsigned,
    forged: plus(file('invoice.xml ', forgery)),
  },
  {
    name: 'a file of the coded name',
    clause: 'RFC 3986 2.1; EN 319 162-1 4.4.3',
    reason: unsigned,
    forged: plus(file('%69nvoice.xml', forgery)),
  },
  {
    name: 'a manifest changed with the file',
    clause: 'EN 319 162-1 4.4.3',
    reason: 'signature.hash_mismatch',
    forged: ({ members: [type, , , signature] }) =>
      zip([
        type,
        file('invoice.xml', forgery),
        file(MANIFEST, manifest([{ uri: 'invoice.xml', bytes: forgery }])),
        signature,
      ]),
  },
  {
    name: 'a second manifest for the same signature',
    clause: 'EN 319 162-1 4.4.3',
    reason: unsigned,
    forged: plus(file('evil.xml', forgery), file('META-INF/ASiCManifest002.xml', evilList())),
  },
  {
    name: 'a second manifest before the signed one',
    clause: 'EN 319 162-1 4.4.3',
    reason: 'signature.hash_mismatch',
    forged: ({ members: [type, one, list, signature] }) =>
      zip([type, one, file('evil.xml', forgery), file('META-INF/ASiCManifest000.xml', evilList()), list, signature]),
  },
  {
    name: 'a manifest of a signature that is not there',
    clause: 'EN 319 162-1 4.4.3',
    reason: unsigned,
    forged: plus(
      file('evil.xml', forgery),
      file('META-INF/ASiCManifest002.xml', evilList('META-INF/signature002.p7s')),
    ),
  },
  {
    name: 'no manifest',
    clause: 'EN 319 162-1 4.4.3',
    reason: 'signature.content_missing',
    forged: ({ members: [type, one, , signature] }) => zip([type, one, file('other.xml', forgery), signature]),
  },
  {
    name: 'a signature that is none',
    clause: 'EN 319 162-1 4.4',
    reason: 'signature.contents_not_cms',
    forged: with_(3, (member) => ({ ...member, bytes: utf8Encode('x') })),
  },
  {
    name: 'a signature by the impostor',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: signedAnew((stage, list) => cades(stage, list, stage.impostor)),
  },
  {
    name: 'the signature of another container',
    clause: 'RFC 5652 5.4',
    reason: 'signature.hash_mismatch',
    forged: signedAnew((stage) => cades(stage, forgery)),
  },
  {
    name: 'a manifest signed by the victim that leads elsewhere',
    clause: 'EN 319 162-1 4.4.3',
    reason: missing,
    forged: underList(() => manifest([{ uri: '../invoice.xml', bytes: invoice }])),
  },
  {
    name: 'a manifest with a digest that nobody knows',
    clause: 'EN 319 162-1 4.4.3; ETSI TS 119 312',
    reason: 'signature.reference_method_unsupported',
    forged: underList(() => manifest([{ uri: 'invoice.xml', bytes: invoice, method: 'urn:nobody' }])),
  },
  {
    name: 'a manifest with a document type',
    clause: 'XML 1.0 4.4.3',
    reason: unsigned,
    forged: underList(({ list }) =>
      concatBytes(utf8Encode('<!DOCTYPE ASiCManifest [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), list),
    ),
  },
  {
    name: 'ASiC-S with its file exchanged',
    clause: 'EN 319 162-1 4.3',
    reason: 'signature.hash_mismatch',
    of: 'simple',
    forged: ({ simple: [type, , signature] }) => zip([type, file('invoice.xml', forgery), signature]),
  },
  {
    name: 'ASiC-S with a second file',
    clause: 'EN 319 162-1 4.3.3.2',
    reason: unsigned,
    of: 'simple',
    forged: ({ simple }) => zip([...simple, file('more.xml', forgery)]),
  },
  {
    name: 'ASiC-S named ASiC-E',
    clause: 'EN 319 162-1 4.4',
    reason: unsigned,
    of: 'simple',
    forged: ({ simple: [, ...rest] }) => zip([mimetype('e'), ...rest]),
  },
  {
    name: 'XAdES of a container with the file exchanged',
    clause: 'EN 319 162-1 4.4.2',
    reason: differs,
    of: 'xades',
    forged: ({ xades: [type, , signature] }) => zip([type, file('invoice.xml', forgery), signature]),
  },
  {
    name: 'XAdES of a container beside a file that nobody signed',
    clause: 'EN 319 102-1 5.2.8',
    reason: unsigned,
    of: 'xades',
    forged: ({ xades }) => zip([...xades, file('evil.xml', forgery)]),
  },
  {
    name: 'a time-stamp of the container over another manifest',
    clause: 'EN 319 162-1 4.3.3.3',
    reason: 'signature.hash_mismatch',
    forged: async ({ members: [type, one] }, { victim }) => {
      const token = await stampOver(victim, forgery);
      const own = manifest([{ uri: 'invoice.xml', bytes: invoice }], 'META-INF/timestamp001.tst');
      return zip([type, one, file(MANIFEST, own), file('META-INF/timestamp001.tst', token)]);
    },
  },
];
