import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromHex, type SignatureAlgorithm } from '@tra/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildOcspRequest,
  certIdOf,
  createOcspResponder,
  encodeOcspRequest,
  type OcspStatus,
  ocspEvidence,
  parseOcspRequest,
  parseOcspResponse,
  toPem,
} from '../../src/index.ts';
import { testSigner } from '../../src/testing.ts';
import { ca, digitalSignature, hours, type Made, make, noCheck, ocspSigning } from './make.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('openssl is absent: interop tests are skipped');

const folder = mkdtempSync(join(tmpdir(), 'tra-ocsp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const openssl = (...args: string[]): string => {
  const { stdout, stderr, status } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr}`);
  return stdout + stderr;
};

const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const later = hours(24, now);
let issuer: Made;
let good: Made;
let revoked: Made;

const keep = ({ certificate, signer }: Made, name: string): void => {
  write(`${name}.pem`, toPem('CERTIFICATE', certificate.der));
  write(`${name}.key`, signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
};

beforeAll(async () => {
  const notBefore = hours(-48, now);
  issuer = await make({ subject: 'CA', notBefore, extensions: ca });
  good = await make({ subject: 'Good', notBefore, issuer });
  revoked = await make({ subject: 'Revoked', notBefore, issuer, serial: fromHex('00c1020304').subarray(1) });
  keep(issuer, 'ca');
  keep(good, 'good');
  keep(revoked, 'revoked');
});

const responderOf = async (algorithm: SignatureAlgorithm): Promise<Made> => {
  const extensions = [digitalSignature, ocspSigning, noCheck];
  return make({ subject: 'Responder', notBefore: hours(-1, now), issuer, signer: testSigner(algorithm), extensions });
};

const algorithms: SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha512',
  'ed25519',
];

describe.skipIf(!hasOpenssl)('openssl ocsp as client', () => {
  const answerTo = async (bytes: Uint8Array, by: Made, responderId: 'key' | 'name'): Promise<Uint8Array> => {
    const { requests, nonce, signed, unknownCritical } = parseOcspRequest(bytes);
    expect({ signed, unknownCritical }).toEqual({ signed: false, unknownCritical: [] });
    expect(nonce).toBeDefined();
    const responses = requests.map(({ der, serialHex }): OcspStatus => {
      const times = { certId: der, thisUpdate: now, nextUpdate: later };
      return serialHex === good.certificate.serialHex
        ? { ...times, status: 'good' }
        : { ...times, status: 'revoked', revokedAt: hours(-2, now), reason: 'keyCompromise' };
    });
    const responder = createOcspResponder({ signer: by.signer, responder: by.certificate, responderId });
    return responder.respond({ responses, producedAt: now, ...(nonce ? { nonce } : {}) });
  };

  const ask = async (by: Made, digest: 'sha1' | 'sha256', responderId: 'key' | 'name'): Promise<string> => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = await answerTo(new Uint8Array(Buffer.concat(chunks)), by, responderId);
      response.setHeader('content-type', 'application/ocsp-response').end(body);
    });
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    const { port } = server.address() as AddressInfo;
    try {
      const { stdout, stderr } = await promisify(execFile)(
        'openssl',
        [
          ...['ocsp', '-url', `http://127.0.0.1:${port}/`, '-issuer', 'ca.pem', `-${digest}`],
          ...['-cert', 'good.pem', '-cert', 'revoked.pem', '-CAfile', 'ca.pem'],
        ],
        { cwd: folder },
      );
      return stdout + stderr;
    } finally {
      server.close();
    }
  };

  it.each(algorithms)('accepts our answers with its nonce, signed with %s', async (algorithm) => {
    const shown = await ask(await responderOf(algorithm), 'sha1', 'key');
    expect(shown).toContain('Response verify OK');
    expect(shown).toContain('good.pem: good');
    expect(shown).toMatch(/revoked\.pem: revoked[\s\S]*Reason: keyCompromise[\s\S]*Revocation Time/);
    expect(shown).not.toMatch(/nonce/i);
  });

  it('accepts answers from the CA itself, by name, with CertIDs by SHA-256', async () => {
    expect(await ask(issuer, 'sha256', 'name')).toContain('Response verify OK');
  });

  it('reads our requests', () => {
    write(
      'ours.der',
      buildOcspRequest({
        certificate: good.certificate,
        issuer: issuer.certificate,
        nonce: new Uint8Array(32).fill(5),
      }),
    );
    const shown = openssl('ocsp', '-reqin', 'ours.der', '-req_text');
    expect(shown).toContain(`Serial Number: ${good.certificate.serialHex.toUpperCase()}`);
    expect(shown).toContain('OCSP Nonce');
  });
});

describe.skipIf(!hasOpenssl)('openssl ocsp as responder', () => {
  const date = (instant: Date): string => `${instant.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;

  beforeAll(() => {
    const line = (state: string, since: string, { certificate }: Made): string =>
      [state, date(certificate.notAfter), since, certificate.serialHex.toUpperCase(), 'unknown', '/CN=X'].join('\t');
    write('index.txt', `${line('V', '', good)}\n${line('R', `${date(hours(-3, now))},superseded`, revoked)}\n`);
  });

  const answer = (request: Uint8Array, signer: string, ...more: string[]): Uint8Array => {
    write('asked.der', request);
    execFileSync(
      'openssl',
      [
        ...['ocsp', '-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`],
        ...['-reqin', 'asked.der', '-respout', 'answered.der', '-nmin', '5', ...more],
      ],
      { cwd: folder, stdio: 'pipe' },
    );
    return read('answered.der');
  };

  it.each(['sha1', 'sha256'] as const)('its answers are judged rightly, CertIDs by %s', async (digest) => {
    keep(await responderOf('ecdsa-p256-sha256'), 'responder');
    const nonce = new Uint8Array(32).fill(9);
    for (const [{ certificate }, status] of [
      [good, 'good'],
      [revoked, 'revoked'],
    ] as const) {
      for (const [signer, ...more] of [['ca'], ['responder'], ['responder', '-resp_key_id']] as const) {
        const request = buildOcspRequest({ certificate, issuer: issuer.certificate, digest, nonce });
        const response = parseOcspResponse(answer(request, signer, ...more));
        const at = new Date();
        const options = { certificate, issuer: issuer.certificate, responses: [response], at, now: at, nonce };
        expect(ocspEvidence({ ...options, requireNonce: true })).toMatchObject({
          status,
          ...(status === 'revoked' ? { reason: 'superseded', revokedAt: hours(-3, now) } : {}),
        });
        expect(ocspEvidence({ ...options, nonce: new Uint8Array(32) }).status).toBe('unknown');
      }
    }
  });

  it('says unknown of a serial that is not in its index', async () => {
    const certId = certIdOf({ issuer: issuer.certificate, serial: Uint8Array.of(0x55) });
    const { basic } = parseOcspResponse(answer(encodeOcspRequest([certId]), 'ca'));
    expect(basic?.responses[0]).toMatchObject({ status: 'unknown', certId: { serialHex: '55' } });
  });

  it('signs requests that we can read', () => {
    openssl(
      ...[
        'ocsp',
        '-issuer',
        'ca.pem',
        '-cert',
        'good.pem',
        '-signer',
        'good.pem',
        '-signkey',
        'good.key',
        '-reqout',
        'signed.der',
      ],
    );
    expect(parseOcspRequest(read('signed.der'))).toMatchObject({ signed: true, requests: [{ digest: 'sha1' }] });
  });
});
