import { recentOcspResponse } from '@tra/pki';
import type { FoundMaterial } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';
import type { TrustContext } from '../path-step.ts';
import type { SignatureSubject } from '../subject.ts';
import { CertificatePool } from './certificate-pool.ts';
import { type Pools, placeOf } from './found.ts';
import { RevocationPool } from './revocation-pool.ts';

/** Most certificates, CRLs and OCSP responses of each kind and place. */
const maximumOfOne = 512;

/** Certificates and revocations of a document and of its surroundings; nothing is trusted for being there. */
export function fillPools(subjects: readonly SignatureSubject[], trust: TrustContext): Pools {
  const certificates = new CertificatePool(trust.anchors, trust.at);
  const revocations = new RevocationPool(certificates, trust.at);
  const material = subjects.flatMap(materialOf);
  for (const { facts } of subjects)
    for (const { certificate } of facts?.signers ?? []) if (certificate) certificates.add(certificate.der);
  for (const part of material) for (const der of part.certificates.slice(0, maximumOfOne)) certificates.add(der);
  for (const der of trust.intermediates.slice(0, 4 * maximumOfOne)) certificates.add(der);
  // Responders come with their answers: all certificates are there before the first path is looked for.
  const answers = [
    ...material.flatMap(({ ocspResponses, origin }) =>
      ocspResponses.slice(0, maximumOfOne).map((der) => ({ der, origin: placeOf[origin] })),
    ),
    ...(trust.ocspResponses ?? []).map((der) => ({ der, origin: 'input-document' as const })),
  ];
  for (const { der } of answers) for (const one of certificatesIn(der)) certificates.add(one);
  for (const { der, origin } of answers) revocations.addOcsp(der, origin);
  for (const { crls, origin } of material)
    for (const der of crls.slice(0, maximumOfOne)) revocations.addCrl(der, placeOf[origin]);
  for (const der of trust.crls) revocations.addCrl(der, 'input-document');
  return { certificates, revocations };
}

/** Material of the formats that name its places, and of bare time-stamps. */
function materialOf(subject: SignatureSubject): readonly FoundMaterial[] {
  const own = subject.facts?.signers[subject.signer ?? 0]?.evidence?.material ?? [];
  const tokens = subject.stamps?.map(({ token }) => token) ?? (subject.kind === 'timestamp' ? [subject.cms] : []);
  const stamped: readonly FoundMaterial[] =
    tokens.length === 0 ? [] : [{ origin: 'time-stamp-token', ...materialOfTokens(tokens) }];
  const beside = subject.facts
    ? [
        {
          origin: 'signed-data' as const,
          certificates: subject.facts.certificates,
          crls: subject.facts.crls,
          ocspResponses: subject.facts.ocspResponses ?? [],
        },
      ]
    : [];
  const store = subject.kind === 'timestamp' ? subject.surroundings?.store : undefined;
  return [...own, ...stamped, ...beside, ...(store ? [{ origin: 'security-store' as const, ...store }] : [])];
}

function certificatesIn(der: Uint8Array): readonly Uint8Array[] {
  try {
    return recentOcspResponse(der).basic?.certificates.slice(0, 8) ?? [];
  } catch {
    return [];
  }
}
