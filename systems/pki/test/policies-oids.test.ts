import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, describeCertificate, parseCertificate, toPem } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policiesFor, policyOid } from '../src/policies/policy-oids.ts';
import { createWorld, type World } from './world.ts';

const arc = '2.25.153255563690168714939731496745965233419';
const own = '2.16.764.1.1.7';
let world: World;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'policies-'));
  world = await createWorld({ policyOids: [`e-seal=${own}`] });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const signer = { commonName: 'กรม ก', country: 'TH', organization: 'กรม ก' };

async function issued(
  profile: 'document-signer' | 'e-seal',
): Promise<{ certificate: Uint8Array; chain: Uint8Array[] }> {
  const subject = profile === 'e-seal' ? { ...signer, organizationIdentifier: 'NTRTH-0994000158378' } : signer;
  return await world.services.issue({ profile, subject, publicKey: testSigner().publicKey });
}

/** What openssl makes of the path when it demands `policy`. */
function opensslVerdict(given: { certificate: Uint8Array; chain: Uint8Array[] }, policy: string): string {
  const write = (name: string, der: Uint8Array): string => {
    writeFileSync(join(folder, name), toPem('CERTIFICATE', der));
    return join(folder, name);
  };
  const leaf = write('leaf.pem', given.certificate);
  const issuing = write('issuing.pem', given.chain[0]!);
  const root = write('root.pem', given.chain[1]!);
  const demand = ['-policy_check', '-explicit_policy', '-policy', policy];
  const at = ['-attime', String(Math.floor(world.system.context.clock.now().getTime() / 1000))];
  try {
    const paths = ['-CAfile', root, '-untrusted', issuing, leaf];
    return execFileSync('openssl', ['verify', ...at, ...demand, ...paths], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}

describe('the policy in a certificate', () => {
  it('is that of the profile, with the address of the practice statement', async () => {
    const { certificate } = await issued('document-signer');
    expect(parseCertificate(certificate).policies).toEqual([`${arc}.3.2`]);
    expect(JSON.stringify(describeCertificate(parseCertificate(certificate)))).toContain(
      'http://localhost:8420/pki/cps',
    );
  });

  it('can be set for one profile', async () => {
    expect(parseCertificate((await issued('e-seal')).certificate).policies).toEqual([own]);
  });

  it('is the same for a certificate of many', async () => {
    const items = [{ subject: signer, publicKey: testSigner().publicKey }];
    const [certificate] = await world.services.issueMany({ profile: 'document-signer', items });
    expect(parseCertificate(certificate!).policies).toEqual([`${arc}.3.2`]);
  });

  it('is anyPolicy for a CA, and none for the root', async () => {
    expect(parseCertificate(await world.services.issuingCertificate()).policies).toEqual(['2.5.29.32.0']);
    expect(parseCertificate(await world.services.rootCertificate()).policies).toBeUndefined();
  });

  it('is accepted by openssl where it is demanded, and only there', async () => {
    const given = await issued('document-signer');
    expect(opensslVerdict(given, `${arc}.3.2`)).toContain(': OK');
    expect(opensslVerdict(given, own)).toContain('no explicit policy');
  });
});

describe('below a CA that is limited to some policies', () => {
  const context = () => world.system.context;
  const issuer = (...policies: string[]): Pick<Certificate, 'policies'> => ({ policies });

  it('only an allowed policy is stated', () => {
    expect(policiesFor(context(), 'officer', issuer('1.2.3'))).toEqual([]);
    expect(policiesFor(context(), 'officer', issuer('1.2.3', `${arc}.3.4`))).toHaveLength(1);
    expect(policiesFor(context(), 'e-seal', issuer('1.2.3', own))).toMatchObject([{ oid: own }]);
  });

  it('a CA profile states none of ours', () => {
    expect(policyOid(context().config, 'subordinate-ca')).toBeUndefined();
    expect(policiesFor(context(), 'issuing-ca', {})).toEqual([]);
  });
});
