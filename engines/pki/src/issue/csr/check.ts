import { createHash } from 'node:crypto';
import { equalBytes, toHex } from '@tra/kernel';
import { readSignatureScheme, verifySignature } from '../../algorithms.ts';
import { readBasicConstraints } from '../../extensions.ts';
import { EXTENSION } from '../../oids.ts';
import type { Check } from '../../report.ts';
import { formatIpAddress } from '../ip-address.ts';
import { inspectPublicKey } from '../keys/public-key.ts';
import { isDnsName, isEmailAddress, isUri } from '../name-syntax.ts';
import type { CertificateProfile } from '../profiles/profile.ts';
import { PROFILES } from '../profiles/profiles.ts';
import type { AlternativeName } from '../request.ts';
import type { CertificationRequest } from './certification-request.ts';

/** SHA-256 of a SubjectPublicKeyInfo in lower-case hexadecimal: by it keys are blocked. */
export function publicKeyHash(publicKey: Uint8Array): string {
  return toHex(createHash('sha256').update(publicKey).digest());
}

/** What a request is held against. */
export interface RequestCheckOptions {
  readonly profile: CertificateProfile;
  /**
   * Keys that are never certified (again), by {@link publicKeyHash}: published weak keys, and those of certificates revoked for
   * keyCompromise. A `Set` will do; a store can stand behind it.
   */
  readonly blockedKeys?: { has(publicKeyHash: string): boolean };
  /** Public keys of this CA's own authorities; nobody else gets a certificate for them. */
  readonly authorityKeys?: readonly Uint8Array[];
}

/**
 * Everything about a request that can be judged without knowing the applicant: proof of possession, the key's soundness, whether it
 * is blocked or a CA's, and whether the profile has room for what is asked. The names themselves are for a registration authority,
 * ACME or EST to prove. Passed checks are listed as well; it never throws.
 */
export function checkCertificationRequest(
  request: CertificationRequest,
  options: RequestCheckOptions,
): readonly Check[] {
  return [
    ...possession(request),
    ...keyChecks(request, options),
    ...nameChecks(request, options.profile),
    ...extensionChecks(request, options.profile),
  ];
}

function possession({ signatureAlgorithm, publicKey, signedBytes, signature }: CertificationRequest): readonly Check[] {
  const clause = 'RFC 2986 4.2';
  if (!verifySignature(signatureAlgorithm, publicKey, signedBytes, signature)) {
    return [{ code: 'pki.csr_possession', status: 'failed', clause }];
  }
  const { digest } = readSignatureScheme(signatureAlgorithm);
  return [
    { code: 'pki.csr_possession_ok', status: 'passed', clause },
    ...(digest === 'sha1'
      ? [{ code: 'pki.csr_digest_weak', status: 'failed', clause: 'ETSI TS 119 312 8.4' } as const]
      : []),
  ];
}

function keyChecks(
  { publicKey }: CertificationRequest,
  { profile, blockedKeys, authorityKeys = [] }: RequestCheckOptions,
): readonly Check[] {
  const { kind, faults } = inspectPublicKey(publicKey);
  const found: Check[] = [...faults];
  if (kind && !PROFILES[profile].keys.includes(kind)) {
    found.push({ code: 'pki.lint_profile_key', status: 'failed', clause: 'ETSI TS 119 312 6', params: { key: kind } });
  }
  if (blockedKeys?.has(publicKeyHash(publicKey))) {
    found.push({ code: 'pki.csr_key_blocked', status: 'failed', clause: 'CABF BR 6.1.1.3' });
  }
  if (authorityKeys.some((key) => equalBytes(key, publicKey))) {
    found.push({ code: 'pki.csr_key_of_authority', status: 'failed', clause: 'RFC 5280 4.1.2.7' });
  }
  return found.length > 0 ? found : [{ code: 'pki.csr_key_ok', status: 'passed', clause: 'CABF BR 6.1.1.3' }];
}

/** The alternative names of a request that a certificate can hold, for `prepareCertificate`; malformed and other kinds are left out. */
export function requestedNames({ subjectAltNames }: CertificationRequest): readonly AlternativeName[] {
  return subjectAltNames.flatMap((name): AlternativeName[] => {
    switch (name.kind) {
      case 'dns':
        return isDnsName(name.value) ? [{ dns: name.value.toLowerCase() }] : [];
      case 'email':
        return isEmailAddress(name.value) ? [{ email: name.value }] : [];
      case 'uri':
        return isUri(name.value) ? [{ uri: name.value }] : [];
      case 'ip':
        return [4, 16].includes(name.bytes.length) ? [{ ip: formatIpAddress(name.bytes) }] : [];
      default:
        return [];
    }
  });
}

function nameChecks(request: CertificationRequest, profile: CertificateProfile): readonly Check[] {
  const { kinds } = PROFILES[profile].alternativeNames;
  const asked = new Set(request.subjectAltNames.map(({ kind }) => kind));
  const clause = 'RFC 5280 4.2.1.6';
  const foreign = [...asked].filter((kind) => !(kinds as readonly string[]).includes(kind));
  const malformed = request.subjectAltNames.length - requestedNames(request).length;
  return [
    ...foreign.map(
      (kind): Check => ({ code: 'pki.lint_alternative_name_forbidden', status: 'failed', clause, params: { kind } }),
    ),
    ...(malformed > 0 && foreign.length === 0
      ? [{ code: 'pki.csr_names_malformed', status: 'failed', clause, params: { count: malformed } } as const]
      : []),
  ];
}

/** Extensions that a request may name without a word: the profile sets them itself. */
const decided: ReadonlySet<string> = new Set([
  EXTENSION.subjectAltName,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.basicConstraints,
  EXTENSION.subjectKeyIdentifier,
]);

function extensionChecks({ extensions }: CertificationRequest, profile: CertificateProfile): readonly Check[] {
  const ignored = [...extensions.keys()].filter((oid) => !decided.has(oid));
  return [
    ...(!PROFILES[profile].ca && asksForCa(extensions.get(EXTENSION.basicConstraints)?.value)
      ? [{ code: 'pki.csr_asks_for_ca', status: 'failed', clause: 'RFC 5280 4.2.1.9' } as const]
      : []),
    ...ignored.map(
      (extension): Check => ({
        code: 'pki.csr_extension_ignored',
        status: 'indeterminate',
        clause: 'RFC 2986 4.1',
        params: { extension },
      }),
    ),
  ];
}

function asksForCa(value: Uint8Array | undefined): boolean {
  try {
    return value !== undefined && readBasicConstraints(value).ca;
  } catch {
    return true;
  }
}
