import type { Verdict } from '@tra/kernel';
import type { CertificateData } from './diagnostic/certificate.ts';
import type { TokenId } from './diagnostic/token.ts';
import type { Gathered } from './gather/gather.ts';
import { tokenId } from './gather/ids.ts';
import type { Conclusion, DetailedReport, FinalIndication, ProcessSubIndication } from './process/report.ts';

/** What the process of EN 319 102-1 concluded about one token, and why. */
export interface ProcessVerdict {
  readonly verdict: Verdict;
  readonly subIndication?: ProcessSubIndication;
  readonly because: Conclusion;
  /** The process held an algorithm for unreliable now, whatever it concluded in the end. */
  readonly weakNow: boolean;
  readonly token: TokenId;
}

const verdicts: Readonly<Record<FinalIndication, Verdict>> = {
  TOTAL_PASSED: 'passed',
  PASSED: 'passed',
  TOTAL_FAILED: 'failed',
  FAILED: 'failed',
  INDETERMINATE: 'indeterminate',
};

/** The conclusions of the process by what the other steps know a signature, a time-stamp or a record by. */
export class ProcessVerdicts {
  readonly #gathered: Gathered;
  readonly #signatures: Map<TokenId, DetailedReport['signatures'][number]>;
  readonly #timestamps: Map<TokenId, DetailedReport['timestamps'][number]>;
  readonly #records: Map<TokenId, DetailedReport['evidenceRecords'][number]>;
  readonly #certificates: Map<TokenId, CertificateData>;

  constructor(gathered: Gathered, { evidenceRecords, signatures, timestamps }: DetailedReport) {
    this.#gathered = gathered;
    this.#signatures = new Map(signatures.map((one) => [one.token, one]));
    this.#timestamps = new Map(timestamps.map((one) => [one.token, one]));
    this.#records = new Map(evidenceRecords.map((one) => [one.token, one]));
    this.#certificates = new Map(gathered.data.certificates.map((one) => [one.id, one]));
  }

  /** Of a signature, by the id of its subject. */
  signature(subject: string): ProcessVerdict | undefined {
    const token = this.#gathered.signatureIds.get(subject);
    const found = token === undefined ? undefined : this.#signatures.get(token);
    if (!found) return undefined;
    const { archive, basic, indication, subIndication } = found;
    return {
      verdict: verdicts[indication],
      ...(subIndication === undefined ? {} : { subIndication }),
      because: archive.conclusion,
      weakNow: basic.conclusion.subIndication === 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
      token: found.token,
    };
  }

  /** Of a time-stamp, by its octets; undefined for one that the process was not given. */
  timestamp(token: Uint8Array): ProcessVerdict | undefined {
    const found = this.#timestamps.get(tokenId(token));
    if (!found) return undefined;
    const { archive, basic, indication, subIndication } = found;
    return {
      verdict: verdicts[indication],
      ...(subIndication === undefined ? {} : { subIndication }),
      because: archive.conclusion,
      weakNow: basic.conclusion.subIndication === 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
      token: found.token,
    };
  }

  /** Of an evidence record, by the id of its subject. */
  record(subject: string): ProcessVerdict | undefined {
    const token = this.#gathered.recordIds.get(subject);
    const found = token === undefined ? undefined : this.#records.get(token);
    if (!found) return undefined;
    const { indication, subIndication, validation } = found;
    return {
      verdict: verdicts[indication],
      ...(subIndication === undefined ? {} : { subIndication }),
      because: validation.conclusion,
      weakNow: false,
      token: found.token,
    };
  }

  /** Certificates of the path that the process looked at, the signer's first. */
  chain(subject: string): readonly CertificateData[] {
    const token = this.#gathered.signatureIds.get(subject);
    const signature = this.#gathered.data.signatures.find(({ id }) => id === token);
    return (signature?.chain ?? []).flatMap((id) => this.#certificates.get(id) ?? []);
  }

  /** Whether the process saw a revocation of a certificate, so that its verdict takes it into account. */
  sawRevoked(der: Uint8Array): boolean {
    return this.#certificates.get(tokenId(der))?.revocations.some(({ status }) => status === 'revoked') ?? false;
  }
}
