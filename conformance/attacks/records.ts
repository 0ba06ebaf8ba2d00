import { der } from '@tra/asn1';
import { concatBytes, toBase64, utf8Encode } from '@tra/kernel';
import type { TestSigning } from '@tra/signature/testing';
import type { Attack, AttackFamily, Shown, Stage } from './attack.ts';
import { sha256 } from './bytes.ts';
import { algorithmOf, OID } from './hand-cms.ts';

const [first, second, third, other] = ['one', 'two', 'three', 'other'].map((text) => utf8Encode(text)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
type Tree = readonly (readonly Uint8Array[])[];
const joined = (...hashes: readonly Uint8Array[]): Uint8Array => concatBytes(...[...hashes].sort(Buffer.compare));

/** The tree of three files: two leaves and the third beside their node. */
const leaves: Tree = [[sha256(first), sha256(second)], [sha256(third)]];
const root = sha256(joined(sha256(joined(...(leaves[0] ?? []))), sha256(third)));

interface Archive {
  readonly bytes: Uint8Array;
  readonly token: Uint8Array;
}

async function archive({ timestamper }: TestSigning, value: Uint8Array, tree?: Tree): Promise<Archive> {
  const token = await timestamper.stamp({ algorithm: 'sha256', value });
  const lists = tree?.map((list) => der.sequence(...list.map((hash) => der.octetString(hash))));
  return {
    token,
    bytes: der.sequence(der.element(0xa0, der.oid(OID.sha256)), lists && der.element(0xa2, ...lists), token),
  };
}

function record(chains: readonly (readonly Archive[])[], digest: string = OID.sha256): Uint8Array {
  const sequence = der.sequence(...chains.map((chain) => der.sequence(...chain.map(({ bytes }) => bytes))));
  return der.sequence(der.integer(1), der.sequence(algorithmOf(digest)), sequence);
}

async function xml(
  signing: TestSigning,
  value: Uint8Array,
  tree: Tree,
  orders: readonly number[] = [1, 2],
): Promise<Uint8Array> {
  const lists = tree.map(
    (list, index) =>
      `<Sequence Order="${orders[index]}">${list.map((hash) => `<DigestValue>${toBase64(hash)}</DigestValue>`).join('')}</Sequence>`,
  );
  const { token } = await archive(signing, value);
  return utf8Encode(
    `<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers" Version="1.0"><ArchiveTimeStampSequence><ArchiveTimeStampChain Order="1"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"/><ArchiveTimeStamp Order="1"><HashTree>${lists.join('')}</HashTree><TimeStamp><TimeStampToken Type="RFC3161">${toBase64(token)}</TimeStampToken></TimeStamp></ArchiveTimeStamp></ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>`,
  );
}

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly honest?: (stage: Stage) => Promise<Uint8Array>;
  readonly files?: readonly Uint8Array[];
  forged(stage: Stage): Promise<Uint8Array>;
}

const differs = 'signature.reference_differs';
const renewal = 'signature.renewal_broken';
const grouped = async ({ victim }: Stage): Promise<Uint8Array> => record([[await archive(victim, root, leaves)]]);
const inXml = ({ victim }: Stage): Promise<Uint8Array> => xml(victim, root, leaves);

async function renewed({ victim }: Stage, over?: Uint8Array): Promise<Uint8Array> {
  const old = await archive(victim, root, leaves);
  return record([[old, await archive(victim, over ?? sha256(old.token))]]);
}

async function rehashed({ victim }: Stage, forget: boolean): Promise<Uint8Array> {
  const old = await archive(victim, sha256(first));
  const chains = sha256(der.sequence(der.sequence(old.bytes)));
  const again = await archive(victim, sha256(forget ? sha256(first) : concatBytes(sha256(first), chains)));
  return record([[old], [again]]);
}

const rows: readonly Row[] = [
  { name: 'beside another file', clause: 'RFC 4998 4.3', reason: differs, files: [other], forged: grouped },
  {
    name: 'beside one file of the tree and one of nobody',
    clause: 'RFC 4998 4.3',
    reason: differs,
    files: [first, other],
    forged: grouped,
  },
  {
    name: 'beside a file whose hash stands higher in the tree',
    clause: 'RFC 4998 4.3',
    reason: differs,
    files: [third],
    forged: grouped,
  },
  { name: 'without files', clause: 'RFC 4998 4.3', reason: 'signature.content_missing', files: [], forged: grouped },
  {
    name: 'a token over another root',
    clause: 'RFC 4998 4.2',
    reason: 'signature.hash_mismatch',
    forged: async ({ victim }) => record([[await archive(victim, sha256(other), leaves)]]),
  },
  {
    name: 'a hash of the forgery put into the tree',
    clause: 'RFC 4998 4.2',
    reason: 'signature.hash_mismatch',
    files: [other],
    forged: async ({ victim }) =>
      record([[await archive(victim, root, [[...(leaves[0] ?? []), sha256(other)], ...leaves.slice(1)])]]),
  },
  {
    name: 'a level taken out of the tree',
    clause: 'RFC 4998 4.2',
    reason: 'signature.hash_mismatch',
    forged: async ({ victim }) => record([[await archive(victim, root, leaves.slice(0, 1))]]),
  },
  {
    name: 'the levels of the tree exchanged',
    clause: 'RFC 4998 4.2',
    reason: differs,
    forged: async ({ victim }) => record([[await archive(victim, root, [...leaves].reverse())]]),
  },
  {
    name: 'by the impostor',
    clause: 'EN 319 102-1 5.4',
    reason: 'signature.timestamp_untrusted',
    forged: async ({ impostor }) => record([[await archive(impostor, root, leaves)]]),
  },
  {
    name: 'renewed over other data',
    clause: 'RFC 4998 5.2',
    reason: 'signature.hash_mismatch',
    honest: (stage) => renewed(stage),
    forged: (stage) => renewed(stage, sha256(other)),
  },
  {
    name: 'renewed with the older one last',
    clause: 'RFC 4998 5.1',
    reason: renewal,
    honest: (stage) => renewed(stage),
    forged: async ({ victim }) => {
      const old = await archive(victim, root, leaves);
      return record([[await archive(victim, sha256(old.token)), old]]);
    },
  },
  {
    name: 'hashed again without the chain before',
    clause: 'RFC 4998 5.2',
    reason: 'signature.hash_mismatch',
    honest: (stage) => rehashed(stage, false),
    files: [first],
    forged: (stage) => rehashed(stage, true),
  },
  {
    name: 'bytes behind the end',
    clause: 'RFC 4998 2.1',
    reason: 'signature.signature_malformed',
    forged: async (stage) => concatBytes(await grouped(stage), Uint8Array.of(5, 0)),
  },
  {
    name: 'cut short',
    clause: 'RFC 4998 2.1',
    reason: 'signature.signature_malformed',
    forged: async (stage) => (await grouped(stage)).subarray(0, -9),
  },
  {
    name: 'XML beside another file',
    clause: 'RFC 6283 3.3',
    reason: differs,
    honest: inXml,
    files: [other],
    forged: inXml,
  },
  {
    name: 'XML with a token over another root',
    clause: 'RFC 6283 3.2',
    reason: 'signature.hash_mismatch',
    honest: inXml,
    forged: ({ victim }) => xml(victim, sha256(other), leaves),
  },
  {
    name: 'XML with its levels in another order',
    clause: 'RFC 6283 3.2.1',
    reason: 'signature.signature_malformed',
    honest: inXml,
    forged: ({ victim }) => xml(victim, root, leaves, [2, 1]),
  },
  {
    name: 'XML with a level given twice',
    clause: 'RFC 6283 3.2.1',
    reason: 'signature.signature_malformed',
    honest: inXml,
    forged: ({ victim }) => xml(victim, root, leaves, [1, 1]),
  },
  {
    name: 'XML with a document type',
    clause: 'XML 1.0 4.4.3',
    reason: 'signature.document_unreadable',
    honest: inXml,
    forged: async (stage) => concatBytes(utf8Encode('<!DOCTYPE EvidenceRecord [<!ENTITY a "b">]>'), await inXml(stage)),
  },
];

/** Evidence records. */
export const recordFamily: AttackFamily = {
  format: 'Evidence records',
  build: (stage) => {
    const show = (bytes: Uint8Array, files: readonly Uint8Array[]): Shown => ({
      bytes,
      detached: files.map((file, index) => ({ name: `file-${index}`, bytes: file })),
    });
    return Promise.all(
      rows.map(
        async ({ clause, files = [first], forged, honest = grouped, name, reason }): Promise<Attack> => ({
          name,
          clause,
          reason,
          honest: show(await honest(stage), [first]),
          forged: show(await forged(stage), files),
        }),
      ),
    );
  },
};
