import { createHash } from 'node:crypto';
import type { Language, LocalizedText } from '@tra/kernel';
import { type CertificateProfile, PROFILES, PURPOSE, readPublicKey } from '@tra/pki';
import { formatDate } from '@tra/platform-i18n';
import { KEY_PURPOSES } from '@tra/platform-keys';
import type { Authority } from '../authorities/authority.ts';
import { REVOCATION_REASONS } from '../status/change-status.ts';
import type { PolicyFacts } from './facts.ts';
import type { PolicyBlock } from './text.ts';

interface Source {
  readonly facts: PolicyFacts;
  readonly words: Readonly<Record<string, LocalizedText>>;
}

interface Printer extends Source {
  readonly language: Language;
  /** A word of words.json. Throws when there is none. */
  say(key: string): string;
}

type Rows = (printer: Printer) => readonly (readonly string[])[];

const profiles = Object.keys(PROFILES) as CertificateProfile[];

/** Signature algorithms that a CA key can have, with their OIDs (RFC 5758, RFC 8017). */
const algorithms: readonly (readonly [string, string])[] = [
  ['ecdsa-with-SHA256', '1.2.840.10045.4.3.2'],
  ['ecdsa-with-SHA384', '1.2.840.10045.4.3.3'],
  ['sha256WithRSAEncryption', '1.2.840.113549.1.1.11'],
  ['sha384WithRSAEncryption', '1.2.840.113549.1.1.12'],
  ['sha512WithRSAEncryption', '1.2.840.113549.1.1.13'],
];
const publicKeys: readonly (readonly [string, string])[] = [
  ['id-ecPublicKey', '1.2.840.10045.2.1'],
  ['P-256 (secp256r1)', '1.2.840.10045.3.1.7'],
  ['P-384 (secp384r1)', '1.3.132.0.34'],
  ['rsaEncryption', '1.2.840.113549.1.1.1'],
  ['id-Ed25519', '1.3.101.112'],
];

const keyNames = { p256: 'P-256', p384: 'P-384', rsa: 'RSA 2048–4096', ed25519: 'Ed25519' } as const;

function keyWords({ certificate }: Authority): string {
  if (!certificate) return '–';
  const { asymmetricKeyType = '', asymmetricKeyDetails = {} } = readPublicKey(certificate.publicKey);
  const { namedCurve, modulusLength } = asymmetricKeyDetails;
  const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384' };
  if (namedCurve) return curves[namedCurve] ?? namedCurve;
  return `${asymmetricKeyType.toUpperCase()}${modulusLength ? ` ${modulusLength}` : ''}`;
}

function fingerprint({ certificate }: Authority): string {
  if (!certificate) return '–';
  const hex = createHash('sha256').update(certificate.der).digest('hex').toUpperCase();
  return hex.replace(/(.{4})(?=.)/g, '$1 ');
}

const authorityRows: Rows = ({ facts, language, say }) =>
  facts.authorities.map((authority) => {
    const { certificate } = authority;
    const period = certificate
      ? `${formatDate(certificate.notBefore, language)} – ${formatDate(certificate.notAfter, language)}`
      : '–';
    return [
      certificate?.subject.text ?? authority.id,
      `${say(`kind.${authority.kind}`)} · ${say(`state.${authority.state}`)}`,
      keyWords(authority),
      period,
      fingerprint(authority),
    ];
  });

const usageRows: Rows = ({ say }) =>
  profiles.map((profile) => {
    const { keyUsage, extendedKeyUsage, keys } = PROFILES[profile];
    const purposes = (extendedKeyUsage?.oids ?? []).map((oid) => purposeName(oid));
    const critical = extendedKeyUsage?.critical ? ` (${say('critical')})` : '';
    return [
      say(`profile.${profile}`),
      keyUsage.join(', '),
      purposes.length > 0 ? `${purposes.join(', ')}${critical}` : '–',
      keys.map((kind) => keyNames[kind]).join(', '),
    ];
  });

function purposeName(oid: string): string {
  const found = Object.entries(PURPOSE).find(([, value]) => value === oid);
  return found ? `${found[0]} (${oid})` : oid;
}

const nameRows: Rows = ({ say }) =>
  profiles.map((profile) => {
    const { subject, alternativeNames } = PROFILES[profile];
    const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : '–');
    const alternative = list(alternativeNames.kinds);
    return [
      say(`profile.${profile}`),
      list(subject.required),
      list([...(subject.recommended ?? []), ...subject.optional]),
      alternativeNames.required ? `${alternative} (${say('required')})` : alternative,
    ];
  });

const lifetimeRows: Rows = ({ facts, language, say }) =>
  profiles.map((profile) => [
    say(`profile.${profile}`),
    facts.lifetimes[profile]?.[language] ?? '–',
    `${PROFILES[profile].mostDays} ${say('days')}`,
    PROFILES[profile].clause,
  ]);

const extensionRows: Rows = ({ say }) =>
  profiles.map((profile) => {
    const { ca, addresses, statementType, noCheck } = PROFILES[profile];
    const path = ca?.pathLength === undefined ? 'CA' : `CA, pathLenConstraint ${ca.pathLength}`;
    const special = [
      ...(statementType ? [`qcStatements: id-etsi-qct-${statementType}`] : []),
      ...(noCheck ? ['id-pkix-ocsp-nocheck'] : []),
    ];
    return [
      say(`profile.${profile}`),
      ca ? path : '–',
      addresses.length > 0 ? addresses.map((kind) => say(`address.${kind}`)).join(', ') : '–',
      special.length > 0 ? special.join(', ') : '–',
    ];
  });

const oidRows: Rows = ({ facts, say }) =>
  profiles.map((profile) => [
    say(`profile.${profile}`),
    facts.oids[profile] ?? (profile === 'root' ? say('noPolicy') : '2.5.29.32.0 (anyPolicy)'),
  ]);

const reasonRows: Rows = ({ say }) =>
  [...REVOCATION_REASONS, 'certificateHold'].map((reason) => [reason, say(`reason.${reason}`)]);

const keyRows: Rows = ({ facts, say }) =>
  KEY_PURPOSES.map((purpose) => {
    const { token = [], absent = [] } = facts.keys ?? {};
    const place = token.includes(purpose) ? 'token' : absent.includes(purpose) ? 'absent' : 'file';
    return [say(`purpose.${purpose}`), say(`place.${place}`)];
  });

const repositoryPaths = ['crt', 'chain', 'crl', 'delta', 'ocsp', 'cp', 'cps', 'list', 'log', 'status'] as const;

const repositoryRows: Rows = ({ facts, say }) =>
  repositoryPaths
    .filter((name) => name !== 'list' || facts.holds.trustedList === true)
    .map((name) => [say(`repository.${name}`), `${facts.publicUrl}${say(`path.${name}`)}`]);

const roles = ['applicant', 'registrar', 'ca-operator', 'auditor', 'key-holder', 'operator'] as const;

const roleRows: Rows = ({ say }) => roles.map((role) => [say(`role.${role}`), say(`roleDoes.${role}`)]);

const tasks = ['end', 'authority', 'revoke', 'urgent', 'own', 'reinstate', 'renew', 'suspend', 'ceremony'] as const;

const taskRows: Rows = ({ say }) => tasks.map((task) => [say(`task.${task}`), say(`taskBy.${task}`)]);

const terms = [
  'ca',
  'ra',
  'cp',
  'cps',
  'crl',
  'ocsp',
  'oid',
  'subscriber',
  'relying',
  'root',
  'issuing',
  'acme',
  'est',
  'csr',
  'log',
  'hsm',
] as const;

const termRows: Rows = ({ say }) => terms.map((term) => [say(`term.${term}`), say(`termIs.${term}`)]);

/** Each table: the words of its caption and heads are `table.<name>` and `table.<name>.<column>`. */
const tables: Readonly<Record<string, { readonly columns: number; readonly rows: Rows }>> = {
  authorities: { columns: 5, rows: authorityRows },
  usage: { columns: 4, rows: usageRows },
  names: { columns: 4, rows: nameRows },
  lifetimes: { columns: 4, rows: lifetimeRows },
  extensions: { columns: 4, rows: extensionRows },
  oids: { columns: 2, rows: oidRows },
  reasons: { columns: 2, rows: reasonRows },
  keys: { columns: 2, rows: keyRows },
  repository: { columns: 2, rows: repositoryRows },
  roles: { columns: 2, rows: roleRows },
  tasks: { columns: 2, rows: taskRows },
  terms: { columns: 2, rows: termRows },
  algorithms: { columns: 2, rows: () => [...algorithms, ...publicKeys] },
};

/** A table of what the code and the configuration say. Throws for a name or a word that does not exist. */
export function tableOf(name: string, language: Language, source: Source): PolicyBlock {
  const table = tables[name];
  if (!table) throw new TypeError(`no table ${name} in the policy documents`);
  const say = (key: string): string => {
    const word = source.words[key];
    if (!word) throw new TypeError(`no word ${key} in the policy documents`);
    return word[language];
  };
  return {
    kind: 'table',
    caption: say(`table.${name}`),
    head: Array.from({ length: table.columns }, (_, index) => say(`table.${name}.${index + 1}`)),
    rows: table.rows({ ...source, language, say }),
  };
}
