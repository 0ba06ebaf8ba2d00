import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate, toPem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { type KeyStore, openFileKeyStore } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import type { TimestampPorts } from '../src/index.ts';

/** A CA for tests of units: certificates for `days` from `now`. */
export function testCertificates(
  hierarchy: TestHierarchy,
  { days = 1, now = () => new Date() }: { days?: number; now?: () => Date } = {},
): TimestampPorts['certificates'] {
  return {
    issue: async ({ subject, publicKey }) => {
      const notBefore = new Date(Math.floor(now().getTime() / 1000) * 1000);
      const certificate = await issueCertificate({
        profile: 'time-stamping',
        subject,
        publicKey,
        issuer: hierarchy.issuing.certificate,
        signer: hierarchy.issuing.signer,
        notBefore,
        notAfter: new Date(notBefore.getTime() + days * 86_400_000),
        random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      });
      return { certificate, chain: [hierarchy.issuing.certificate, hierarchy.root.certificate] };
    },
  };
}

/** A unit for a process without a database: a key in `keys` and its certificate, named after the label. */
export async function bringUnit(order: {
  readonly hierarchy: TestHierarchy;
  readonly keys: KeyStore;
  readonly label: string;
  readonly now: Date;
  readonly days?: number;
  readonly algorithm?: 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';
}): Promise<Uint8Array> {
  const { hierarchy, keys, label, now, days = 1000, algorithm = 'ecdsa-p256-sha256' } = order;
  const { publicKey } = await keys.create(label, { algorithm, purpose: 'time-stamping', rsaBits: 2048 });
  const { issue } = testCertificates(hierarchy, { days, now: () => now });
  return (await issue({ profile: 'time-stamping', subject: { commonName: label }, publicKey })).certificate;
}

/** Brings a unit into the data folder of a process without a database; its settings. */
export async function bringUnitInto(data: string): Promise<NodeJS.ProcessEnv> {
  const hierarchy = await testHierarchy();
  const keyFile = join(data, 'secret');
  const directory = join(data, 'keys');
  const certificates = join(data, 'units.pem');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const keys = await openFileKeyStore({ directory, secret: { keyFile }, random: systemRandom });
  const unit = await bringUnit({ hierarchy, keys, label: 'unit-1', now: new Date() });
  await keys.close();
  const all = [unit, hierarchy.issuing.certificate, hierarchy.root.certificate];
  writeFileSync(certificates, all.map((der) => toPem('CERTIFICATE', der)).join(''));
  return {
    ...{ TRA_STORAGE: 'none', TRA_SYSTEMS: 'timestamp', TRA_KEYS_FILE: keyFile },
    ...{ TRA_TIMESTAMP_RECORDS: 'file', TRA_TIMESTAMP_SUBSCRIBERS: 'off' },
    TRA_TIMESTAMP_UNIT_CERTIFICATES: certificates,
  };
}
