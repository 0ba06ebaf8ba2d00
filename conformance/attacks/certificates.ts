import { concatBytes, utf8Encode } from '@tra/kernel';
import { type CrlEntry, parseCertificate } from '@tra/pki';
import type { TestEntity } from '@tra/pki/testing';
import { testPdf } from '@tra/signature/testing';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { overwrite } from './bytes.ts';
import { signedData, signerInfo } from './hand-cms.ts';
import { zip } from './zip.ts';

const content = utf8Encode('Pay 100 baht to Somchai');

const signedBy = (entity: TestEntity, ...chain: readonly Uint8Array[]): Uint8Array =>
  signedData({ content, certificates: [entity.certificate, ...chain], signers: [signerInfo({ entity, content })] });

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  forged(stage: Stage): Promise<Shown | Uint8Array>;
}

const issuingOf = ({ victim }: Stage): Uint8Array => victim.hierarchy.issuing.certificate;
const revoked = ({ certificate }: TestEntity): CrlEntry => ({
  serialHex: parseCertificate(certificate).serialHex,
  date: new Date('2026-11-01T00:00:00Z'),
  reason: 'keyCompromise',
});

const rows: readonly Row[] = [
  {
    name: 'revoked before',
    clause: 'EN 319 102-1 5.2.6; RFC 5280 6.3',
    reason: 'pki.revoked',
    forged: async (stage) => {
      const { document, clock, hierarchy } = stage.victim;
      return {
        bytes: signedBy(document, issuingOf(stage)),
        crls: await hierarchy.crls(clock.now(), [revoked(document)]),
      };
    },
  },
  {
    name: 'expired, without proof of an earlier time',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'pki.expired',
    forged: async (stage) => {
      const entity = await stage.victim.hierarchy.issue('document-signer', {
        notAfter: new Date('2026-06-01T00:00:00Z'),
      });
      return signedBy(entity, issuingOf(stage));
    },
  },
  {
    name: 'not yet valid',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'pki.not_yet_valid',
    forged: async (stage) => {
      const entity = await stage.victim.hierarchy.issue('document-signer', {
        notBefore: new Date('2027-06-01T00:00:00Z'),
      });
      return signedBy(entity, issuingOf(stage));
    },
  },
  {
    name: 'of a time-stamping authority',
    clause: 'RFC 5280 4.2.1.12',
    reason: 'pki.extended_key_usage',
    forged: async (stage) => signedBy(stage.victim.unit, issuingOf(stage)),
  },
  {
    name: 'of a responder of OCSP',
    clause: 'RFC 5280 4.2.1.12',
    reason: 'pki.extended_key_usage',
    forged: async (stage) => {
      const entity = await stage.victim.hierarchy.issue('ocsp-responder', {
        notAfter: new Date('2026-12-01T00:00:00Z'),
        notBefore: new Date('2026-11-01T00:00:00Z'),
      });
      return signedBy(entity, issuingOf(stage));
    },
  },
  {
    name: 'by a CA of the same name that nobody trusts',
    clause: 'RFC 5280 6.1',
    reason: 'pki.no_anchor',
    forged: async ({ impostor }) =>
      signedBy(impostor.document, impostor.hierarchy.issuing.certificate, impostor.hierarchy.root.certificate),
  },
  {
    name: 'whose subject was changed after issue',
    clause: 'RFC 5280 6.1.3',
    reason: 'pki.signature_invalid',
    forged: async (stage) => {
      const entity = stage.victim.document;
      const certificate = overwrite(entity.certificate, utf8Encode('document-signer'), utf8Encode('finance-officer'));
      return signedBy({ ...entity, certificate }, issuingOf(stage));
    },
  },
  {
    name: 'without any list of what is revoked',
    clause: 'EN 319 102-1 5.2.5',
    reason: 'pki.revocation_unknown',
    forged: async (stage) => ({ bytes: signedBy(stage.victim.document, issuingOf(stage)), crls: [] }),
  },
  {
    name: 'with lists of the impostor',
    clause: 'RFC 5280 6.3.3',
    reason: 'pki.revocation_unknown',
    forged: async (stage) => ({
      bytes: signedBy(stage.victim.document, issuingOf(stage)),
      crls: await stage.impostor.crls(),
    }),
  },
  {
    name: 'with lists of a year ago',
    clause: 'RFC 5280 6.3.3',
    reason: 'pki.revocation_unknown',
    forged: async (stage) => ({
      bytes: signedBy(stage.victim.document, issuingOf(stage)),
      crls: await stage.victim.hierarchy.crls(new Date('2026-02-01T00:00:00Z')),
    }),
  },
];

/** Certificates that do not carry a signature. */
export const certificateFamily: AttackFamily = {
  format: 'Certificates',
  build: async (stage) => {
    const honest = { bytes: signedBy(stage.victim.document, issuingOf(stage)) };
    return Promise.all(
      rows.map(async ({ clause, forged, name, reason }): Promise<Attack> => {
        const made = await forged(stage);
        return { name, clause, reason, honest, forged: made instanceof Uint8Array ? { bytes: made } : made };
      }),
    );
  },
};

/** Files that are two formats at once, or two documents in one. */
export const polyglotFamily: AttackFamily = {
  format: 'Polyglots',
  build: async ({ victim }) => {
    const pdf = await victim.sign(testPdf());
    const evil = zip([{ name: 'evil.txt', bytes: utf8Encode('Pay 999 baht to Mallory') }]);
    const cms = signedBy(victim.document, victim.hierarchy.issuing.certificate);
    const attack = (name: string, reason: string, honest: Uint8Array, forged: Uint8Array): Attack => ({
      name,
      clause: 'EN 319 102-1 5.2.2; ISO 32000-2 7.5',
      reason,
      honest: { bytes: honest },
      forged: { bytes: forged },
    });
    const extended = 'signature.extended_after_signing';
    return [
      attack('a container behind a signed PDF', extended, pdf, concatBytes(pdf, evil)),
      attack('an unsigned PDF behind a signed one', extended, pdf, concatBytes(pdf, testPdf('<evil/>'))),
      attack(
        'an unsigned PDF before a signed one',
        'signature.hole_not_contents',
        pdf,
        concatBytes(testPdf('<evil/>'), pdf),
      ),
      attack('a signed PDF twice', extended, pdf, concatBytes(pdf, pdf)),
      attack(
        'a page of a browser before a signed PDF',
        'signature.hole_not_contents',
        pdf,
        concatBytes(utf8Encode('<html>Pay 999</html>\n'), pdf),
      ),
      attack('a signed PDF cut short', 'signature.structure_damaged', pdf, pdf.subarray(0, pdf.length - 20)),
      attack('a signed PDF behind a CMS', 'validation.unchanged.unreadable', cms, concatBytes(cms, pdf)),
      attack('a container behind a CMS', 'validation.unchanged.unreadable', cms, concatBytes(cms, evil)),
    ];
  },
};
