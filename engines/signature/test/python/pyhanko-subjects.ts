import { parseSignedData } from '@tra/cms';
import { readPdf } from '@tra/pdf';
import { sampleObjects, writePdf } from '@tra/pdf/testing';
import { defaultPolicy, type SignatureReport, type ValidationReport, validateDocument } from '../../src/index.ts';
import type { TestSigning } from '../../src/testing.ts';
import { sha256, streamOf } from '../build.ts';
import type { PyhankoOpinion } from './pyhanko.ts';

const description = Buffer.from(
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
);

/**
 * The unsigned form of `@tra/pdf/testing`, two pages, with a description that pyHanko can read. Its text field has no look yet: pyHanko
 * takes the look of a locked field for changed as soon as anything follows.
 */
export function formToSign(): Uint8Array {
  return writePdf({
    ...sampleObjects,
    10: (sampleObjects[10] ?? '').replace('/V (100)', '').replace('/AP << /N 17 0 R >>', ''),
    22: streamOf(description, '/Type /Metadata /Subtype /XML'),
  });
}

/** Our report; revocation is asked for only where it is the subject. */
export async function ourReport(
  signing: TestSigning,
  bytes: Uint8Array,
  { revocation = false }: { readonly revocation?: boolean } = {},
): Promise<ValidationReport> {
  const policy = { ...defaultPolicy, revocationRequired: revocation };
  const crls = revocation ? await signing.crls() : [];
  return validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now(), policy });
}

/** Whether we find that the signed bytes are those that were signed and the value belongs to them, whatever came after. */
export const intactHere = ({ checks }: SignatureReport): boolean =>
  ['signature.hash_matches', 'signature.value_valid'].every((code) => checks.some((check) => check.code === code));

/** The same by pyHanko. */
export const intactThere = ({ intact, valid }: PyhankoOpinion): boolean => intact === true && valid === true;

/** What pyHanko finds about later changes, in our words. It knows no doubt. */
export function changesThere({ changes, permitted }: PyhankoOpinion): 'unchanged' | 'allowed' | 'forbidden' {
  if (permitted !== true) return 'forbidden';
  return changes === 'NONE' ? 'unchanged' : 'allowed';
}

/**
 * Places in a PDF with one time-stamped signature where no bit may be turned: in what is signed before the hole and behind it, and in the
 * hole the digest of that, the value of the signature, and the digest of the value in the time-stamp.
 */
export function protectedPlaces(pdf: Uint8Array): readonly number[] {
  const [signature] = readPdf(pdf).signatures;
  const { byteRange = [], contents = new Uint8Array() } = signature ?? {};
  const [, before = 0, after = 0, rest = 0] = byteRange;
  const signed = Buffer.concat([pdf.subarray(0, before), pdf.subarray(after, after + rest)]);
  const value = parseSignedData(contents).signers[0]?.signature ?? new Uint8Array();
  const hole = Buffer.from(pdf.subarray(before, after)).toString('latin1').toLowerCase();
  const inside = [sha256(signed), value, sha256(value)].map((bytes) => {
    const place = hole.indexOf(Buffer.from(bytes).toString('hex'));
    if (place < 0) throw new Error('not in the signature');
    return before + place + 20;
  });
  return [20, before - 20, ...inside, after + 40];
}
