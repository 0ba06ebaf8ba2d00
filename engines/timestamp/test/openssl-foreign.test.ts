import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResponse, verifyToken } from '../src/index.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-foreign-'));
const path = (name: string): string => join(folder, name);
const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
const pem = (name: string): Uint8Array[] => parsePem(readFileSync(path(name), 'latin1'), 'CERTIFICATE');
const data = Buffer.from('ข้อความที่คนอื่นประทับเวลา');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const extensions = `[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectAltName = URI:https://tsa.example/
`;

const kinds: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  'brainpool-256': ['EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'],
  'RSA-2048': ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA-1024': ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
};

function certify(name: string, subject: string, issuer: string, section: string): void {
  openssl('req', '-new', '-key', `${name}.key`, '-config', 'cnf', '-utf8', '-subj', subject, '-out', 'csr');
  const signed = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-extfile', 'cnf', '-extensions', section];
  openssl('x509', '-req', '-in', 'csr', ...signed, '-days', '3000', '-out', `${name}.pem`, '-CAcreateserial');
}

/** How a token is asked for and made; the usual unless told. */
interface Wish {
  readonly key?: string;
  readonly digest?: string;
  readonly query?: readonly string[];
  readonly lines?: readonly string[];
  readonly signerDigest?: string;
}

function stamp({ key = 'P-256', digest = 'sha256', query = ['-cert'], lines = [], signerDigest = 'sha256' }: Wish) {
  const usual = [
    ...['[tsa]', 'default_tsa = t', '[t]', 'serial = ./serial', `signer_cert = ./${key}.pem`, 'certs = ./sub.pem'],
    ...[`signer_key = ./${key}.key`, `signer_digest = ${signerDigest}`, 'default_policy = 1.2.3.4.1'],
    ...['other_policies = 1.2.3.4.2', 'digests = sha1,sha224,sha256,sha384,sha512,sha3-224,sha3-256,sha3-512,md5'],
  ];
  writeFileSync(path('tsa.cnf'), `${[...usual, ...lines].join('\n')}\n`);
  openssl('ts', '-query', '-data', 'data', `-${digest}`, ...query, '-out', 'q');
  openssl('ts', '-reply', '-config', 'tsa.cnf', '-section', 't', '-queryfile', 'q', '-out', 'r');
  const { token } = parseResponse(readFileSync(path('r')));
  if (!token) throw new Error('refused');
  return token;
}

function judge(token: Uint8Array, key = 'P-256', own: Uint8Array = data): readonly string[] {
  const intermediates = [...pem('sub.pem'), ...pem(`${key}.pem`)];
  const { verdict, code } = verifyToken({
    token,
    data: own,
    anchors: pem('root.pem'),
    intermediates,
    revocation: 'off',
  });
  return [verdict, code];
}

const good: readonly (readonly [string, Wish])[] = [
  ...Object.keys(kinds)
    .filter((key) => key !== 'RSA-1024')
    .flatMap((key) =>
      ['sha256', 'sha512'].map((signerDigest) => [`${key} ${signerDigest}`, { key, signerDigest }] as const),
    ),
  ...['sha224', 'sha384', 'sha512', 'sha3-224', 'sha3-256', 'sha3-512'].map((digest) => [digest, { digest }] as const),
  ...['sha1', 'sha256', 'sha384', 'sha512'].flatMap((id) =>
    ['yes', 'no'].map((chain) => {
      const lines = [`ess_cert_id_alg = ${id}`, `ess_cert_id_chain = ${chain}`];
      return [`certificate identifier ${id}, with the chain: ${chain}`, { lines }] as const;
    }),
  ),
  ['accuracy in three units', { lines: ['accuracy = secs:1, millisecs:500, microsecs:100', 'ordering = yes'] }],
  ['accuracy in microseconds', { lines: ['accuracy = microsecs:1'] }],
  ['name of the authority', { lines: ['tsa_name = yes'] }],
  ['microseconds', { lines: ['clock_precision_digits = 6'] }],
  ['no nonce', { query: ['-cert', '-no_nonce'] }],
  ['no certificates', { query: [] }],
  ['another policy', { query: ['-cert', '-tspolicy', '1.2.3.4.2'] }],
];

describe.skipIf(!hasOpenssl)('a token of an authority by openssl', () => {
  beforeAll(() => {
    writeFileSync(path('cnf'), extensions);
    writeFileSync(path('data'), data);
    writeFileSync(path('serial'), '01\n');
    for (const [name, kind] of [['root', 'P-256'], ['sub', 'P-256'], ...Object.keys(kinds).map((key) => [key, key])])
      openssl('genpkey', '-algorithm', ...(kinds[kind ?? ''] ?? []), '-out', `${name}.key`);
    const root = ['-config', 'cnf', '-extensions', 'ca', '-subj', '/C=TH/CN=Foreign Root', '-days', '3650'];
    openssl('req', '-x509', '-new', '-key', 'root.key', ...root, '-out', 'root.pem');
    certify('sub', '/C=TH/CN=Foreign Sub', 'root', 'ca');
    for (const key of Object.keys(kinds)) certify(key, `/C=TH/O=องค์กร/CN=${key}`, 'sub', 'tsa');
  });

  it.each(good)('%s', (_name, wish) => {
    const token = stamp(wish);
    expect(judge(token, wish.key)).toEqual(['passed', 'timestamp.token_valid']);
    expect(judge(token, wish.key, Buffer.from('x'))).toEqual(['failed', 'timestamp.imprint_mismatch']);
  });

  it.each([
    ['SHA-1 imprint', { digest: 'sha1' }, 'timestamp.imprint_weak'],
    ['MD5 imprint', { digest: 'md5' }, 'timestamp.imprint_weak'],
    ['signed with SHA-1', { signerDigest: 'sha1' }, 'cms.digest_weak'],
    ['RSA of 1024 bits', { key: 'RSA-1024' }, 'timestamp.key_weak'],
  ] as const)('%s is not relied on, whatever openssl says', (_name, wish: Wish, code) => {
    expect(judge(stamp(wish), wish.key)).toEqual(['indeterminate', code]);
  });
});
