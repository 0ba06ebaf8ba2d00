import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import { parseCertificate } from '@tra/pki';
import { attribute, sha256 } from '../bytes.ts';
import { attributesOf, none, signingV1, signingV2 } from '../hand-cms.ts';
import { attributesInvalid, cms, content, forgery, type Row } from './signature.ts';

const digestOf = (data: Uint8Array): Uint8Array =>
  attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(sha256(data)));
const withOwn =
  (own: Parameters<typeof attributesOf>[2]): Row['forged'] =>
  (stage) =>
    cms(stage, { attributes: attributesOf(content, stage.victim.document.certificate, own) });

/** Signed attributes: missing, twice, of somebody else. */
export const attributeRows: readonly Row[] = [
  {
    name: 'no message digest',
    clause: 'RFC 5652 11.2',
    reason: 'signature.hash_mismatch',
    forged: withOwn({ digest: none }),
  },
  { name: 'no content type', clause: 'RFC 5652 11.1', reason: attributesInvalid, forged: withOwn({ type: none }) },
  {
    name: 'message digest with two values, the right one first',
    clause: 'RFC 5652 11.2',
    reason: 'signature.hash_mismatch',
    forged: (stage) => {
      const two = attribute(
        CMS_ATTRIBUTE.messageDigest,
        der.octetString(sha256(content)),
        der.octetString(sha256(forgery)),
      );
      return withOwn({ digest: two })(stage, content);
    },
  },
  {
    name: 'message digest twice, the forged one first',
    clause: 'RFC 5652 5.3',
    reason: 'signature.hash_mismatch',
    forged: (stage) => {
      const { certificate } = stage.victim.document;
      return cms(stage, { carried: forgery, attributes: [digestOf(forgery), ...attributesOf(content, certificate)] });
    },
  },
  {
    name: 'content type twice',
    clause: 'RFC 5652 5.3',
    reason: attributesInvalid,
    forged: (stage) => {
      const other = attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.signedData));
      return cms(stage, { attributes: [other, ...attributesOf(content, stage.victim.document.certificate)] });
    },
  },
  {
    name: 'content type of something else',
    clause: 'RFC 5652 11.1',
    reason: attributesInvalid,
    forged: withOwn({ type: attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.signedData)) }),
  },
  {
    name: 'message digest among the unsigned attributes',
    clause: 'RFC 5652 11.2',
    reason: 'signature.hash_mismatch',
    forged: (stage) => cms(stage, { carried: forgery, unsigned: [digestOf(forgery)] }),
  },
  {
    name: 'empty set of signed attributes',
    clause: 'RFC 5652 5.3',
    reason: 'signature.hash_mismatch',
    forged: (stage) => cms(stage, { attributes: [] }),
  },
  {
    name: 'signing certificate of somebody else',
    clause: 'RFC 5035 4',
    reason: 'signature.signer_certificate_mismatch',
    forged: ({ victim, ...rest }) =>
      cms({ victim, ...rest }, { attributes: attributesOf(content, victim.unit.certificate) }),
  },
  {
    name: 'signing certificates of both versions, of which one differs',
    clause: 'RFC 5035 4',
    reason: 'signature.signer_certificate_mismatch',
    forged: (stage) => {
      const { document, unit } = stage.victim;
      const attributes = [...attributesOf(content, document.certificate), signingV1(unit.certificate)];
      return cms(stage, { attributes });
    },
  },
  {
    name: 'issuer and serial number of another in the signing certificate',
    clause: 'RFC 5035 4',
    reason: 'signature.signer_certificate_mismatch',
    forged: (stage) => {
      const { document } = stage.victim;
      const { issuer } = parseCertificate(document.certificate);
      const names = der.sequence(der.explicit(4, issuer.der));
      const signing = signingV2(document.certificate, der.sequence(names, der.integer(4711)));
      return withOwn({ signing })(stage, content);
    },
  },
  {
    name: 'signing certificate by SHA-1 of somebody else',
    clause: 'RFC 2634 5.4',
    reason: 'signature.signer_certificate_mismatch',
    forged: (stage) => withOwn({ signing: signingV1(stage.victim.unit.certificate) })(stage, content),
  },
];
