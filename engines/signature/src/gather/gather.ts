import type { ContainerData, DiagnosticData, TrustedListData } from '../diagnostic/model.ts';
import { DIAGNOSTIC_DATA_VERSION } from '../diagnostic/model.ts';
import type { TokenId } from '../diagnostic/token.ts';
import type { TrustContext } from '../path-step.ts';
import type { SignatureSubject } from '../subject.ts';
import { collectTimestamps, type TimestampCollection } from './collect-timestamps.ts';
import { fillPools } from './pools.ts';
import { type GatheredSignature, signatureData, signatureId } from './signature-data.ts';
import { timestampData } from './timestamp-data.ts';
import { usedTokens } from './used-tokens.ts';

/** A document whose signatures were found and read, with what trust is built on. */
export interface GatherInput {
  /** Signatures with their facts. */
  readonly subjects: readonly SignatureSubject[];
  readonly trust: TrustContext;
  readonly name?: string;
  readonly container?: ContainerData;
}

/** The diagnostic data with the names that the signatures have there. */
export interface Gathered {
  readonly data: DiagnosticData;
  /** Names of the signatures by {@link SignatureSubject.id}. */
  readonly signatureIds: ReadonlyMap<string, TokenId>;
  /** Names of evidence records by {@link SignatureSubject.id}. */
  readonly recordIds: ReadonlyMap<string, TokenId>;
}

/**
 * Everything that the process of EN 319 102-1 reads of a document, as plain JSON: signatures with every digest they state, time-stamps and evidence
 * records with what each covers, certificates with their issuers up to an anchor, and revocations for those whom they speak about. Cryptography is
 * done here, judgement is not. Bounded in tokens and in verifications.
 */
export function gatherDiagnosticData(input: GatherInput): Gathered {
  const { container, name, subjects, trust } = input;
  const pools = fillPools(subjects, trust);
  const signatures = subjects.filter(({ kind }) => kind === 'signature');
  const signatureIds = nameSignatures(signatures);
  const collected = collectTimestamps(subjects, { pools, signatureIds });
  const timestamps = [...collected.timestamps.values()].flatMap((one) => timestampData(one, pools) ?? []);
  const known = new Set(timestamps.map(({ id }) => id));
  const gathered = signatures.map((subject) => gatheredOf(subject, { collected, known, signatureIds }));
  const found = {
    signatures: gathered.map((one) => signatureData(one, pools)),
    timestamps: timestamps.map((one) => ({
      ...one,
      covered: one.covered.filter(({ category, id }) => category !== 'timestamp' || known.has(id)),
    })),
    evidenceRecords: collected.records.map((one) => ({
      ...one,
      timestamps: one.timestamps.filter((id) => known.has(id)),
    })),
  };
  const used = usedTokens(found, pools);
  const data: DiagnosticData = {
    version: DIAGNOSTIC_DATA_VERSION,
    ...(name === undefined ? {} : { documentName: name.slice(0, 400) }),
    validationTime: trust.at.toISOString(),
    ...(container ? { container } : {}),
    ...found,
    ...used,
    trustedLists: listsBehind(used.certificates, trust.trustedLists ?? []),
  };
  return { data, signatureIds, recordIds: collected.recordIds };
}

/** Lists that name a service of these certificates, with the lists that name those. */
function listsBehind(
  certificates: DiagnosticData['certificates'],
  lists: readonly TrustedListData[],
): readonly TrustedListData[] {
  const wanted = new Set(
    certificates.flatMap(({ trustServices }) => trustServices.map(({ trustedList }) => trustedList)),
  );
  for (const { id, parent } of lists) if (wanted.has(id)) wanted.add(parent);
  return lists.filter(({ id }) => wanted.has(id));
}

/** Copies of one signature get names of their own. */
function nameSignatures(signatures: readonly SignatureSubject[]): ReadonlyMap<string, TokenId> {
  const seen = new Map<TokenId, number>();
  return new Map(
    signatures.map((subject) => {
      const signer = signerOf(subject);
      const plain = signatureId(subject, signer, 0);
      const ordinal = seen.get(plain) ?? 0;
      seen.set(plain, ordinal + 1);
      return [subject.id, ordinal === 0 ? plain : signatureId(subject, signer, ordinal)];
    }),
  );
}

const signerOf = ({ facts, signer = 0 }: SignatureSubject) => facts?.signers[signer];

interface Context {
  readonly collected: TimestampCollection;
  readonly known: ReadonlySet<TokenId>;
  readonly signatureIds: ReadonlyMap<string, TokenId>;
}

function gatheredOf(subject: SignatureSubject, { collected, known, signatureIds }: Context): GatheredSignature {
  const { counterSigns, id } = subject;
  return {
    subject,
    signer: signerOf(subject),
    id: signatureIds.get(id) ?? id,
    parent: counterSigns === undefined ? undefined : signatureIds.get(counterSigns),
    timestamps: (collected.timestampsOf.get(id) ?? []).filter((one) => known.has(one)),
    evidenceRecords: collected.recordsOf.get(id) ?? [],
  };
}
