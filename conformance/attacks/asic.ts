import { concatBytes, toBase64, utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { sha256, stampOver } from './bytes.ts';
import { signedData, signerInfo } from './hand-cms.ts';
import { handSignature } from './hand-xml.ts';
import { crc32, type ZipMember, type ZipOptions, zip } from './zip.ts';

const invoice = utf8Encode('<invoice>100</invoice>');
const forgery = utf8Encode('<invoice>999</invoice>');
const file = (name: string, bytes: Uint8Array, more: Partial<ZipMember> = {}): ZipMember => ({ name, bytes, ...more });
const mimetype = (kind: 'e' | 's'): ZipMember => file('mimetype', utf8Encode(`application/vnd.etsi.asic-${kind}+zip`));
const SIGNATURE = 'META-INF/signature001.p7s';
const MANIFEST = 'META-INF/ASiCManifest001.xml';

/** Detached CAdES by the victim. */
function cades({ victim }: Stage, content: Uint8Array, by = victim): Uint8Array {
  const certificates = [by.document.certificate, by.hierarchy.issuing.certificate];
  return signedData({ certificates, signers: [signerInfo({ entity: by.document, content })] });
}

interface Entry {
  readonly uri: string;
  readonly bytes: Uint8Array;
  readonly method?: string;
}

const dsig = 'xmlns="http://www.w3.org/2000/09/xmldsig#"';
function manifest(entries: readonly Entry[], signature: string = SIGNATURE): Uint8Array {
  const list = entries.map(
    ({ bytes, method = 'http://www.w3.org/2001/04/xmlenc#sha256', uri }) =>
      `<DataObjectReference URI="${uri}"><DigestMethod ${dsig} Algorithm="${method}"/><DigestValue ${dsig}>${toBase64(sha256(bytes))}</DigestValue></DataObjectReference>`,
  );
  return utf8Encode(
    `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#"><SigReference URI="${signature}"/>${list.join('')}</ASiCManifest>`,
  );
}

interface Honest {
  readonly list: Uint8Array;
  readonly signature: Uint8Array;
  /** mimetype, invoice, manifest, signature of an ASiC-E. */
  readonly members: readonly [ZipMember, ZipMember, ZipMember, ZipMember];
  /** mimetype, invoice, signature of an ASiC-S. */
  readonly simple: readonly [ZipMember, ZipMember, ZipMember];
  /** mimetype, invoice, XAdES of an ASiC-E. */
  readonly xades: readonly [ZipMember, ZipMember, ZipMember];
}

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly of?: 'members' | 'simple' | 'xades';
  forged(honest: Honest, stage: Stage): Uint8Array | Promise<Uint8Array>;
}

const broken = 'signature.container_unreadable';
const differs = 'signature.reference_differs';
const missing = 'signature.reference_missing';
const unsigned = 'signature.file_not_covered';

/** The honest ASiC-E with one member changed or added. */
const with_ =
  (index: number, change: (member: ZipMember) => ZipMember): Row['forged'] =>
  ({ members }) =>
    zip(members.map((member, at) => (at === index ? change(member) : member)));
const plus =
  (...more: readonly ZipMember[]): Row['forged'] =>
  ({ members }) =>
    zip([...members, ...more]);
const around =
  (options: ZipOptions): Row['forged'] =>
  ({ members }) =>
    zip(members, options);
const zipRow = (name: string, forged: Row['forged'], clause = 'EN 319 162-1 4.2; APPNOTE 6.3.3 4.3'): Row => ({
  name,
  clause,
  reason: broken,
  forged,
});
const header = (
  local: number | undefined,
  central: number | undefined,
  value: number,
  size: 2 | 4 = 4,
): Row['forged'] =>
  with_(1, (member) => ({
    ...member,
    change: (first, second) => {
      const set = (view: DataView, at: number): void =>
        size === 4 ? view.setUint32(at, value, true) : view.setUint16(at, value, true);
      if (local !== undefined) set(first, local);
      if (central !== undefined) set(second, central);
    },
  }));

const containerRows: readonly Row[] = [
  zipRow('a name twice, the forged file last', plus(file('invoice.xml', forgery))),
  zipRow('a name twice, the forged file first', ({ members: [type, ...rest] }) =>
    zip([type, file('invoice.xml', forgery), ...rest]),
  ),
  zipRow('a name twice but for case', plus(file('Invoice.XML', forgery))),
  zipRow(
    'another name in the local header',
    with_(1, (member) => ({ ...member, localName: 'invoicf.xml' })),
  ),
  zipRow('a name that leaves the container', plus(file('../../evil.sh', forgery))),
  zipRow('an absolute name', plus(file('/etc/evil', forgery))),
  zipRow('a name with a backslash', plus(file('..\\evil', forgery))),
  zipRow('a name with a NUL', plus(file('invoice.xml\0.txt', forgery))),
  zipRow('another size in the local header', header(22, undefined, 9)),
  zipRow('another size in the directory', header(undefined, 24, 9)),
  zipRow('a gigantic size', header(22, 24, 0xfffffff0)),
  zipRow('another checksum in the directory', header(undefined, 16, 1)),
  zipRow('a checksum of something else', header(14, 16, crc32(forgery))),
  zipRow('another method in the local header', header(8, undefined, 8, 2)),
  zipRow('an encrypted file', header(6, 8, 1, 2)),
  zipRow('bytes behind the end', around({ after: utf8Encode('tail') })),
  {
    ...zipRow('bytes before the first file', around({ before: utf8Encode('#!/bin/sh\n') })),
    reason: 'validation.unchanged.unreadable',
  },
  zipRow('bytes between the files and the directory', around({ between: forgery })),
  zipRow('a file that the directory does not name', ({ members: [type, one, ...rest] }) =>
    zip([type, one, file('invoice.xml', forgery, { hidden: true }), ...rest]),
  ),
  zipRow('two names for one place', ({ members }) => zip([...members, file('other.xml', invoice, { at: 1 })])),
  zipRow('a second directory inside the comment', ({ members }) =>
    zip(members, { comment: zip([file('invoice.xml', forgery)]) }),
  ),
  zipRow('sizes of ZIP64 without their record', header(18, 20, 0xffffffff)),
  zipRow('a directory beyond the file', around({ end: (view) => view.setUint32(16, 0x7fffffff, true) })),
  zipRow('fewer files in the directory than it says', around({ end: (view) => view.setUint16(10, 9, true) })),
  zipRow('more than one disk', around({ end: (view) => view.setUint16(4, 1, true) })),
  zipRow('cut short', ({ members }) => zip(members).subarray(0, -8)),
  zipRow('two joined', ({ members }) => concatBytes(zip(members), zip(members))),
];

const contentRows: readonly Row[] = [
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
    forged: ({ members }) =>
      zip([
        ...members,
        file('evil.xml', forgery),
        file('META-INF/ASiCManifest002.xml', manifest([{ uri: 'evil.xml', bytes: forgery }])),
      ]),
  },
  {
    name: 'a second manifest before the signed one',
    clause: 'EN 319 162-1 4.4.3',
    reason: 'signature.hash_mismatch',
    forged: ({ members: [type, one, list, signature] }) =>
      zip([
        type,
        one,
        file('evil.xml', forgery),
        file('META-INF/ASiCManifest000.xml', manifest([{ uri: 'evil.xml', bytes: forgery }])),
        list,
        signature,
      ]),
  },
  {
    name: 'a manifest of a signature that is not there',
    clause: 'EN 319 162-1 4.4.3',
    reason: unsigned,
    forged: ({ members }) =>
      zip([
        ...members,
        file('evil.xml', forgery),
        file(
          'META-INF/ASiCManifest002.xml',
          manifest([{ uri: 'evil.xml', bytes: forgery }], 'META-INF/signature002.p7s'),
        ),
      ]),
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
    forged: ({ members: [type, one, list], list: signed }, stage) =>
      zip([type, one, list, file(SIGNATURE, cades(stage, signed, stage.impostor))]),
  },
  {
    name: 'the signature of another container',
    clause: 'RFC 5652 5.4',
    reason: 'signature.hash_mismatch',
    forged: ({ members: [type, one, list] }, stage) => zip([type, one, list, file(SIGNATURE, cades(stage, forgery))]),
  },
  {
    name: 'a manifest signed by the victim that leads elsewhere',
    clause: 'EN 319 162-1 4.4.3',
    reason: missing,
    forged: (_, stage) => {
      const list = manifest([{ uri: '../invoice.xml', bytes: invoice }]);
      return zip([
        mimetype('e'),
        file('invoice.xml', invoice),
        file(MANIFEST, list),
        file(SIGNATURE, cades(stage, list)),
      ]);
    },
  },
  {
    name: 'a manifest with a digest that nobody knows',
    clause: 'EN 319 162-1 4.4.3; ETSI TS 119 312',
    reason: differs,
    forged: (_, stage) => {
      const list = manifest([{ uri: 'invoice.xml', bytes: invoice, method: 'urn:nobody' }]);
      return zip([
        mimetype('e'),
        file('invoice.xml', invoice),
        file(MANIFEST, list),
        file(SIGNATURE, cades(stage, list)),
      ]);
    },
  },
  {
    name: 'a manifest with a document type',
    clause: 'XML 1.0 4.4.3',
    reason: unsigned,
    forged: (_, stage) => {
      const list = concatBytes(
        utf8Encode('<!DOCTYPE ASiCManifest [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        manifest([{ uri: 'invoice.xml', bytes: invoice }]),
      );
      return zip([
        mimetype('e'),
        file('invoice.xml', invoice),
        file(MANIFEST, list),
        file(SIGNATURE, cades(stage, list)),
      ]);
    },
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

/** ASiC containers: the ZIP file, the manifest, what is in it. */
export const asicFamily: AttackFamily = {
  format: 'ASiC',
  build: async (stage) => {
    const list = manifest([{ uri: 'invoice.xml', bytes: invoice }]);
    const signature = cades(stage, list);
    const octets = new TextDecoder().decode(invoice);
    const xades = await handSignature(stage.victim, { references: [{ uri: 'invoice.xml', octets, transforms: '' }] });
    const data = file('invoice.xml', invoice);
    const honest: Honest = {
      list,
      signature,
      members: [mimetype('e'), data, file(MANIFEST, list), file(SIGNATURE, signature)],
      simple: [mimetype('s'), data, file('META-INF/signature.p7s', cades(stage, invoice))],
      xades: [
        mimetype('e'),
        data,
        file('META-INF/signatures.xml', utf8Encode(`<XAdESSignatures>${xades}</XAdESSignatures>`)),
      ],
    };
    const shown = (bytes: Uint8Array): Shown => ({ bytes });
    return Promise.all(
      [...containerRows, ...contentRows].map(
        async ({ clause, forged, name, of = 'members', reason }): Promise<Attack> => ({
          name,
          clause,
          reason,
          honest: shown(zip(honest[of])),
          forged: shown(await forged(honest, stage)),
        }),
      ),
    );
  },
};
