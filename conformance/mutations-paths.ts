// Certificates and CRLs of NIST PKITS, and larger ones of our own: changed, given to the readers and to path validation.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CrlEntry, type PathOptions, parseCertificate, parseCrl, validatePath } from '@tra/pki';
import { testHierarchy } from '@tra/pki/testing';
import type { MutationRow, MutationSubject } from './mutations.ts';
import { optionsOf, type PkitsCase } from './pkits.ts';

/** Which of the inputs of a case is changed. */
type Place = { readonly list: 'certificate' } | { readonly list: 'intermediates' | 'crls'; readonly index: number };

function inputAt(options: PathOptions, place: Place): Uint8Array {
  if (place.list === 'certificate') return options.certificate as Uint8Array;
  return options[place.list][place.index] as Uint8Array;
}

function withInput(options: PathOptions, place: Place, bytes: Uint8Array | undefined): PathOptions {
  if (place.list === 'certificate') return { ...options, certificate: bytes ?? new Uint8Array(0) };
  const list = options[place.list];
  const changed = list.flatMap((input, index) => (index === place.index ? (bytes ?? []) : input));
  return { ...options, [place.list]: changed };
}

const passes = (options: PathOptions): boolean => validatePath(options).verdict === 'passed';

/** Every place of a case whose file is needed for the verdict: without it the path does not pass. */
function neededPlaces(options: PathOptions): readonly Place[] {
  const lists = ['intermediates', 'crls'] as const;
  const places: Place[] = [
    { list: 'certificate' },
    ...lists.flatMap((list) => options[list].map((_, index) => ({ list, index }))),
  ];
  return places.filter((place) => !passes(withInput(options, place, undefined)));
}

/** Reads everything that a caller could ask of a changed file, then lets the path decide. */
function subjectAt(name: string, options: PathOptions, place: Place): MutationSubject {
  const bytes = Uint8Array.from(inputAt(options, place));
  const serials = [options.certificate, ...options.intermediates].map(
    (der) => parseCertificate(der as Uint8Array).serialHex,
  );
  return {
    name: `${name} ${place.list}`,
    bytes,
    believed: (changed) => {
      if (place.list === 'crls') readWholeCrl(changed, serials);
      else parseCertificate(changed);
      return passes(withInput(options, place, changed));
    },
  };
}

function readWholeCrl(bytes: Uint8Array, serials: readonly string[]): void {
  const crl = parseCrl(bytes);
  let count = 0;
  for (const { serialHex } of crl.entries()) {
    count += 1;
    if (count < 50 && !crl.index().has(serialHex)) throw new Error('an entry is not in the index');
  }
  if (count !== crl.size || crl.index().size !== crl.size) throw new Error('the size of a CRL is wrong');
  for (const serial of serials) {
    const found = [crl.find(serial), crl.find(serial), crl.index().find(serial)].map((entries) => entries.length);
    if (new Set(found).size > 1) throw new Error('walk and index differ');
  }
}

const at = new Date('2026-11-21T02:00:00Z');

/** Chains of our own: other algorithms than PKITS has, and CRLs with entries of every kind. */
async function ownCases(): Promise<readonly { readonly name: string; readonly options: PathOptions }[]> {
  const revoked = Array.from(
    { length: 300 },
    (_, index): CrlEntry => ({
      serialHex: (0x4000_0000 + index * 7919).toString(16),
      date: new Date(at.getTime() - index * 100_000),
      reason: (['unspecified', 'keyCompromise', 'certificateHold'] as const)[index % 3] ?? 'superseded',
      ...(index % 5 === 0 ? { invalidityDate: new Date(at.getTime() - index * 200_000) } : {}),
    }),
  );
  return Promise.all(
    (['ecdsa-p256-sha256', 'ed25519', 'rsa-pkcs1-sha256'] as const).map(async (algorithm) => {
      const hierarchy = await testHierarchy({ algorithm });
      const { certificate } = await hierarchy.issue('document-signer');
      const options: PathOptions = {
        certificate,
        intermediates: [hierarchy.issuing.certificate],
        anchors: [hierarchy.root.certificate],
        crls: await hierarchy.crls(at, revoked),
        at,
        purpose: 'document-signing',
      };
      return { name: algorithm, options };
    }),
  );
}

/** Certificates and CRLs of all cases of PKITS that pass, where they matter. */
export async function pathRows(folder: string): Promise<readonly MutationRow[]> {
  const file = join(folder, 'pkits.json');
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const tests = JSON.parse(readFileSync(file, 'utf8')) as PkitsCase[];
  const certificates: MutationSubject[] = [];
  const crls: MutationSubject[] = [];
  const cases = tests
    .filter(({ error }) => !error)
    .map((test) => ({ name: `${test.id} ${test.name}`, options: optionsOf(folder, test) }));
  for (const { name, options } of [...cases, ...(await ownCases())]) {
    if (!passes(options)) continue;
    for (const place of neededPlaces(options)) {
      (place.list === 'crls' ? crls : certificates).push(subjectAt(name, options, place));
    }
  }
  return [
    { kind: 'certificate', share: 40, subjects: certificates },
    { kind: 'crl', share: 30, subjects: crls },
  ];
}
