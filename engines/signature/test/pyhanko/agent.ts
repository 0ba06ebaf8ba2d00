import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@tra/kernel/testing';
import { createAuthority } from '@tra/timestamp';
import type { TestSigning } from '../../src/testing.ts';

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

/** A change made with pyHanko's writer: its name in agent.py and its arguments. */
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

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A Python that has pyHanko: TRA_PYTHON, the one of tools/python-packages.mjs, or that of the system. */
function findPython(): string | undefined {
  const installed = here('../../../../node_modules/.cache/tra-python/bin/python');
  const candidates = [process.env.TRA_PYTHON, existsSync(installed) ? installed : undefined, 'python3'];
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', 'import pyhanko.sign.validation'], { stdio: 'ignore' }).status === 0;
  return candidates.filter((python) => python !== undefined).find(works);
}

const python = findPython();
if (python === undefined) console.warn('pyHanko is absent: its opinion is not asked (node tools/python-packages.mjs)');

/** Whether pyHanko can be asked here. */
export const hasPyhanko: boolean = python !== undefined;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Starts pyHanko with the keys, the anchor and the time-stamping authority of `signing`. */
export function startPyhanko(signing: TestSigning): Pyhanko {
  const { document, hierarchy } = signing;
  const child = spawn(python ?? 'python3', [here('agent.py')]);
  const ask = conversation(child, stamperOf(signing));
  const trust = async (): Promise<object> => ({
    anchors: signing.anchors.map(base64),
    others: [base64(hierarchy.issuing.certificate)],
    crls: (await signing.crls()).map(base64),
    at: signing.clock.now().toISOString().replace('Z', '+00:00'),
  });
  const made = async (request: object): Promise<Uint8Array> =>
    new Uint8Array(Buffer.from(((await ask({ ...(await trust()), ...request })) as { pdf: string }).pdf, 'base64'));
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
    close: () => child.stdin.end(),
  };
}

type Stamper = (request: Uint8Array) => Promise<Uint8Array>;

function stamperOf({ clock, hierarchy, unit }: TestSigning): Stamper {
  const chain = [hierarchy.issuing.certificate, hierarchy.root.certificate];
  const units = [{ ...unit, chain, policies: [{ oid: '1.3.6.1.4.1.99999.1.1' }] }];
  const authority = createAuthority({ units, clock, random: seededRandom(99) });
  return async (request) => (await authority.respond(request)).response;
}

interface Answer {
  readonly stamp?: string;
  readonly fault?: string;
}

/** One question after another; rejects with what pyHanko says when it cannot do what it is asked. */
function conversation(child: ChildProcessWithoutNullStreams, stamper: Stamper): (request: object) => Promise<unknown> {
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const write = (message: object): boolean => child.stdin.write(`${JSON.stringify(message)}\n`);
  const answer = async (): Promise<Answer> => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`pyHanko ended: ${said.join('')}`);
    const read = JSON.parse(value) as Answer;
    if (read.fault !== undefined) throw new Error(read.fault);
    if (read.stamp === undefined) return read;
    write({ response: base64(await stamper(Buffer.from(read.stamp, 'base64'))) });
    return answer();
  };
  let last: Promise<unknown> = Promise.resolve();
  return (request) => {
    const next = last
      .catch(() => undefined)
      .then(() => {
        write(request);
        return answer();
      });
    last = next;
    return next;
  };
}
