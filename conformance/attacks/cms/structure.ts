import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE } from '@tra/cms';
import { concatBytes } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import type { Stage } from '../attack.ts';
import { attribute, overwrite, parts, sequenceOf, stampOver } from '../bytes.ts';
import { algorithmOf, attributesOf, none, OID, signedData, signerInfo } from '../hand-cms.ts';
import { cms, content, forgery, type Row } from './signature.ts';

/** Structure: several signers, parts twice, what is behind the end. */
export const structureRows: readonly Row[] = [
  {
    name: 'bytes behind the end',
    clause: 'RFC 5652 3',
    reason: 'validation.unchanged.unreadable',
    forged: (_, honest) => concatBytes(honest, Uint8Array.of(0)),
  },
  {
    name: 'two documents joined',
    clause: 'RFC 5652 3',
    reason: 'validation.unchanged.unreadable',
    forged: (stage, honest) => concatBytes(honest, cms(stage, { carried: forgery })),
  },
  {
    name: 'cut short',
    clause: 'X.690 8.1.3',
    reason: 'validation.unchanged.unreadable',
    forged: (_, honest) => honest.subarray(0, -1),
  },
  {
    name: 'indefinite length without an end',
    clause: 'X.690 8.1.3.6',
    reason: 'validation.unchanged.unreadable',
    forged: (_, honest) => concatBytes(Uint8Array.of(0x30, 0x80), honest.subarray(4)),
  },
  {
    name: 'end of contents in the middle',
    clause: 'X.690 8.1.5',
    reason: 'validation.unchanged.unreadable',
    forged: (_, honest) => concatBytes(Uint8Array.of(0x30, 0x80), honest.subarray(4), Uint8Array.of(0, 0), honest),
  },
  {
    name: 'content twice',
    clause: 'RFC 5652 5.2',
    reason: 'validation.unchanged.unreadable',
    forged: (_, honest) => {
      const [type, tagged] = parts(honest);
      const [inner] = parts(tagged!);
      const [version, digests, encapsulated, ...rest] = parts(inner!);
      const [kind, one] = parts(encapsulated!);
      const two = der.sequence(kind!.raw, one!.raw, der.explicit(0, der.octetString(forgery)));
      const fields = [version!, digests!].map(({ raw }) => raw);
      return sequenceOf([type!, der.explicit(0, sequenceOf([...fields, two, ...rest]))]);
    },
  },
  {
    name: 'forged content in a constructed string behind the signed segment',
    clause: 'RFC 5652 5.2; X.690 8.7.3',
    reason: 'signature.hash_mismatch',
    forged: (_, honest) => {
      const [type, tagged] = parts(honest);
      const [inner] = parts(tagged!);
      const [version, digests, encapsulated, ...rest] = parts(inner!);
      const [kind] = parts(encapsulated!);
      const segments = der.element(0x24, der.octetString(content), der.octetString(forgery));
      const two = der.sequence(kind!.raw, der.explicit(0, segments));
      const fields = [version!, digests!].map(({ raw }) => raw);
      return sequenceOf([type!, der.explicit(0, sequenceOf([...fields, two, ...rest]))]);
    },
  },
  {
    name: 'no signer at all',
    clause: 'RFC 5652 5.1',
    reason: 'signature.no_signer',
    forged: ({ victim }) => signedData({ content, certificates: [victim.document.certificate], signers: [] }),
  },
  {
    name: 'a second signer whose signature is broken',
    clause: 'RFC 5652 5.6',
    reason: 'signature.value_invalid',
    forged: ({ victim }) => {
      const entity = victim.document;
      const good = signerInfo({ entity, content });
      const bad = signerInfo({
        entity,
        content,
        value: (value) => overwrite(value, value.subarray(-4), Uint8Array.of(1, 2, 3, 4)),
      });
      return signedData({
        content,
        certificates: [entity.certificate, victim.hierarchy.issuing.certificate],
        signers: [good, bad],
      });
    },
  },
  {
    name: 'a second signer over other content',
    clause: 'RFC 5652 5.4',
    reason: 'signature.hash_mismatch',
    forged: ({ victim }) => {
      const entity = victim.document;
      const signers = [signerInfo({ entity, content }), signerInfo({ entity, content: forgery })];
      return signedData({ content, certificates: [entity.certificate, victim.hierarchy.issuing.certificate], signers });
    },
  },
  {
    name: 'a second signer whom nobody knows',
    clause: 'RFC 5652 5.6; EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: ({ impostor, victim }) => {
      const signers = [victim.document, impostor.document].map((entity) => signerInfo({ entity, content }));
      const certificates = [victim, impostor].flatMap((one) => [
        one.document.certificate,
        one.hierarchy.issuing.certificate,
      ]);
      return signedData({ content, certificates, signers });
    },
  },
  {
    name: 'the signature of one document under another',
    clause: 'RFC 5652 5.4',
    reason: 'signature.value_invalid',
    forged: (stage) => {
      const { document } = stage.victim;
      const [made] = parts(signerInfo({ entity: document, content })).slice(-1);
      return cms(stage, { carried: forgery, content: forgery, value: () => made!.content });
    },
  },
  {
    name: 'signer named by another certificate of the same issuer',
    clause: 'RFC 5652 5.3',
    reason: 'signature.value_invalid',
    forged: (stage) => {
      const { document, hierarchy } = stage.victim;
      const signer = signerInfo({ entity: document, content, named: hierarchy.issuing.certificate });
      return signedData({
        content,
        certificates: [document.certificate, hierarchy.issuing.certificate],
        signers: [signer],
      });
    },
  },
  {
    name: 'certificate exchanged for one of the same key, issuer and serial number',
    clause: 'RFC 5035 4; EN 319 122-1 5.2.2',
    reason: 'signature.signer_certificate_mismatch',
    forged: async (stage, honest) => {
      const { document, hierarchy } = stage.victim;
      const name = { commonName: 'Victim document-boss!!', organization: 'Victim', country: 'TH' };
      const own = parseCertificate(document.certificate);
      const serial = Buffer.from(own.serialHex, 'hex');
      const { publicKey } = document.signer;
      const subject = { ...name, commonName: 'Victim document-signed' };
      for (let attempt = 0; attempt < 40; attempt += 1) {
        const twin = await hierarchy.issue('document-signer', { subject, publicKey, serial: new Uint8Array(serial) });
        // Lengths differ by a byte where a leading bit of the signature needs a padding octet.
        if (twin.certificate.length === document.certificate.length) {
          return overwrite(honest, document.certificate, twin.certificate);
        }
      }
      throw new Error('no certificate of that length');
    },
  },
  {
    name: 'the whole signer replaced by one of the same names that nobody trusts',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: ({ impostor, ...rest }) =>
      cms({ ...rest, impostor, victim: impostor }, { content: forgery, carried: forgery }),
  },
  {
    name: 'a signature of the victim nested in one of nobody',
    clause: 'RFC 5652 5; EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: ({ impostor, ...rest }, honest) =>
      cms({ ...rest, impostor, victim: impostor }, { content: honest, carried: honest }),
  },
  {
    name: 'a time-stamp over another signature',
    clause: 'EN 319 122-1 5.3; RFC 3161 2.4.2',
    reason: 'signature.timestamp_other_data',
    honest: async (stage) => stamped(stage, undefined),
    forged: (stage) => stamped(stage, forgery),
  },
  {
    name: 'algorithm protection that names another digest',
    clause: 'RFC 6211 2',
    reason: 'signature.algorithm_inconsistent',
    forged: (stage) => {
      const protection = der.sequence(
        algorithmOf(OID.sha512),
        der.element(0xa1, ...parts(algorithmOf(OID.ecdsaSha512)).map(({ raw }) => raw)),
      );
      const own = attribute('1.2.840.113549.1.9.52', protection);
      return cms(stage, { attributes: [...attributesOf(content, stage.victim.document.certificate), own] });
    },
  },
  {
    name: 'certificates alone, as one that proves something',
    clause: 'RFC 5652 5.1',
    reason: 'signature.no_signer',
    forged: ({ victim }) => signedData({ certificates: [victim.document.certificate], signers: [], digests: [] }),
  },
];

async function stamped(stage: Stage, over: Uint8Array | undefined): Promise<Uint8Array> {
  let value: Uint8Array = none;
  const keep = (made: Uint8Array): Uint8Array => {
    if (value.length === 0) value = made;
    return value;
  };
  cms(stage, { value: keep });
  const token = await stampOver(stage.victim, over ?? value);
  return cms(stage, { value: keep, unsigned: [attribute(CMS_ATTRIBUTE.signatureTimeStampToken, token)] });
}
