import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testHierarchy } from '@tra/pki/testing';
import { startTestSystem } from '@tra/platform-system/testing';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const hasJava = spawnSync('jarsigner', ['-help']).status === 0 && spawnSync('keytool', ['-help']).status === 0;
if (!hasJava) console.warn('jarsigner is absent: its test is skipped');

describe.skipIf(!hasJava)('jarsigner -tsa', () => {
  it('signs an archive with a time-stamp of the running server, under every digest it can ask for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-jar-'));
    const certificates = testCertificates(await testHierarchy(), { days: 400 });
    const system = await startTestSystem(timestamp, { certificates });
    const run = promisify(execFile);
    try {
      await system.app.listen({ host: '127.0.0.1', port: 0 });
      const url = `http://127.0.0.1:${(system.app.server.address() as AddressInfo).port}/timestamp`;
      writeFileSync(join(folder, 'content.txt'), 'ข้อมูล');
      const store = ['-keystore', join(folder, 'keys.p12'), '-storetype', 'PKCS12', '-storepass', 'changeit'];
      const key = ['-genkeypair', '-alias', 'a', '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=Test'];
      execFileSync('keytool', [...key, ...store], { stdio: 'pipe' });
      for (const digest of ['SHA-256', 'SHA-512']) {
        const jar = join(folder, `${digest}.jar`);
        execFileSync('jar', ['cf', jar, '-C', folder, 'content.txt'], { stdio: 'pipe' });
        await run('jarsigner', ['-tsa', url, '-tsadigestalg', digest, ...store, jar, 'a']);
        const { stdout } = await run('jarsigner', ['-verify', '-verbose', '-certs', jar]);
        expect(stdout).toContain('jar verified');
        expect(stdout).toMatch(/Timestamped by "CN=Tra Time-Stamping Unit 1/);
      }
      expect((await system.services.verifyLog()).records).toBe(2);
    } finally {
      await system.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
