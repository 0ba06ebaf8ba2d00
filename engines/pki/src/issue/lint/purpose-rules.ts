import type { KeyUsage } from '../../extensions.ts';
import { EXTENSION, PURPOSE } from '../../oids.ts';
import type { LintRule, LintView } from './view.ts';

/** Key usages that each kind of key can have (RFC 3279 2.3.1, RFC 5480 3, RFC 9295 3). */
const forElliptic: ReadonlySet<KeyUsage> = new Set([
  'digitalSignature',
  'nonRepudiation',
  'keyAgreement',
  'encipherOnly',
  'decipherOnly',
  'keyCertSign',
  'cRLSign',
]);
const forEdwards: ReadonlySet<KeyUsage> = new Set(['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign']);

function wrongUsages({ key: { kind }, certificate: { keyUsage = new Set() } }: LintView): readonly { usage: string }[] {
  if (kind === undefined || kind === 'rsa') return [];
  const allowed = kind === 'ed25519' ? forEdwards : forElliptic;
  return [...keyUsage].filter((usage) => !allowed.has(usage)).map((usage) => ({ usage }));
}

/** One of these usages must be there for a purpose to mean anything (RFC 5280 section 4.2.1.12). */
const usagesOf: ReadonlyMap<string, readonly KeyUsage[]> = new Map<string, readonly KeyUsage[]>([
  [PURPOSE.serverAuth, ['digitalSignature', 'keyEncipherment', 'keyAgreement']],
  [PURPOSE.clientAuth, ['digitalSignature', 'keyAgreement']],
  [PURPOSE.codeSigning, ['digitalSignature']],
  [PURPOSE.emailProtection, ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement']],
  [PURPOSE.timeStamping, ['digitalSignature', 'nonRepudiation']],
  [PURPOSE.ocspSigning, ['digitalSignature', 'nonRepudiation']],
  [PURPOSE.documentSigning, ['digitalSignature', 'nonRepudiation']],
]);

function unusablePurposes({ certificate }: LintView): readonly { purpose: string }[] {
  const { extendedKeyUsage = [], keyUsage } = certificate;
  if (!keyUsage) return [];
  return extendedKeyUsage
    .filter((purpose) => usagesOf.get(purpose)?.every((usage) => !keyUsage.has(usage)))
    .map((purpose) => ({ purpose }));
}

function isOcspResponder({ certificate }: LintView): boolean {
  return !certificate.isCa && (certificate.extendedKeyUsage?.includes(PURPOSE.ocspSigning) ?? false);
}

/** Rules on what a key may be used for (RFC 5280 sections 4.2.1.3, 4.2.1.9, 4.2.1.12, RFC 3161, RFC 6960). */
export const purposeRules: readonly LintRule[] = [
  {
    code: 'pki.lint_key_usage_empty',
    clause: 'RFC 5280 4.2.1.3',
    find: ({ certificate: { keyUsage } }) => keyUsage?.size === 0,
  },
  {
    code: 'pki.lint_ca_key_usage',
    clause: 'RFC 5280 4.2.1.3, 4.2.1.9',
    find: ({ certificate: { isCa, keyUsage } }) => keyUsage !== undefined && keyUsage.has('keyCertSign') !== isCa,
  },
  {
    code: 'pki.lint_path_length_unused',
    clause: 'RFC 5280 4.2.1.9',
    find: ({ certificate: { isCa, basicConstraints } }) => !isCa && basicConstraints?.pathLength !== undefined,
  },
  { code: 'pki.lint_key_usage_key', clause: 'RFC 5480 3, RFC 9295 3', find: wrongUsages },
  {
    code: 'pki.lint_key_usage_agreement',
    clause: 'RFC 5280 4.2.1.3',
    find: ({ certificate: { keyUsage } }) =>
      keyUsage !== undefined &&
      (keyUsage.has('encipherOnly') || keyUsage.has('decipherOnly')) &&
      !keyUsage.has('keyAgreement'),
  },
  {
    code: 'pki.lint_purpose_repeated',
    clause: 'RFC 5280 4.2.1.12',
    find: ({ certificate: { extendedKeyUsage = [] } }) => new Set(extendedKeyUsage).size < extendedKeyUsage.length,
  },
  {
    code: 'pki.lint_purpose_any',
    clause: 'RFC 5280 4.2.1.12',
    find: ({ certificate: { extendedKeyUsage = [], extensions } }) =>
      extendedKeyUsage.includes(PURPOSE.any) && (extensions.get(EXTENSION.extendedKeyUsage)?.critical ?? false),
  },
  { code: 'pki.lint_purpose_key_usage', clause: 'RFC 5280 4.2.1.12', find: unusablePurposes },
  {
    code: 'pki.lint_time_stamping',
    clause: 'RFC 3161 2.3',
    find: ({ certificate: { isCa, extendedKeyUsage = [], extensions } }) =>
      !isCa &&
      extendedKeyUsage.includes(PURPOSE.timeStamping) &&
      (extendedKeyUsage.length > 1 || !extensions.get(EXTENSION.extendedKeyUsage)?.critical),
  },
  {
    code: 'pki.lint_ocsp_no_check',
    clause: 'CABF BR 4.9.9',
    find: (view) => isOcspResponder(view) && !view.certificate.extensions.has(EXTENSION.ocspNoCheck),
  },
  {
    code: 'pki.lint_ocsp_no_check_misplaced',
    clause: 'RFC 6960 4.2.2.2.1',
    find: (view) => view.certificate.extensions.has(EXTENSION.ocspNoCheck) && !isOcspResponder(view),
  },
];
