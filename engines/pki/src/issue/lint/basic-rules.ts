import { readBoolean, readDer, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { readSignatureScheme } from '../../algorithms.ts';
import type { Certificate } from '../../certificate.ts';
import { EXTENSION } from '../../oids.ts';
import type { ExtensionView, LintRule } from './view.ts';

/** Encoded AlgorithmIdentifiers that stand in new certificates: the exact bytes, so that parameters are right as well. */
const signatureAlgorithms: ReadonlySet<string> = new Set([
  '300d06092a864886f70d01010b0500',
  '300d06092a864886f70d01010c0500',
  '300d06092a864886f70d01010d0500',
  '300a06082a8648ce3d040302',
  '300a06082a8648ce3d040303',
  '300a06082a8648ce3d040304',
  '300506032b6570',
  '300506032b6571',
]);

function hasWeakDigest({ signatureAlgorithm }: Certificate): boolean {
  try {
    const { digest } = readSignatureScheme(signatureAlgorithm);
    return digest === 'sha1' || digest === 'sha224';
  } catch {
    return true;
  }
}

/** RSASSA-PSS carries parameters of its own (RFC 4055); they were understood when its scheme could be read. */
function isPss({ signatureAlgorithm }: Certificate): boolean {
  return toHex(signatureAlgorithm).includes('06092a864886f70d01010a');
}

/** basicConstraints with `cA FALSE` written out. */
function writesFalse({ oid, value }: ExtensionView): boolean {
  if (oid !== EXTENSION.basicConstraints) return false;
  const [first] = readDer(value).content.length > 0 ? [readDer(readDer(value).content.subarray(0, 3))] : [];
  return first?.tag === TAG.boolean && !readBoolean(first);
}

/** Rules on the fields outside names and extensions (RFC 5280 section 4.1). */
export const basicRules: readonly LintRule[] = [
  { code: 'pki.lint_version', clause: 'RFC 5280 4.1.2.1', find: ({ certificate }) => certificate.version !== 3 },
  {
    code: 'pki.lint_serial',
    clause: 'RFC 5280 4.1.2.2',
    varies: true,
    find: ({ serial }) => serial.length > 20 || (serial[0] ?? 0x80) >= 0x80 || serial.every((octet) => octet === 0),
  },
  {
    code: 'pki.lint_serial_short',
    clause: 'CABF BR 7.1',
    find: ({ serial, rules }) => serial.length < 8 && rules !== undefined,
  },
  {
    code: 'pki.lint_signature_weak',
    clause: 'ETSI TS 119 312 8.4',
    find: ({ certificate }) => hasWeakDigest(certificate),
  },
  {
    code: 'pki.lint_signature_encoding',
    clause: 'RFC 4055 5, RFC 5758 3.2, RFC 8410 3',
    find: ({ certificate }) =>
      !hasWeakDigest(certificate) &&
      !isPss(certificate) &&
      !signatureAlgorithms.has(toHex(certificate.signatureAlgorithm)),
  },
  {
    code: 'pki.lint_validity',
    clause: 'RFC 5280 4.1.2.5',
    find: ({ certificate: { notBefore, notAfter } }) => notAfter <= notBefore,
  },
  {
    code: 'pki.lint_time_encoding',
    clause: 'RFC 5280 4.1.2.5',
    find: ({ times, certificate: { notBefore, notAfter } }) =>
      [notBefore, notAfter].some((time, index) => {
        const year = time.getUTCFullYear();
        const utc = year >= 1950 && year < 2050;
        return times[index]?.tag !== (utc ? TAG.utcTime : TAG.generalizedTime) || time.getTime() % 1000 !== 0;
      }),
  },
  { code: 'pki.lint_unique_id', clause: 'RFC 5280 4.1.2.8', find: ({ hasUniqueIds }) => hasUniqueIds },
  {
    code: 'pki.lint_default_encoded',
    clause: 'X.690 11.5',
    find: ({ extensions }) => extensions.some((entry) => entry.defaultWritten || writesFalse(entry)),
  },
];
