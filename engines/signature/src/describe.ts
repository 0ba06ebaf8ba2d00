import { toHex } from '@tra/kernel';
import { type Certificate, certificateDigest } from '@tra/pki';
import type { SignerFacts } from './facts.ts';
import { levelOf as levelByFacts } from './levels/level.ts';
import type { SignatureLevel, SignatureReport, SignerIdentity } from './report.ts';
import type { SignatureSubject } from './subject.ts';
import type { TimeOutcome } from './time-step.ts';

/** What a report says about a signature before any conclusion. */
export type Described = Omit<
  SignatureReport,
  'verdict' | 'indication' | 'subIndication' | 'checks' | 'timestamps' | 'chain'
>;

/** Form, field, signer and times of a signature, as a report names them. */
export function described(
  subject: SignatureSubject,
  signer: SignerFacts | undefined,
  time: TimeOutcome,
  claimedTime: Date | undefined,
): Described {
  return {
    id: subject.id,
    level: levelOf(subject, signer),
    ...(subject.counterSigns === undefined ? {} : { counterSigns: subject.counterSigns }),
    ...(subject.fieldName === undefined ? {} : { fieldName: subject.fieldName }),
    ...(signer?.certificate ? { signer: identityOf(signer.certificate) } : {}),
    ...(claimedTime ? { claimedTime: claimedTime.toISOString() } : {}),
    ...(time.provenTime ? { provenTime: time.provenTime.toISOString() } : {}),
    ...(time.authority === undefined ? {} : { timestampAuthority: time.authority }),
    ...(subject.reason === undefined ? {} : { reason: subject.reason }),
    ...(subject.location === undefined ? {} : { location: subject.location }),
    ...(subject.revision ? { revision: subject.revision } : {}),
  };
}

/** Level of a signature by the look of it. */
export function levelOf(subject: Pick<SignatureSubject, 'form'>, signer: SignerFacts | undefined): SignatureLevel {
  if (!signer) return 'unknown';
  if (subject.form === 'xmldsig') return 'XMLDSig';
  return signer.levels ? levelByFacts(signer.levels) : 'unknown';
}

function identityOf(certificate: Certificate): SignerIdentity {
  const commonName = certificate.subject.get('CN');
  const organization = certificate.subject.get('O');
  return {
    ...(commonName === undefined ? {} : { commonName }),
    ...(organization === undefined ? {} : { organization }),
    text: certificate.subject.text,
    issuer: certificate.issuer.text,
    certificateSha256: toHex(certificateDigest(certificate, 'sha256')),
  };
}
