import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import { concatBytes, utf8Encode } from '@tra/kernel';
import { type CrlEntry, parseCertificate } from '@tra/pki';
import type { TestEntity } from '@tra/pki/testing';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { attribute, overwrite, parts, sequenceOf, sha256, stampOver } from './bytes.ts';
import { algorithmOf, attributesOf, none, OID, signedData, signerInfo } from './hand-cms.ts';

const content = utf8Encode('Pay 100 baht to Somchai');
const forgery = utf8Encode('Pay 999 baht to Mallory');
const day = 86_400_000;
const signedAt = new Date('2026-11-20T07:05:00Z');
const judgedAt = new Date(signedAt.getTime() + 20 * day);

/** A time-stamp token made by hand, wrong in one way at a time. */
interface HandToken {
  readonly by: TestEntity;
  readonly chain: readonly Uint8Array[];
  readonly over: Uint8Array;
  readonly time: Date;
  readonly contentType?: string;
  readonly imprintAlgorithm?: string;
  readonly version?: number;
  readonly signing?: Uint8Array;
  readonly signers?: number;
  readonly carried?: (info: Uint8Array) => Uint8Array;
  readonly value?: (value: Uint8Array) => Uint8Array;
  readonly nested?: Uint8Array;
}

function tstInfo({ imprintAlgorithm = OID.sha256, over, time, version = 1 }: HandToken): Uint8Array {
  const imprint = der.sequence(algorithmOf(imprintAlgorithm), der.octetString(sha256(over)));
  return der.sequence(
    der.integer(version),
    der.oid('1.3.6.1.4.1.99999.1.1'),
    imprint,
    der.integer(4711),
    der.generalizedTime(time),
  );
}

function tokenOf(options: HandToken): Uint8Array {
  const { by, carried, chain, contentType = CONTENT_TYPE.tstInfo, signers = 1, signing, value } = options;
  const info = tstInfo(options);
  const type = attribute(CMS_ATTRIBUTE.contentType, der.oid(contentType));
  const attributes = attributesOf(info, by.certificate, { type, ...(signing ? { signing } : {}) });
  const one = signerInfo({ entity: by, content: info, attributes, ...(value ? { value } : {}) });
  return signedData({
    content: carried?.(info) ?? info,
    contentType,
    certificates: [by.certificate, ...chain],
    signers: Array.from({ length: signers }, () => one),
  });
}

interface Scene {
  readonly stage: Stage;
  /** The signature value of the victim's document. */
  readonly value: Uint8Array;
  readonly honest: HandToken;
}

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly token: (scene: Scene) => Uint8Array | Promise<Uint8Array>;
  /** Certificates that are revoked besides the signer's. */
  readonly revoked?: (scene: Scene) => readonly CrlEntry[];
}

const invalid = 'signature.timestamp_invalid';
const untrusted = 'signature.timestamp_untrusted';
const otherData = 'signature.timestamp_other_data';
const like =
  (own: Partial<HandToken> | ((scene: Scene) => Partial<HandToken>)): Row['token'] =>
  (scene) =>
    tokenOf({ ...scene.honest, ...(typeof own === 'function' ? own(scene) : own) });

/** The signer was revoked after signing: only a time-stamp from before saves the signature. */
const rows: readonly Row[] = [
  {
    name: 'no time-stamp for a signer who was revoked since',
    clause: 'EN 319 102-1 5.5',
    reason: 'signature.certificate_revoked_no_proof',
    token: () => none,
  },
  {
    name: 'over other data',
    clause: 'RFC 3161 2.4.2; EN 319 102-1 5.4',
    reason: otherData,
    token: like({ over: forgery }),
  },
  {
    name: 'over the content in place of the signature',
    clause: 'EN 319 122-1 5.3',
    reason: otherData,
    token: like({ over: content }),
  },
  {
    name: 'with a signature that is broken',
    clause: 'RFC 5652 5.6',
    reason: invalid,
    token: like({ value: (value) => overwrite(value, value.subarray(-4), Uint8Array.of(1, 2, 3, 4)) }),
  },
  {
    name: 'with its time changed',
    clause: 'RFC 5652 5.4',
    reason: invalid,
    token: like({ carried: (info) => overwrite(info, utf8Encode('20261120'), utf8Encode('20261101')) }),
  },
  {
    name: 'by a signer of documents',
    clause: 'RFC 3161 2.3',
    reason: untrusted,
    token: like(({ stage }) => ({ by: stage.victim.document })),
  },
  {
    name: 'by the impostor under the same names',
    clause: 'EN 319 102-1 5.4',
    reason: untrusted,
    token: like(({ stage: { impostor } }) => ({ by: impostor.unit, chain: [impostor.hierarchy.issuing.certificate] })),
  },
  {
    name: 'by the impostor who names himself and the root of the victim',
    clause: 'RFC 5280 6.1',
    reason: untrusted,
    token: like(({ stage: { impostor, victim } }) => ({
      by: impostor.unit,
      chain: [victim.hierarchy.issuing.certificate, victim.hierarchy.root.certificate],
    })),
  },
  {
    name: 'by an authority whose key was stolen',
    clause: 'RFC 3161 4; EN 319 102-1 5.4',
    reason: 'signature.timestamp_authority_revoked',
    token: like({}),
    revoked: ({ stage }) => [entry(stage.victim.unit, '2026-11-22T00:00:00Z', 'keyCompromise')],
  },
  {
    name: 'by an authority that was revoked before',
    clause: 'EN 319 102-1 5.4',
    reason: 'signature.timestamp_authority_revoked',
    token: like({}),
    revoked: ({ stage }) => [entry(stage.victim.unit, '2026-10-01T00:00:00Z', 'cessationOfOperation')],
  },
  {
    name: 'from after the revocation',
    clause: 'EN 319 102-1 5.5',
    reason: 'signature.certificate_revoked',
    token: like({ time: new Date('2026-11-30T00:00:00Z') }),
  },
  {
    name: 'from the future',
    clause: 'EN 319 102-1 5.4',
    reason: 'signature.timestamp_in_future',
    token: like({ time: new Date(judgedAt.getTime() + day / 4) }),
  },
  {
    name: 'from before the certificate of the authority',
    clause: 'EN 319 102-1 5.4; RFC 5280 6.1.3',
    reason: untrusted,
    token: like({ time: new Date('2025-06-01T00:00:00Z') }),
  },
  { name: 'by two signers', clause: 'RFC 3161 2.4.2', reason: invalid, token: like({ signers: 2 }) },
  {
    name: 'of another content type',
    clause: 'RFC 3161 2.4.2',
    reason: invalid,
    token: like({ contentType: CONTENT_TYPE.data }),
  },
  { name: 'of another version', clause: 'RFC 3161 2.4.2', reason: invalid, token: like({ version: 2 }) },
  {
    name: 'whose imprint names another digest',
    clause: 'RFC 3161 2.4.2',
    reason: otherData,
    token: like({ imprintAlgorithm: OID.sha384 }),
  },
  {
    name: 'whose imprint names MD5',
    clause: 'ETSI TS 119 312',
    reason: untrusted,
    token: like({ imprintAlgorithm: OID.md5 }),
  },
  {
    name: 'that names the certificate of somebody else',
    clause: 'RFC 5816 2.2.1',
    reason: invalid,
    token: like(({ stage }) => ({
      signing: attributesOf(content, stage.victim.document.certificate, { type: none, digest: none })[0]!,
    })),
  },
  { name: 'that names no certificate', clause: 'RFC 3161 2.4.2', reason: invalid, token: like({ signing: none }) },
  {
    name: 'with bytes behind it',
    clause: 'RFC 3161 2.4.2',
    reason: 'validation.unchanged.unreadable',
    token: (scene) => concatBytes(tokenOf(scene.honest), Uint8Array.of(0)),
  },
  {
    name: 'cut short',
    clause: 'RFC 3161 2.4.2',
    reason: 'validation.unchanged.unreadable',
    token: (scene) => tokenOf(scene.honest).subarray(0, -1),
  },
  { name: 'that is no token', clause: 'RFC 3161 2.4.2', reason: invalid, token: () => der.sequence(der.integer(1)) },
  {
    name: 'from the answer to another request',
    clause: 'RFC 3161 2.4.2',
    reason: otherData,
    token: ({ stage }) => stampOver(stage.victim, forgery),
  },
  {
    name: 'without its content',
    clause: 'RFC 3161 2.4.2',
    reason: invalid,
    token: ({ honest }) => {
      const [type, tagged] = parts(tokenOf(honest));
      const [version, digests, encapsulated, ...rest] = parts(parts(tagged!)[0]!);
      const [kind] = parts(encapsulated!);
      return sequenceOf([type!, der.explicit(0, sequenceOf([version!, digests!, der.sequence(kind!.raw), ...rest]))]);
    },
  },
];

function entry({ certificate }: TestEntity, date: string, reason: CrlEntry['reason']): CrlEntry {
  return { serialHex: parseCertificate(certificate).serialHex, date: new Date(date), ...(reason ? { reason } : {}) };
}

/** Time-stamps on a signature whose signer was revoked five days later, judged after twenty. */
export const timestampFamily: AttackFamily = {
  format: 'Time-stamps',
  build: async (stage) => {
    const { document, hierarchy, unit } = stage.victim;
    let value: Uint8Array = none;
    const keep = (made: Uint8Array): Uint8Array => {
      if (value.length === 0) value = made;
      return value;
    };
    const make = (token: Uint8Array): Uint8Array => {
      const unsigned = [attribute(CMS_ATTRIBUTE.signatureTimeStampToken, token)];
      const signer = signerInfo({ entity: document, content, value: keep, ...(token.length > 0 ? { unsigned } : {}) });
      return signedData({
        content,
        certificates: [document.certificate, hierarchy.issuing.certificate],
        signers: [signer],
      });
    };
    make(none);
    const honest: HandToken = { by: unit, chain: [hierarchy.issuing.certificate], over: value, time: signedAt };
    const scene: Scene = { stage, value, honest };
    const own = entry(document, '2026-11-25T00:00:00Z', 'keyCompromise');
    const show = async (token: Uint8Array, revoked: readonly CrlEntry[] = []): Promise<Shown> => ({
      bytes: make(token),
      at: judgedAt,
      crls: await hierarchy.crls(judgedAt, [own, ...revoked]),
    });
    const good = await show(tokenOf(honest));
    const on = rows.map(async ({ clause, name, reason, revoked, token }): Promise<Attack> => {
      const forged = await show(await token(scene), revoked?.(scene));
      return { name, clause, reason, honest: good, forged };
    });
    return Promise.all([...on, ...tokensAlone(stage)]);
  },
};

function tokensAlone({ impostor, victim }: Stage): readonly Promise<Attack>[] {
  const beside = (bytes: Uint8Array) => [{ name: 'a', bytes }];
  const honest = async (): Promise<Shown> => ({ bytes: await stampOver(victim, content), detached: beside(content) });
  const alone = async (name: string, reason: string, clause: string, make: () => Promise<Shown>): Promise<Attack> => ({
    name: `alone, ${name}`,
    clause,
    reason,
    honest: await honest(),
    forged: await make(),
  });
  return [
    alone('beside other data', 'signature.hash_mismatch', 'RFC 3161 2.4.2', async () => ({
      ...(await honest()),
      detached: beside(forgery),
    })),
    alone('without data', 'signature.content_missing', 'EN 319 102-1 5.4', async () => ({
      bytes: (await honest()).bytes,
    })),
    alone('by the impostor', untrusted, 'EN 319 102-1 5.4', async () => ({
      bytes: await stampOver(impostor, forgery),
      detached: beside(forgery),
    })),
    alone('as a signature of its own content', 'signature.content_missing', 'RFC 3161 2.4.2', async () => ({
      bytes: await stampOver(victim, forgery),
    })),
  ];
}
