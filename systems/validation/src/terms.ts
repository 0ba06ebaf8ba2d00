import { fromBase64, type Json, toBase64 } from '@tra/kernel';
import type { AnchorConstraints } from '@tra/pki';
import type { ListedState, TrustedListData } from '@tra/signature';
import type { StoredPlace } from './batches/document-vault.ts';
import type { PlainAnchor } from './judging/judge-document.ts';
import type { ChosenPolicy } from './policies.ts';
import type { UploadedList } from './uploaded-trust.ts';

/** What every document of a request is judged by. */
export interface Terms {
  /** The time to judge for; that of the judgement when absent. */
  readonly at?: Date;
  readonly policy: ChosenPolicy;
  /** Certificates that only the asker trusts. */
  readonly anchors: readonly PlainAnchor[];
  /** The lists that some of them come from. */
  readonly lists?: readonly UploadedList[];
  /** The same lists as diagnostic data name them. */
  readonly listData?: readonly TrustedListData[];
}

/** A file beside the signatures of a batch: it lies with the documents, or only its digests are there, hexadecimal. */
export interface StoredDetached {
  readonly name: string;
  readonly place?: StoredPlace;
  readonly digests?: Readonly<Record<string, string>>;
}

/** Terms of a batch as they are stored. */
export interface StoredTerms {
  readonly terms: Terms;
  readonly detached: readonly StoredDetached[];
}

interface WireConstraints {
  readonly validFrom?: string;
  readonly validUntil?: string;
  readonly distrustIssuedAfter?: string;
  readonly purposes?: AnchorConstraints['purposes'];
}

interface WireAnchor {
  readonly certificate: string;
  readonly constraints?: WireConstraints;
  readonly services?: readonly ListedState[];
}

interface WireTerms {
  readonly at?: string;
  readonly policy: ChosenPolicy;
  readonly lists?: readonly UploadedList[];
  readonly listData?: readonly TrustedListData[];
  readonly anchors: readonly WireAnchor[];
  readonly detached: readonly StoredDetached[];
}

/** Terms as JSON. */
export function termsToJson({ terms, detached }: StoredTerms): Json {
  const wire: WireTerms = {
    ...(terms.at ? { at: terms.at.toISOString() } : {}),
    policy: terms.policy,
    ...(terms.lists ? { lists: terms.lists } : {}),
    ...(terms.listData ? { listData: terms.listData } : {}),
    anchors: terms.anchors.map(({ certificate, constraints, services }) => ({
      certificate: toBase64(certificate),
      ...(constraints ? { constraints: wireConstraints(constraints) } : {}),
      ...(services ? { services } : {}),
    })),
    detached,
  };
  return JSON.parse(JSON.stringify(wire)) as Json;
}

function wireConstraints({ validFrom, validUntil, distrustIssuedAfter, purposes }: AnchorConstraints): WireConstraints {
  return {
    ...(validFrom ? { validFrom: validFrom.toISOString() } : {}),
    ...(validUntil ? { validUntil: validUntil.toISOString() } : {}),
    ...(distrustIssuedAfter ? { distrustIssuedAfter: distrustIssuedAfter.toISOString() } : {}),
    ...(purposes ? { purposes } : {}),
  };
}

/** Terms out of JSON that {@link termsToJson} wrote. */
export function termsFromJson(json: Json): StoredTerms {
  const wire = json as unknown as WireTerms;
  return {
    terms: {
      ...(wire.at === undefined ? {} : { at: new Date(wire.at) }),
      policy: wire.policy,
      ...(wire.lists ? { lists: wire.lists } : {}),
      ...(wire.listData ? { listData: wire.listData } : {}),
      anchors: wire.anchors.map(({ certificate, constraints, services }) => ({
        certificate: fromBase64(certificate),
        ...(constraints ? { constraints: readConstraints(constraints) } : {}),
        ...(services ? { services } : {}),
      })),
    },
    detached: wire.detached,
  };
}

function readConstraints({ validFrom, validUntil, distrustIssuedAfter, purposes }: WireConstraints): AnchorConstraints {
  return {
    ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }),
    ...(validUntil === undefined ? {} : { validUntil: new Date(validUntil) }),
    ...(distrustIssuedAfter === undefined ? {} : { distrustIssuedAfter: new Date(distrustIssuedAfter) }),
    ...(purposes ? { purposes } : {}),
  };
}
