import { fromBase64, type Json, toBase64 } from '@tra/kernel';
import type { AnchorConstraints } from '@tra/pki';
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

interface WireTerms {
  readonly at?: string;
  readonly policy: ChosenPolicy;
  readonly lists?: readonly UploadedList[];
  readonly anchors: readonly { readonly certificate: string; readonly constraints?: WireConstraints }[];
  readonly detached: readonly StoredDetached[];
}

/** Terms as JSON. */
export function termsToJson({ terms, detached }: StoredTerms): Json {
  const wire: WireTerms = {
    ...(terms.at ? { at: terms.at.toISOString() } : {}),
    policy: terms.policy,
    ...(terms.lists ? { lists: terms.lists } : {}),
    anchors: terms.anchors.map(({ certificate, constraints }) => ({
      certificate: toBase64(certificate),
      ...(constraints ? { constraints: wireConstraints(constraints) } : {}),
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
      anchors: wire.anchors.map(({ certificate, constraints }) => ({
        certificate: fromBase64(certificate),
        ...(constraints ? { constraints: readConstraints(constraints) } : {}),
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
