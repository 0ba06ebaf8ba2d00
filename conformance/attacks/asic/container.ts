import { toBase64, utf8Encode } from '@tra/kernel';
import type { Stage } from '../attack.ts';
import { sha256 } from '../bytes.ts';
import { signedData, signerInfo } from '../hand-cms.ts';
import { type ZipMember, type ZipOptions, zip } from '../zip.ts';

export const invoice = utf8Encode('<invoice>100</invoice>');
export const forgery = utf8Encode('<invoice>999</invoice>');
export const file = (name: string, bytes: Uint8Array, more: Partial<ZipMember> = {}): ZipMember => ({
  name,
  bytes,
  ...more,
});
export const mimetype = (kind: 'e' | 's'): ZipMember =>
  file('mimetype', utf8Encode(`application/vnd.etsi.asic-${kind}+zip`));
export const SIGNATURE = 'META-INF/signature001.p7s';
export const MANIFEST = 'META-INF/ASiCManifest001.xml';

/** Detached CAdES by the victim. */
export function cades({ victim }: Stage, content: Uint8Array, by = victim): Uint8Array {
  const certificates = [by.document.certificate, by.hierarchy.issuing.certificate];
  return signedData({ certificates, signers: [signerInfo({ entity: by.document, content })] });
}

export interface Entry {
  readonly uri: string;
  readonly bytes: Uint8Array;
  readonly method?: string;
}

export const dsig = 'xmlns="http://www.w3.org/2000/09/xmldsig#"';
export function manifest(entries: readonly Entry[], signature: string = SIGNATURE): Uint8Array {
  const list = entries.map(
    ({ bytes, method = 'http://www.w3.org/2001/04/xmlenc#sha256', uri }) =>
      `<DataObjectReference URI="${uri}"><DigestMethod ${dsig} Algorithm="${method}"/><DigestValue ${dsig}>${toBase64(sha256(bytes))}</DigestValue></DataObjectReference>`,
  );
  return utf8Encode(
    `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#"><SigReference URI="${signature}"/>${list.join('')}</ASiCManifest>`,
  );
}

export interface Honest {
  readonly list: Uint8Array;
  readonly signature: Uint8Array;
  /** mimetype, invoice, manifest, signature of an ASiC-E. */
  readonly members: readonly [ZipMember, ZipMember, ZipMember, ZipMember];
  /** mimetype, invoice, signature of an ASiC-S. */
  readonly simple: readonly [ZipMember, ZipMember, ZipMember];
  /** mimetype, invoice, XAdES of an ASiC-E. */
  readonly xades: readonly [ZipMember, ZipMember, ZipMember];
}

export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly of?: 'members' | 'simple' | 'xades';
  forged(honest: Honest, stage: Stage): Uint8Array | Promise<Uint8Array>;
}

export const broken = 'signature.container_unreadable';
export const differs = 'signature.reference_differs';
export const missing = 'signature.reference_missing';
export const unsigned = 'signature.file_not_covered';

/** The honest ASiC-E with one member changed or added. */
export const with_ =
  (index: number, change: (member: ZipMember) => ZipMember): Row['forged'] =>
  ({ members }) =>
    zip(members.map((member, at) => (at === index ? change(member) : member)));
export const plus =
  (...more: readonly ZipMember[]): Row['forged'] =>
  ({ members }) =>
    zip([...members, ...more]);
/** The honest file under a manifest that the victim signs as it is. */
export const underList =
  (list: (honest: Honest) => Uint8Array): Row['forged'] =>
  (honest, stage) => {
    const [type, data] = honest.members;
    const signed = list(honest);
    return zip([type, data, file(MANIFEST, signed), file(SIGNATURE, cades(stage, signed))]);
  };
/** Another signature in the place of the honest one. */
export const signedAnew =
  (sign: (stage: Stage, list: Uint8Array) => Uint8Array): Row['forged'] =>
  ({ list, members: [type, data, listed] }, stage) =>
    zip([type, data, listed, file(SIGNATURE, sign(stage, list))]);
export const around =
  (options: ZipOptions): Row['forged'] =>
  ({ members }) =>
    zip(members, options);
