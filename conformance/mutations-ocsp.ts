// OCSP answers and requests of our own making: changed, read, and given to whoever relies on them.
import { equalBytes, fromHex } from '@tra/kernel';
import {
  buildOcspRequest,
  buildOcspResponse,
  certIdOf,
  encodeCertId,
  ocspEvidence,
  ocspFailure,
  parseCertificate,
  parseOcspRequest,
  parseOcspResponse,
} from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import type { MutationRow, MutationSubject } from './mutations.ts';

const at = new Date('2026-11-21T02:00:00Z');
const times = { thisUpdate: new Date('2026-11-21T00:00:00Z'), nextUpdate: new Date('2026-11-22T00:00:00Z') };

/** An answer is believed when it proves the same status as before. */
async function answers(hierarchy: TestHierarchy): Promise<readonly MutationSubject[]> {
  const { issuing } = hierarchy;
  const subject = await hierarchy.issue('document-signer');
  const delegate = await hierarchy.issue('ocsp-responder', { notAfter: new Date('2026-12-31T00:00:00Z') });
  const certificate = parseCertificate(subject.certificate);
  const issuer = parseCertificate(issuing.certificate);
  const certId = certIdOf({ issuer, serial: fromHex(certificate.serialHex) });
  const nonce = new Uint8Array(32).fill(7);
  const subjects: MutationSubject[] = [];
  for (const [name, responder] of [
    ['issuer', issuing],
    ['delegate', delegate],
  ] as const) {
    for (const status of ['good', 'revoked'] as const) {
      const revoked = status === 'revoked' ? { revokedAt: times.thisUpdate, reason: 'keyCompromise' as const } : {};
      const bytes = await buildOcspResponse({
        signer: responder.signer,
        responder: responder.certificate,
        responses: [{ certId, status, ...revoked, ...times }],
        producedAt: times.thisUpdate,
        nonce,
        includeCertificate: name === 'delegate',
      });
      const original = parseOcspResponse(bytes);
      const believed = (changed: Uint8Array): boolean => {
        const response = parseOcspResponse(changed);
        const evidence = ocspEvidence({ certificate, issuer, responses: [response], at, now: at, nonce });
        if (evidence.status !== status) return false;
        if (equalBytes(changed, bytes)) return true;
        // Only what is outside of the signature and of the responder's certificate may differ.
        return !sameSignedParts(response, original);
      };
      subjects.push({ name: `${name} ${status}`, bytes, believed });
    }
  }
  for (const failure of ['tryLater', 'unauthorized'] as const) {
    const bytes = ocspFailure(failure);
    const believed = (changed: Uint8Array): boolean => {
      const responses = [parseOcspResponse(changed)];
      const { status } = ocspEvidence({ certificate, issuer, responses, at, now: at, nonce });
      return equalBytes(changed, bytes) || status === 'good' || status === 'revoked';
    };
    subjects.push({ name: failure, bytes, believed });
  }
  return subjects;
}

type Answer = ReturnType<typeof parseOcspResponse>;

/** What a changed answer that is still believed must have in common with the unchanged one: all that a signature covers. */
function sameSignedParts({ basic: left }: Answer, { basic: right }: Answer): boolean {
  if (!left || !right) return false;
  return (
    equalBytes(left.signedBytes, right.signedBytes) &&
    equalBytes(left.signature, right.signature) &&
    equalBytes(left.signatureAlgorithm, right.signatureAlgorithm) &&
    right.certificates.every((certificate) => left.certificates.some((other) => equalBytes(other, certificate)))
  );
}

/**
 * Requests are not signed: a changed one is another request. Reading must be faithful: what it asks for, encoded again, must
 * stand in it octet by octet.
 */
async function requests(hierarchy: TestHierarchy): Promise<readonly MutationSubject[]> {
  const subject = await hierarchy.issue('document-signer');
  const issuer = parseCertificate(hierarchy.issuing.certificate);
  const certificate = parseCertificate(subject.certificate);
  const inputs = [{}, { nonce: new Uint8Array(32).fill(9) }, { digest: 'sha256' as const }];
  return inputs.map((input, index) => {
    const bytes = buildOcspRequest({ certificate, issuer, ...input });
    const believed = (changed: Uint8Array): boolean => {
      const read = parseOcspRequest(changed);
      for (const { der, digest, issuerNameHash, issuerKeyHash, serialNumber } of read.requests) {
        if (!Buffer.from(changed).includes(Buffer.from(der))) throw new Error('a request that is not in the bytes');
        if (!digest) continue;
        // Parameters of the digest may be NULL or absent, two octets more or less.
        const again = encodeCertId({ nameHash: issuerNameHash, keyHash: issuerKeyHash }, serialNumber, digest);
        if (!equalBytes(again, der) && again.length !== der.length + 2)
          throw new Error('a request that reads otherwise');
      }
      return equalBytes(changed, bytes);
    };
    return { name: `request ${index}`, bytes, believed };
  });
}

/** Answers by the issuing CA and by a delegated responder, failures, and requests. */
export async function ocspRows(): Promise<readonly MutationRow[]> {
  const hierarchy = await testHierarchy();
  return [
    { kind: 'ocsp-response', share: 20, subjects: await answers(hierarchy) },
    { kind: 'ocsp-request', share: 10, subjects: await requests(hierarchy) },
  ];
}
