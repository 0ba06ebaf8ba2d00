import type { LicenceStatus } from '@tra/signature';
import type { AnchorList, CarriedXml, Judged, JudgeTask, StructureResult, TrustSet } from './judge-document.ts';

/** What the pool tells a process. */
export type ToChild =
  | {
      readonly kind: 'judge';
      readonly id: number;
      readonly task: Omit<JudgeTask, 'trust' | 'requestTrust'>;
      /** Absent when it is what was sent before. */
      readonly trust?: TrustSet;
      readonly requestTrust?: AnchorList;
    }
  | {
      readonly kind: 'answer';
      readonly call: number;
      readonly licence?: LicenceStatus;
      readonly structure?: StructureResult;
      readonly failed?: boolean;
    };

/** What a process tells the pool; `reads` is whether it can open the files that the serving process has open. */
export type FromChild =
  | { readonly kind: 'ready'; readonly reads: boolean }
  | { readonly kind: 'judged'; readonly id: number; readonly judged: Judged }
  | { readonly kind: 'failed'; readonly id: number; readonly text: string }
  | { readonly kind: 'licence'; readonly call: number; readonly sha256: string; readonly xml?: Uint8Array }
  | { readonly kind: 'structure'; readonly call: number; readonly carried: CarriedXml };
