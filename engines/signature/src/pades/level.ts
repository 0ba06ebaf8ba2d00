import { type CadesSigner, hasBasics, meetsCmsBaseline, namesPolicy } from '../cades/level.ts';
import type { LevelFacts } from '../levels/level.ts';
import { isStampedInTime, longTermOf } from '../levels/material.ts';
import type { PdfSurroundings } from './surroundings.ts';

/** The facts by which the level of a PDF signature is told (ETSI EN 319 142-1 clause 6.3, EN 319 142-2 clauses 4 and 5; ISO 32000-2 table 260). */
export function padesLevelFacts(one: CadesSigner, around: PdfSurroundings): LevelFacts {
  const { certificate, evidence, signedData, signer } = one;
  const stamps = evidence.timestamps.filter(({ kind }) => kind === 'signature');
  const { documentTimestamps, store, storeStamped } = around;
  const { allSelfSigned, complete: hasAll } = longTermOf(certificate, evidence, 'path-and-authorities');
  const isDetachedCades = around.subFilter === 'ETSI.CAdES.detached';
  const stamped = isStampedInTime(stamps, certificate) || documentTimestamps.length > 0;
  const complete = hasAll && (store !== undefined || (!isDetachedCades && !allSelfSigned));
  // The content stands in the file and nowhere else (EN 319 142-1 clause 4.1).
  const single = signedData.signers.length === 1 && (signedData.content === undefined || !isDetachedCades);
  const saysReasonTwice = around.hasReason && (evidence.commitments.length > 0 || evidence.policy !== undefined);
  const baseline = isDetachedCades && single && meetsCmsBaseline(one, 'PAdES') && around.hasTime && !saysReasonTwice;
  return {
    family: isDetachedCades ? 'PAdES' : 'PDF-PKCS7',
    baseline,
    basic:
      single &&
      (isDetachedCades
        ? hasBasics(one) && !saysReasonTwice
        : certificate !== undefined && isPkcs7(around.subFilter, signer.signedAttributesDer !== undefined)),
    policy: namesPolicy(one),
    stamped,
    baselineStamped: stamped,
    complete,
    baselineComplete: complete,
    references: false,
    stampedReferences: false,
    archived: storeStamped,
    baselineArchived: storeStamped,
    records: false,
  };
}

/** The encodings that are plain PKCS #7 (ISO 32000-2 table 260). With the digest as content, signed attributes say nothing that the content does not. */
function isPkcs7(subFilter: string | undefined, hasAttributes: boolean): boolean {
  return subFilter === 'adbe.pkcs7.sha1' || (subFilter === 'adbe.pkcs7.detached' && hasAttributes);
}
