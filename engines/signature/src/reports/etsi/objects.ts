import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@tra/kernel';
import type { XmlElement } from '@tra/xml';
import type { DiagnosticData } from '../../diagnostic/model.ts';
import type { SignatureData } from '../../diagnostic/signature.ts';
import type { CoveredObject } from '../../diagnostic/timestamp.ts';
import type { DigestData, TokenId } from '../../diagnostic/token.ts';
import { Proofs } from '../../process/poe.ts';
import type { DetailedReport, ProofOfExistence } from '../../process/report.ts';
import { listedCategories, type ObjectKind, objectType, PROOF_BY_VALIDATION } from './names.ts';
import { dateTime, digestChildren, isDigest, reference, vr, vrWith } from './write.ts';

/** What a report is written from. */
export interface EtsiSource {
  readonly diagnostic: DiagnosticData;
  readonly detailed: DetailedReport;
  /** Lower-case hexadecimal SHA-256 of the document: what a signature signed, where the data name nothing closer. */
  readonly documentSha256: string;
}

/** An object of the list. */
interface Listed {
  readonly id: string;
  readonly kind: ObjectKind;
  readonly token?: TokenId;
  readonly digest?: DigestData;
}

/** The objects that a validation used, each under an identifier of the report. */
export class ValidationObjects {
  readonly #source: EtsiSource;
  readonly #ids = new Map<TokenId, string>();
  readonly #listed: Listed[] = [];
  readonly #signatures = new Map<TokenId, string>();
  readonly #data = new Map<string, string>();
  readonly #proofs: Proofs;

  constructor(source: EtsiSource) {
    const { certificates, evidenceRecords, revocations, signatures, timestamps } = source.diagnostic;
    this.#source = source;
    for (const { id } of certificates) this.#list('C', 'certificate', id);
    for (const { id, type } of revocations) {
      if (type === 'CRL') this.#list('R', 'CRL', id);
      else this.#list('O', 'OCSPResponse', id);
    }
    for (const { id } of timestamps) this.#list('T', 'timestamp', id);
    for (const { id } of evidenceRecords) this.#list('E', 'evidencerecord', id);
    for (const { id } of signatures) this.#signatures.set(id, `S-${nameOf(id)}`);
    for (const signature of signatures) this.#listData(signature);
    this.#proofs = proofsOf(source);
  }

  #list(prefix: string, kind: ObjectKind, token: TokenId): void {
    const id = `${prefix}-${nameOf(token)}`;
    this.#ids.set(token, id);
    this.#listed.push({ id, kind, token });
  }

  #listData(signature: SignatureData): void {
    const digest = signedDigest(signature, this.#source.documentSha256);
    const key = `${digest.algorithm} ${digest.value}`;
    if (this.#data.has(key)) return;
    const id = `D-${this.#data.size + 1}`;
    this.#data.set(key, id);
    this.#listed.push({ id, kind: 'signedData', digest });
  }

  /** Identifier of a token in the list; undefined for one that is not in the data. */
  idOf(token: TokenId | undefined): string | undefined {
    return token === undefined ? undefined : this.#ids.get(token);
  }

  /** Identifiers of those tokens that are in the list. */
  idsOf(tokens: readonly TokenId[]): readonly string[] {
    return [...new Set(tokens.flatMap((token) => this.#ids.get(token) ?? []))];
  }

  /** Identifier of the report about a signature. */
  signatureId(token: TokenId): string {
    return this.#signatures.get(token) ?? `S-${nameOf(token)}`;
  }

  /** Digest and identifier of what was signed. */
  signedData(signature: SignatureData): { readonly digest: Required<DigestData>; readonly id: string } {
    const digest = signedDigest(signature, this.#source.documentSha256);
    return { digest, id: this.#data.get(`${digest.algorithm} ${digest.value}`) ?? '' };
  }

  /** A proof of existence as an element. */
  proof(name: string, { time, by }: ProofOfExistence): XmlElement {
    const proving = this.idOf(by);
    return vr(name, [
      vr('POETime', dateTime(time) ?? ''),
      vr('TypeOfProof', PROOF_BY_VALIDATION),
      proving === undefined ? undefined : reference('POEObject', [proving]),
    ]);
  }

  /** The list; `report` gives the reports about single objects. Undefined when there are none. */
  element(report: (token: TokenId) => XmlElement | undefined): XmlElement | undefined {
    if (this.#listed.length === 0) return undefined;
    return vr(
      'SignatureValidationObjects',
      this.#listed.map((listed) => this.#object(listed, report)),
    );
  }

  #object({ id, kind, token, digest }: Listed, report: (token: TokenId) => XmlElement | undefined): XmlElement {
    const stated = token === undefined ? digest : digestOfToken(token);
    const { time, by } = token === undefined ? { time: this.#now() } : this.#proofs.lowest(token);
    const proof = { time: new Date(time).toISOString(), ...(by === undefined ? {} : { by }) };
    return vrWith('ValidationObject', { id }, [
      vr('ObjectType', objectType(kind)),
      vr('ValidationObjectRepresentation', [
        isDigest(stated?.value)
          ? vr('DigestAlgAndValue', digestChildren(stated.algorithm, stated.value))
          : vr('direct', token ?? ''),
      ]),
      this.proof('POE', proof),
      kind === 'timestamp' ? this.#provisioning(token) : undefined,
      token === undefined ? undefined : report(token),
    ]);
  }

  #now(): number {
    return Date.parse(this.#source.detailed.validationTime);
  }

  /** What a time-stamp proves the existence of. */
  #provisioning(token: TokenId | undefined): XmlElement | undefined {
    const data = this.#source.diagnostic.timestamps.find(({ id }) => id === token);
    const time = data && dateTime(data.productionTime);
    if (!data || time === undefined) return undefined;
    const covered = this.#coveredIds(data.covered);
    return vr('POEProvisioning', [vr('POETime', time), ...covered.map((id) => reference('ValidationObject', [id]))]);
  }

  #coveredIds(covered: readonly CoveredObject[]): readonly string[] {
    return this.idsOf(covered.filter(({ category }) => listedCategories.has(category)).map(({ id }) => id));
  }
}

/** Tokens are named by their own hash where their id is one, else by a hash of the id: identifiers must be names of XML. */
function nameOf(token: TokenId): string {
  if (/^[0-9a-f]{64}$/.test(token)) return token;
  return toHex(createHash('sha256').update(token).digest()).slice(0, 32);
}

function digestOfToken(token: TokenId): DigestData | undefined {
  return /^[0-9a-f]{64}$/.test(token) ? { algorithm: 'SHA256', value: token } : undefined;
}

const dataMatchers: ReadonlySet<string> = new Set(['message-digest', 'content-digest', 'reference', 'sig-d-entry']);

/** The digest of what was signed: as the scope or the signature itself states it, else that of the document. */
function signedDigest({ digestMatchers, scopes }: SignatureData, documentSha256: string): Required<DigestData> {
  const scope = scopes.find(({ digest }) => isDigest(digest?.value))?.digest;
  const matcher = digestMatchers.find(({ type, digest }) => dataMatchers.has(type) && isDigest(digest?.value))?.digest;
  const { algorithm, value } = scope ?? matcher ?? { algorithm: 'SHA256', value: documentSha256 };
  return { algorithm, value: toHex(fromHex((value ?? documentSha256).toLowerCase())) };
}

/** Proofs that came out of the validation: by time-stamps and evidence records that hold. */
function proofsOf({ detailed, diagnostic }: EtsiSource): Proofs {
  const proofs = new Proofs(Date.parse(detailed.validationTime));
  const timestamps = new Map(diagnostic.timestamps.map((timestamp) => [timestamp.id, timestamp]));
  for (const { token, indication } of detailed.timestamps) {
    const timestamp = timestamps.get(token);
    if (timestamp && indication === 'PASSED') proofs.addTimestamp(timestamp);
  }
  const records = new Map(diagnostic.evidenceRecords.map((record) => [record.id, record]));
  for (const { token, indication, proof } of detailed.evidenceRecords) {
    if (indication !== 'PASSED') continue;
    for (const { id } of records.get(token)?.covered ?? []) proofs.add(id, { time: Date.parse(proof.time), by: token });
  }
  return proofs;
}
