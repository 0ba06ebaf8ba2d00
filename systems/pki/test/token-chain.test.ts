import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '@tra/kernel';
import { buildCrl, issueCertificate, toPem } from '@tra/pki';
import { type KeyStore, openPkcs11KeyStore } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const available = existsSync(library) && existsSync('/usr/bin/openssl');
const day = 86_400_000;
const rsaBits = 2048;
let folder: string;
let keys: KeyStore;

beforeEach(async () => {
  if (!available) return;
  folder = await mkdtemp(join(tmpdir(), 'tra-token-chain-'));
  const environment = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  await writeFile(environment.SOFTHSM2_CONF, `directories.tokendir = ${folder}\nobjectstore.backend = file\n`);
  const init = ['--init-token', '--free', '--label', 'ca', '--pin', '24680', '--so-pin', '87654321'];
  execFileSync('softhsm2-util', init, { env: { ...process.env, ...environment }, stdio: 'ignore' });
  keys = await openPkcs11KeyStore({ library, tokenLabel: 'ca', pin: { pin: '24680' }, environment });
});
afterEach(async () => {
  if (!available) return;
  await keys.close();
  await rm(folder, { recursive: true, force: true });
});

const algorithms: readonly (readonly [SignatureAlgorithm, SignatureAlgorithm])[] = [
  ['ecdsa-p384-sha384', 'ecdsa-p256-sha256'],
  ['rsa-pkcs1-sha512', 'rsa-pkcs1-sha256'],
];

describe.skipIf(!available)(`authorities whose keys are in a token${available ? '' : ' (softhsm2 is absent)'}`, () => {
  it.each(algorithms)('root %s, issuing %s: openssl verifies the chain and its CRLs', async (rootKey, issuingKey) => {
    const root = await keys.create('root', { algorithm: rootKey, purpose: 'root-ca', rsaBits });
    const issuing = await keys.create('issuing', { algorithm: issuingKey, purpose: 'issuing-ca', rsaBits });
    const unit = await keys.create('unit', { algorithm: issuingKey, purpose: 'time-stamping', rsaBits });
    const now = Math.floor(Date.now() / 1000) * 1000;
    const common = { notBefore: new Date(now - day), notAfter: new Date(now + 300 * day), random: systemRandom };
    const subject = (commonName: string) => ({ commonName, organization: 'Token', country: 'TH' });
    const rootCertificate = await issueCertificate({
      ...{ ...common, profile: 'root', subject: subject('Root'), publicKey: root.publicKey, signer: root },
    });
    const issuingCertificate = await issueCertificate({
      ...{ ...common, profile: 'issuing-ca', subject: subject('Issuing'), publicKey: issuing.publicKey },
      ...{ issuer: rootCertificate, signer: root },
    });
    const unitCertificate = await issueCertificate({
      ...{ ...common, profile: 'time-stamping', subject: subject('Unit'), publicKey: unit.publicKey },
      ...{ issuer: issuingCertificate, signer: issuing },
    });
    const crlOf = (issuer: Uint8Array, signer: typeof root): Promise<Uint8Array> =>
      buildCrl({ issuer, signer, number: 1, thisUpdate: new Date(now), nextUpdate: new Date(now + day), entries: [] });
    const crls = [await crlOf(rootCertificate, root), await crlOf(issuingCertificate, issuing)];
    const pem = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
    await pem('root.pem', toPem('CERTIFICATE', rootCertificate));
    await pem('issuing.pem', toPem('CERTIFICATE', issuingCertificate));
    await pem('unit.pem', toPem('CERTIFICATE', unitCertificate));
    await pem('crls.pem', crls.map((crl) => toPem('X509 CRL', crl)).join(''));
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'issuing.pem', '-CRLfile', 'crls.pem', '-crl_check_all'];
    const args = ['verify', '-x509_strict', ...chain, '-purpose', 'timestampsign', 'unit.pem'];
    expect(execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' })).toContain('unit.pem: OK');
  });
});
