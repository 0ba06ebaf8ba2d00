import { readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { ANY_POLICY, EXTENSION } from '../../oids.ts';
import { keyIdentifier } from '../key-identifier.ts';
import { isWebAddress } from '../name-syntax.ts';
import type { LintRule, LintView } from './view.ts';

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(EXTENSION).map(([name, oid]) => [oid, name] as const),
);

/** Extensions that conforming CAs mark critical, and those that they never do (RFC 5280 section 4.2). */
const always: ReadonlySet<string> = new Set([
  EXTENSION.nameConstraints,
  EXTENSION.policyConstraints,
  EXTENSION.inhibitAnyPolicy,
]);
const never: ReadonlySet<string> = new Set([
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.authorityInfoAccess,
  EXTENSION.freshestCrl,
  EXTENSION.issuerAltName,
  EXTENSION.crlDistributionPoints,
  EXTENSION.qcStatements,
  EXTENSION.ocspNoCheck,
]);

function wrongCriticality({ extensions, certificate }: LintView): readonly { extension: string }[] {
  return extensions
    .filter(({ oid, critical }) => {
      if (oid === EXTENSION.basicConstraints) return certificate.isCa && !critical;
      return (always.has(oid) && !critical) || (never.has(oid) && critical);
    })
    .map(({ oid }) => ({ extension: names.get(oid) ?? oid }));
}

/** Extensions that only a CA certificate may hold, in one that is none. */
function misplaced({ extensions, certificate }: LintView): readonly { extension: string }[] {
  const forCa = new Set<string>([
    EXTENSION.nameConstraints,
    EXTENSION.policyConstraints,
    EXTENSION.policyMappings,
    EXTENSION.inhibitAnyPolicy,
  ]);
  if (certificate.isCa) return [];
  return extensions.filter(({ oid }) => forCa.has(oid)).map(({ oid }) => ({ extension: names.get(oid) ?? oid }));
}

function missing({ certificate }: LintView): readonly { extension: string }[] {
  const { extensions, isCa, issuer, subject } = certificate;
  const selfIssued = subject.key === issuer.key;
  const demanded = [
    ...(isCa ? [EXTENSION.keyUsage, EXTENSION.subjectKeyIdentifier] : []),
    ...(selfIssued && isCa ? [] : [EXTENSION.authorityKeyIdentifier]),
  ];
  return demanded.filter((oid) => !extensions.has(oid)).map((oid) => ({ extension: names.get(oid) ?? oid }));
}

function isSequence(value: Uint8Array): boolean {
  return value[0] === TAG.sequence;
}

/** An extension whose list is empty says nothing and is not allowed (RFC 5280 sections 4.2.1.10, .11, 4.2.2.1). */
function emptyOnes({ extensions }: LintView): readonly { extension: string }[] {
  const lists = new Set<string>([
    EXTENSION.nameConstraints,
    EXTENSION.policyConstraints,
    EXTENSION.policyMappings,
    EXTENSION.authorityInfoAccess,
    EXTENSION.qcStatements,
  ]);
  return extensions
    .filter(({ oid, value }) => lists.has(oid) && isSequence(value) && readDer(value).content.length === 0)
    .map(({ oid }) => ({ extension: names.get(oid) ?? oid }));
}

/** All addresses that a certificate sends its readers to. */
function wrongAddresses({ certificate }: LintView): readonly { address: string }[] {
  const { crlDistributionPoints, caIssuers, ocspResponders } = certificate;
  return [...crlDistributionPoints, ...caIssuers, ...ocspResponders]
    .filter((address) => !isWebAddress(address) && !/^ldap:\/\//.test(address))
    .map((address) => ({ address: address.slice(0, 200) }));
}

function hasWrongStatements({ extensions }: LintView): boolean {
  const statements = extensions.find(({ oid }) => oid === EXTENSION.qcStatements);
  if (!statements) return false;
  try {
    const items = new SequenceReader(readDer(statements.value), 'QCStatements').rest();
    const oids = items.map((item) => readOid(new SequenceReader(item, 'QCStatement').take(TAG.oid, 'statementId')));
    return new Set(oids).size < oids.length;
  } catch {
    return true;
  }
}

/** Rules on extensions one by one (RFC 5280 section 4.2). */
export const extensionRules: readonly LintRule[] = [
  { code: 'pki.lint_criticality', clause: 'RFC 5280 4.2', find: wrongCriticality },
  { code: 'pki.lint_extension_missing', clause: 'RFC 5280 4.2.1.1, 4.2.1.2, 4.2.1.3', find: missing },
  { code: 'pki.lint_extension_misplaced', clause: 'RFC 5280 4.2.1.5, 4.2.1.10, 4.2.1.11, 4.2.1.14', find: misplaced },
  { code: 'pki.lint_extension_empty', clause: 'RFC 5280 4.2.1.10, 4.2.1.11, 4.2.2.1', find: emptyOnes },
  {
    code: 'pki.lint_authority_key_id',
    clause: 'RFC 5280 4.2.1.1',
    find: ({ certificate: { authorityKeyId } }) =>
      authorityKeyId !== undefined && authorityKeyId.keyIdHex === undefined,
  },
  {
    code: 'pki.lint_subject_key_id',
    clause: 'RFC 5280 4.2.1.2',
    find: ({ certificate, rules }) =>
      rules !== undefined && certificate.subjectKeyIdHex !== toHex(keyIdentifier(certificate.publicKey)),
  },
  {
    code: 'pki.lint_policy_any',
    clause: 'RFC 5280 4.2.1.4',
    find: ({ certificate: { isCa, policies = [] } }) => !isCa && policies.includes(ANY_POLICY),
  },
  {
    code: 'pki.lint_policy_mapping_any',
    clause: 'RFC 5280 4.2.1.5',
    find: ({ certificate: { policyMappings = [] } }) =>
      policyMappings.some(
        ({ issuerDomainPolicy, subjectDomainPolicy }) =>
          issuerDomainPolicy === ANY_POLICY || subjectDomainPolicy === ANY_POLICY,
      ),
  },
  {
    code: 'pki.lint_distribution_point',
    clause: 'RFC 5280 4.2.1.13',
    find: ({ certificate: { distributionPoints } }) =>
      distributionPoints.some(({ name, crlIssuer }) => name === undefined && crlIssuer === undefined),
  },
  { code: 'pki.lint_address', clause: 'RFC 5280 4.2.1.13, 4.2.2.1', find: wrongAddresses },
  {
    code: 'pki.lint_address_https',
    clause: 'RFC 5280 8',
    advice: true,
    find: ({ certificate: { crlDistributionPoints, caIssuers, ocspResponders } }) =>
      [...crlDistributionPoints, ...caIssuers, ...ocspResponders].some((address) => /^https:/i.test(address)),
  },
  { code: 'pki.lint_statements', clause: 'RFC 3739 3.2.6', find: hasWrongStatements },
];
