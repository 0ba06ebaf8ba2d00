import { seededRandom } from '@tra/kernel/testing';
import { createAuthority } from '@tra/timestamp';
import type { TestSigning } from '../../src/testing.ts';
import { type AnswerBack, base64, converse, fromBase64, pythonWith } from './conversation.ts';

/** What pyHanko says about one signature of a PDF. */
export interface PyhankoOpinion {
  readonly field: string;
  readonly type: 'Sig' | 'DocTimeStamp';
  /** Why it would not look further. */
  readonly refused?: string;
  readonly intact?: boolean;
  readonly valid?: boolean;
  readonly trusted?: boolean;
  /** All of it together, for a signature. */
  readonly holds?: boolean;
  readonly coverage?: 'ENTIRE_FILE' | 'ENTIRE_REVISION' | 'CONTIGUOUS_BLOCK_FROM_START' | 'UNCLEAR';
  readonly changes?: 'NONE' | 'LTA_UPDATES' | 'FORM_FILLING' | 'ANNOTATIONS' | 'OTHER';
  /** Whether the changes are what its signer permits. */
  readonly permitted?: boolean | null;
  readonly because?: string;
  readonly timestamp?: { readonly valid: boolean; readonly trusted: boolean; readonly time: string } | null;
}

/** What pyHanko says about a PDF. */
export interface PyhankoReport {
  readonly signatures: readonly PyhankoOpinion[];
  readonly refused?: string;
  readonly store?: {
    readonly certificates: number;
    readonly crls: number;
    /** Names of the VRI entries. */
    readonly signatures: readonly string[];
  };
}

/** How pyHanko is to sign; the field is made where there is none of the name. */
export interface PyhankoSigning {
  readonly field: string;
  /** DocMDP level of a certification. */
  readonly level?: 1 | 2 | 3;
  readonly lock?: {
    readonly action: 'All' | 'Include' | 'Exclude';
    readonly fields?: readonly string[];
    readonly level?: 1 | 2 | 3;
  };
  readonly box?: readonly [number, number, number, number];
  /** adbe.pkcs7.detached in the place of ETSI.CAdES.detached. */
  readonly plain?: boolean;
  readonly stamped?: boolean;
  /** With a security store. */
  readonly kept?: boolean;
  /** With a time-stamp over the document as well. */
  readonly archived?: boolean;
}

/** A change made with pyHanko's writer: its name in ask-pyhanko.py and its arguments. */
export type PyhankoChange = readonly [string, ...(string | number)[]];

/** A running pyHanko; one question at a time. */
export interface Pyhanko {
  validate(pdf: Uint8Array, more?: { readonly revocation?: 'require' }): Promise<PyhankoReport>;
  sign(pdf: Uint8Array, how: PyhankoSigning): Promise<Uint8Array>;
  /** Adds a security store for the last signature and, where asked, a time-stamp over all of it. */
  extend(pdf: Uint8Array, how?: { readonly archived?: boolean }): Promise<Uint8Array>;
  change(pdf: Uint8Array, ...changes: readonly PyhankoChange[]): Promise<Uint8Array>;
  close(): void;
}

const python = pythonWith('pyhanko.sign.validation');

/** Whether pyHanko can be asked here. */
export const hasPyhanko: boolean = python !== undefined;

/** Starts pyHanko with the keys, the anchor and the time-stamping authority of `signing`. */
export function startPyhanko(signing: TestSigning): Pyhanko {
  const { document, hierarchy } = signing;
  const { ask, close } = converse(python ?? 'python3', 'ask-pyhanko.py', stamperOf(signing));
  const trust = async (): Promise<object> => ({
    anchors: signing.anchors.map(base64),
    others: [base64(hierarchy.issuing.certificate)],
    crls: (await signing.crls()).map(base64),
    at: signing.clock.now().toISOString().replace('Z', '+00:00'),
  });
  const made = async (request: object): Promise<Uint8Array> =>
    fromBase64(((await ask({ ...(await trust()), ...request })) as { pdf: string }).pdf);
  const key = document.signer.privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    validate: async (pdf, more = {}) =>
      (await ask({ do: 'validate', pdf: base64(pdf), ...(await trust()), ...more })) as PyhankoReport,
    sign: (pdf, how) =>
      made({
        do: 'sign',
        pdf: base64(pdf),
        key: base64(key),
        certificate: base64(document.certificate),
        chain: [base64(hierarchy.issuing.certificate)],
        ...how,
      }),
    extend: (pdf, how = {}) => made({ do: 'extend', pdf: base64(pdf), ...how }),
    change: (pdf, ...changes) => made({ do: 'change', pdf: base64(pdf), changes }),
    close,
  };
}

function stamperOf({ clock, hierarchy, unit }: TestSigning): AnswerBack {
  const chain = [hierarchy.issuing.certificate, hierarchy.root.certificate];
  const units = [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }] }];
  const authority = createAuthority({ units, clock, random: seededRandom(99) });
  return async (request) => ({ response: base64((await authority.respond(fromBase64(request))).response) });
}
