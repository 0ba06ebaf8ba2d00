import { der } from '@tra/asn1';
import { CONTENT_TYPE } from '@tra/cms';
import { overwrite } from '../bytes.ts';
import { attributesOf, signedData, signerInfo } from '../hand-cms.ts';
import { attributesInvalid, cms, content, forgery, type Row } from './signature.ts';

/** Content exchanged, or taken for something else. */
export const contentRows: readonly Row[] = [
  {
    name: 'content exchanged',
    clause: 'RFC 5652 5.4',
    reason: 'signature.hash_mismatch',
    forged: (_, honest) => overwrite(honest, content, forgery),
  },
  {
    name: 'content exchanged under a signature without attributes',
    clause: 'RFC 5652 5.4',
    reason: 'signature.value_invalid',
    forged: (stage) => overwrite(cms(stage, { attributes: false }), content, forgery),
  },
  {
    name: 'signed attributes taken for the content',
    clause: 'RFC 5652 5.3; RFC 8933',
    reason: 'signature.hash_mismatch',
    forged: (stage) => {
      const attributes = der.setOf(...attributesOf(content, stage.victim.document.certificate));
      return cms(stage, { attributes: false, content: attributes, carried: attributes });
    },
  },
  {
    name: 'signed attributes taken for detached content',
    clause: 'RFC 5652 5.3; RFC 8933',
    reason: 'signature.hash_mismatch',
    forged: ({ victim }) => {
      const entity = victim.document;
      const attributes = der.setOf(...attributesOf(content, entity.certificate));
      const signers = [signerInfo({ entity, content: attributes, attributes: false })];
      const certificates = [entity.certificate, victim.hierarchy.issuing.certificate];
      return { bytes: signedData({ certificates, signers }), detached: [{ name: 'a', bytes: attributes }] };
    },
  },
  {
    name: 'other content laid beside',
    clause: 'RFC 5652 5.2',
    reason: 'signature.hash_mismatch',
    forged: (_, honest) => ({ bytes: honest, detached: [{ name: 'contract.txt', bytes: forgery }] }),
  },
  {
    name: 'another content type around the content',
    clause: 'RFC 5652 11.1',
    reason: attributesInvalid,
    forged: (stage) => cms(stage, { contentType: CONTENT_TYPE.tstInfo.replace(/4$/, '9') }),
  },
  {
    name: 'message digest that covers a prefix',
    clause: 'RFC 5652 11.2',
    reason: 'signature.hash_mismatch',
    forged: (stage) =>
      cms(stage, { attributes: attributesOf(content.subarray(0, 8), stage.victim.document.certificate) }),
  },
];
