import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defaultPolicy,
  type SignatureReport,
  signXml,
  type ValidationReport,
  validateDocument,
} from '../../src/index.ts';
import { type TestSigning, testSigning } from '../../src/testing.ts';
import { flipped } from '../build.ts';
import { base64, type Conversation, converse, fromBase64, pythonWith } from './conversation.ts';

const python = pythonWith('signxml, jwcrypto.jws, cryptography');
const content = Buffer.from('สัญญาเช่า 100 บาท\n');
const xml = Buffer.from('<contract xmlns="urn:x"><total currency="THB">100</total><to>สมชาย</to></contract>');
const policy = { ...defaultPolicy, revocationRequired: false };

describe.skipIf(python === undefined).each(['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'] as const)(
  'with %s',
  (algorithm) => {
    const rsa = algorithm === 'rsa-pkcs1-sha256';
    let signing: TestSigning;
    let libraries: Conversation;
    beforeAll(async () => {
      signing = await testSigning('Libraries', algorithm);
      libraries = converse(python ?? 'python3', 'signers.py');
    });
    afterAll(() => libraries.close());

    const certificates = (): readonly string[] =>
      [signing.document.certificate, signing.hierarchy.issuing.certificate].map(base64);
    const made = async (request: object): Promise<Uint8Array> => {
      const key = base64(signing.document.signer.privateKey.export({ type: 'pkcs8', format: 'der' }));
      const asked = { content: base64(content), key, certificates: certificates(), ...request };
      return fromBase64(((await libraries.ask(asked)) as { bytes: string }).bytes);
    };
    // These libraries write the time of the machine.
    const judge = (bytes: Uint8Array, detached: readonly Uint8Array[] = []): Promise<ValidationReport> =>
      validateDocument({ bytes, detached, anchors: signing.anchors, at: new Date(Date.now() + 60_000), policy });
    const told = ({ level, verdict, subIndication }: SignatureReport): unknown => [level, verdict, subIndication];

    describe('a CMS by cryptography', () => {
      const unbound = ['CMS', 'indeterminate', 'SIG_CONSTRAINTS_FAILURE'];
      it.each<readonly [string, object, readonly unknown[]]>([
        ['as text', {}, ['CMS', 'passed', undefined]],
        ['of bytes', { options: ['Binary'] }, ['CMS', 'passed', undefined]],
        ['in PEM', { options: ['Binary'], encoding: 'PEM' }, ['CMS', 'passed', undefined]],
        ['without capabilities', { options: ['Binary', 'NoCapabilities'] }, ['CMS', 'passed', undefined]],
        ['without attributes', { options: ['Binary', 'NoAttributes'] }, unbound],
        [
          'without certificates',
          { options: ['Binary', 'NoCerts'] },
          ['CMS', 'indeterminate', 'NO_SIGNING_CERTIFICATE_FOUND'],
        ],
        ...(rsa ? [['with RSA-PSS', { options: ['Binary'], pss: true }, ['CMS', 'passed', undefined]] as const] : []),
      ])('%s', async (_, request, expected) => {
        const bytes = await made({ do: 'cms', ...request });
        expect((await judge(bytes)).signatures.map(told)).toEqual([expected]);
        const at = Buffer.from(bytes).indexOf('100');
        if (at > 0) expect((await judge(flipped(bytes, at))).verdict).not.toBe('passed');
      });

      it('beside its content', async () => {
        const bytes = await made({ do: 'cms', options: ['Binary', 'DetachedSignature'] });
        expect((await judge(bytes, [content])).verdict).toBe('passed');
        expect((await judge(bytes, [Buffer.from('another')])).verdict).toBe('failed');
      });
    });

    describe('a JWS by jwcrypto', () => {
      it.each(rsa ? ['RS256', 'PS256'] : ['ES256'])('in every form with %s', async (name) => {
        const request = { do: 'jws', algorithm: name };
        const unencoded = { ...request, detached: true, header: { b64: false, crit: ['b64'] } };
        for (const [more, beside, count] of [
          [{ ...request, compact: true }, [], 1],
          [request, [], 1],
          [{ ...request, twice: true }, [], 2],
          [{ ...request, compact: true, detached: true }, [content], 1],
          [unencoded, [content], 1],
        ] as const) {
          const bytes = await made(more);
          const { signatures, verdict } = await judge(bytes, beside);
          expect([more, verdict, signatures.map(({ level }) => level)]).toEqual([
            more,
            'passed',
            Array(count).fill('JWS'),
          ]);
          const other = beside.length > 0 ? await judge(bytes, [Buffer.from('another')]) : await judge(resigned(bytes));
          expect([more, other.verdict]).toEqual([more, 'failed']);
        }
      });
    });

    describe('XML by signxml', () => {
      const canonical = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
      const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
      const ask = (more: object): Promise<Uint8Array> =>
        made({ do: 'xades', content: base64(xml), algorithm: rsa ? 'rsa-sha256' : 'ecdsa-sha256', ...more });

      it.each(['enveloped', 'enveloping'])('XAdES, %s', async (method) => {
        for (const c14n of [canonical, 'http://www.w3.org/2006/12/xml-c14n11']) {
          const bytes = await ask({ method, c14n });
          const { signatures } = await judge(bytes);
          expect(signatures.map(told)).toEqual([['XAdES-B-B', 'passed', undefined]]);
          expect((await judge(Buffer.from(Buffer.from(bytes).toString().replace('>100<', '>900<')))).verdict).toBe(
            'failed',
          );
        }
      });

      it('XML signatures without properties: whole, but no certificate is bound', async () => {
        for (const c14n of [canonical, exclusive, `${exclusive}WithComments`]) {
          const { signatures } = await judge(await ask({ method: 'enveloped', c14n, xades: false }));
          expect(signatures.map(told)).toEqual([['XMLDSig', 'indeterminate', 'SIG_CONSTRAINTS_FAILURE']]);
          expect(signatures[0]?.checks.map(({ code }) => code)).toContain('signature.hash_matches');
        }
      });

      // The digests of its properties are over exclusive canonical XML, which their references do not name (XMLDSig 1.1 clause 4.4.3.2).
      it('XAdES over exclusive canonical XML is broken to us, to xmlsec1 and to itself', async () => {
        const bytes = await ask({ method: 'enveloped', c14n: exclusive });
        expect((await judge(bytes)).signatures.map(told)).toEqual([['XAdES-B-B', 'failed', 'HASH_FAILURE']]);
        await expect(made({ do: 'verify', content: base64(bytes), references: 3 })).rejects.toThrow('Digest mismatch');
        if (spawnSync('xmlsec1', ['--version']).status === 0) expect(heldByXmlsec(bytes, signing)).toBe(false);
      });

      it('verifies the XAdES that we sign', async () => {
        const { certificate, signer } = signing.document;
        const chain = [signing.hierarchy.issuing.certificate];
        const { timestamper } = signing;
        const bytes = await signXml({ xml, signer, certificate, chain, signingTime: signing.clock.now(), timestamper });
        expect(Buffer.from(await made({ do: 'verify', content: base64(bytes), references: 2 })).toString()).toBe('2');
        const changed = Buffer.from(Buffer.from(bytes).toString().replace('>100<', '>900<'));
        await expect(made({ do: 'verify', content: base64(changed), references: 2 })).rejects.toThrow(
          'Digest mismatch',
        );
      });
    });
  },
);

/** A JWS with one character of its payload exchanged. */
function resigned(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString();
  const payload = content.toString('base64url');
  return Buffer.from(text.replace(payload, `${payload.startsWith('4') ? '5' : '4'}${payload.slice(1)}`));
}

function heldByXmlsec(bytes: Uint8Array, { document }: TestSigning): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tra-signxml-'));
  writeFileSync(join(folder, 'signed.xml'), bytes);
  writeFileSync(join(folder, 'signer.pem'), toPem('CERTIFICATE', document.certificate));
  const ids = ['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties', '--id-attr:Id', 'KeyInfo'];
  const args = ['--verify', '--pubkey-cert-pem', 'signer.pem', ...ids, 'signed.xml'];
  const { status } = spawnSync('xmlsec1', args, { cwd: folder, stdio: 'ignore' });
  rmSync(folder, { recursive: true });
  return status === 0;
}
