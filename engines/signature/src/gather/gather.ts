import { DIAGNOSTIC_DATA_VERSION, type DiagnosticData } from '../diagnostic/model.ts';
import type { TrustContext } from '../path-step.ts';
import type { SignatureSubject } from '../subject.ts';

/** A document whose signatures were found, with what trust is built on. */
export interface GatherInput {
  readonly subjects: readonly SignatureSubject[];
  readonly trust: TrustContext;
  readonly name?: string;
}

/** Everything that the process of EN 319 102-1 reads of a document. */
export function gatherDiagnosticData({ name, trust }: GatherInput): DiagnosticData {
  return {
    version: DIAGNOSTIC_DATA_VERSION,
    ...(name === undefined ? {} : { documentName: name }),
    validationTime: trust.at.toISOString(),
    signatures: [],
    timestamps: [],
    evidenceRecords: [],
    certificates: [],
    revocations: [],
    trustedLists: [],
  };
}
