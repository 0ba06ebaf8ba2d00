import type { TimestampData } from '../diagnostic/timestamp.ts';
import type { DigestMatcherData, DigestMatcherType, SignedToken } from '../diagnostic/token.ts';
import type { BasicPart } from '../policy/policy.ts';
import { Block, type Failure, mandatory } from './block.ts';
import { basicPart, type Process, type TokenContext } from './context.ts';
import type { BlockReport } from './report.ts';

export const dataNotFound: Failure = ['INDETERMINATE', 'SIGNED_DATA_NOT_FOUND'];
export const hashFailure: Failure = ['FAILED', 'HASH_FAILURE'];
const methodUnknown: Failure = ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE'];
const cryptoFailure: Failure = ['FAILED', 'SIG_CRYPTO_FAILURE'];

/** A token with the digests that it states; revocations state none. */
export type VerifiedToken = SignedToken & { readonly digestMatchers?: readonly DigestMatcherData[] };

/** Digests over what accompanies the data: a signature over these alone signs nothing. */
const besideData: readonly DigestMatcherType[] = [
  'signed-properties',
  'signature-properties',
  'key-info',
  'manifest-entry',
];

/** Cryptographic verification: clause 5.2.7. */
export function verifyToken(process: Process, token: VerifiedToken, context: TokenContext): BlockReport {
  const block = new Block('cryptographic-verification', '5.2.7', token.id);
  const basic = basicPart(process, context);
  const matchers = (token.digestMatchers ?? []).filter(({ type }) => type !== 'er-orphan-reference');
  const manifest = matchers.some(({ type }) => type === 'manifest');
  for (const matcher of matchers)
    if (!manifest || matcher.type !== 'manifest-entry') checkReference(block, matcher, basic);
  if (token.digestMatchers) {
    const present = matchers.some(({ type }) => !besideData.includes(type));
    block.check('process.verification.data_found', basic.signedDataPresent, present, dataNotFound, {
      params: { name: '-' },
    });
  }
  const timestamp = process.timestamps.get(token.id);
  if (timestamp?.evidenceRecordRole === 'hash-tree-renewal') checkRenewal(block, process, timestamp);
  if (manifest) checkManifest(block, matchers, basic);
  const { intact, unsupported, valid } = token.signature;
  if (unsupported) block.check('process.verification.method_known', mandatory, false, methodUnknown);
  block.check('process.verification.signature', basic.signatureIntact, intact, cryptoFailure);
  block.check('process.verification.signature', basic.signatureValid, valid, cryptoFailure);
  return block.close();
}

const describe = ({ name, uri, documentName, type }: DigestMatcherData): { name: string } => ({
  name: name ?? documentName ?? uri ?? type,
});

/** The data that a reference names is there, is called what the reference says, and has the digest that the reference states. */
function checkReference(block: Block, matcher: DigestMatcherData, basic: BasicPart): void {
  const params = describe(matcher);
  block.check('process.verification.data_found', basic.referenceDataExistence, matcher.found, dataNotFound, { params });
  if (matcher.found && matcher.unsupported)
    block.check('process.verification.data_method_known', mandatory, false, methodUnknown, { params });
  else if (matcher.found)
    block.check('process.verification.data_intact', basic.referenceDataIntact, matcher.intact, hashFailure, { params });
  block.check('process.verification.data_name', basic.referenceDataNameMatch, namesMatch(matcher), dataNotFound, {
    params,
  });
}

/** Entries of a manifest: at least one is there, and those that are there are unchanged. Without any, its documents are not at hand. */
function checkManifest(block: Block, matchers: readonly DigestMatcherData[], basic: BasicPart): void {
  const entries = matchers.filter(({ type }) => type === 'manifest-entry');
  const found = entries.filter((entry) => entry.found);
  const some = found.length > 0;
  block.check('process.verification.manifest_entry_found', basic.manifestEntryObjectExistence, some, dataNotFound);
  if (!some) return;
  const complete = found.length === entries.length;
  block.check('process.verification.manifest_complete', basic.manifestEntryObjectGroup, complete, dataNotFound);
  for (const entry of entries) {
    const params = describe(entry);
    if (entry.found && entry.unsupported)
      block.check('process.verification.data_method_known', mandatory, false, methodUnknown, { params });
    else if (entry.found)
      block.check('process.verification.manifest_intact', basic.manifestEntryObjectIntact, entry.intact, hashFailure, {
        params,
      });
    block.check('process.verification.manifest_name', basic.manifestEntryNameMatch, namesMatch(entry), dataNotFound, {
      params,
    });
  }
}

function namesMatch({ uri, documentName }: DigestMatcherData): boolean {
  if (uri === undefined || documentName === undefined || uri === '' || uri.startsWith('#')) return true;
  const plain = uri.replace(/^\.?\//, '');
  return plain === documentName || decoded(plain) === documentName;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** RFC 4998 clause 5.3: a renewed hash tree covers every document that the record did before. */
function checkRenewal(block: Block, process: Process, timestamp: TimestampData): void {
  const record = process.data.evidenceRecords.find(({ timestamps }) => timestamps.includes(timestamp.id));
  const documents = (matchers: readonly DigestMatcherData[]): string[] =>
    matchers
      .filter(({ type, found }) => type === 'er-archive-object' && found)
      .map(({ documentName, name }) => documentName ?? name ?? '');
  const covered = documents(timestamp.digestMatchers);
  const all = documents(record?.digestMatchers ?? []).every((name) => {
    const index = covered.indexOf(name);
    if (index >= 0) covered.splice(index, 1);
    return index >= 0;
  });
  const others = timestamp.digestMatchers.some(({ type }) => type === 'er-orphan-reference');
  const rule = process.policy.evidenceRecord?.hashTreeRenewal;
  block.check(
    'process.verification.hash_tree_renewal',
    rule,
    record !== undefined && all,
    others ? hashFailure : dataNotFound,
  );
}
