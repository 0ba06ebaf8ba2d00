import type { Certificate } from '@tra/pki';
import type { CertificateData } from '../diagnostic/certificate.ts';
import type { DiagnosticData } from '../diagnostic/model.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { certificateData } from './certificate-data.ts';
import type { Pools } from './found.ts';
import { tokenId } from './ids.ts';
import { revocationData, statusData } from './revocation-data.ts';

const maximumCertificates = 1500;
const maximumRevocations = 1000;

type Found = Pick<DiagnosticData, 'signatures' | 'timestamps' | 'evidenceRecords'>;
type Used = Pick<DiagnosticData, 'certificates' | 'revocations'>;

/** Certificates and revocations that the tokens stand on or hold, with those that these stand on in turn. */
export function usedTokens({ evidenceRecords, signatures, timestamps }: Found, pools: Pools): Used {
  const byId = new Map<TokenId, Certificate>();
  for (const one of pools.certificates.all()) byId.set(tokenId(one.der), one);
  const tokens = [...signatures, ...timestamps];
  const held = new Set(tokens.flatMap((one) => one.foundCertificates.map(({ certificate }) => certificate)));
  const revocations = new Map<TokenId, DiagnosticData['revocations'][number]>();
  const certificates = new Map<TokenId, CertificateData>();
  const waiting: Certificate[] = [];
  const want = (certificate: Certificate): void => {
    for (const one of pools.certificates.chainOf(certificate)) waiting.push(one);
  };
  const wantRevocation = (id: TokenId): void => {
    const found = pools.revocations.get(id);
    if (!found || revocations.has(id) || revocations.size >= maximumRevocations) return;
    revocations.set(id, revocationData(found, pools.certificates));
    if (found.signer) want(found.signer);
  };
  for (const { chain, foundCertificates } of tokens) {
    for (const id of [...chain, ...foundCertificates.map(({ certificate }) => certificate)]) {
      const certificate = byId.get(id) ?? pools.certificates.anchor(id);
      if (certificate) want(certificate);
    }
  }
  for (const { foundRevocations } of [...tokens, ...evidenceRecords])
    for (const { revocation } of foundRevocations) wantRevocation(revocation);
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const id = tokenId(one.der);
    if (certificates.has(id) || certificates.size >= maximumCertificates) continue;
    const statuses = pools.revocations.statusesOf(one);
    const source = pools.certificates.isAnchor(one) ? 'anchors' : held.has(id) ? 'document' : 'given';
    const sources = pools.certificates.servicesOf(one).length > 0 ? [source, 'trusted-list'] : [source];
    certificates.set(id, certificateData(one, pools.certificates, { revocations: statuses.map(statusData), sources }));
    for (const { revocation } of statuses) wantRevocation(revocation.id);
  }
  return { certificates: [...certificates.values()], revocations: [...revocations.values()] };
}
