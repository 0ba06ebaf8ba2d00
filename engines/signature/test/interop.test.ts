import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { toPem } from '@tra/pki';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signXml, type ValidationInput, validateDocument } from '../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../src/testing.ts';
import { flipped, fromLatin, holeOf, latin } from './build.ts';

const has = (tool: string): boolean => {
  const found = spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
  if (!found) console.warn(`${tool} is absent: its opinion is not asked`);
  return found;
};
const folder = mkdtempSync(join(tmpdir(), 'tra-interop-'));
afterAll(() => rmSync(folder, { recursive: true }));

function ask(tool: string, args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8' });
  return { ok: status === 0, said: `${stdout}${stderr}` };
}

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Interop');
  const { document, hierarchy } = signing;
  for (const [name, der] of [
    ['root', hierarchy.root.certificate],
    ['issuing', hierarchy.issuing.certificate],
    ['signer', document.certificate],
  ] as const) {
    writeFileSync(join(folder, `${name}.pem`), toPem('CERTIFICATE', der));
  }
});

async function holds(bytes: Uint8Array, more: Partial<ValidationInput> = {}): Promise<boolean> {
  const report = await validateDocument({
    bytes,
    anchors: signing.anchors,
    crls: await signing.crls(),
    at: signing.clock.now(),
    ...more,
  });
  return report.verdict === 'passed';
}

const content = utf8Encode('Pay 100 baht to Somchai');

describe.skipIf(!has('openssl'))('openssl cms agrees about', () => {
  const verify = (name: string, bytes: Uint8Array, detached?: Uint8Array): boolean => {
    writeFileSync(join(folder, name), bytes);
    if (detached) writeFileSync(join(folder, 'content'), detached);
    const time = String(signing.clock.now().getTime() / 1000);
    const beside = detached ? ['-content', 'content'] : [];
    const trust = ['-CAfile', 'root.pem', '-purpose', 'any', '-attime', time];
    return ask('openssl', [
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-in',
      name,
      '-out',
      'out',
      ...trust,
      ...beside,
    ]).ok;
  };
  const make = async (detached: boolean): Promise<Uint8Array> => {
    const { certificate, signer } = signing.document;
    const certificates = [certificate, signing.hierarchy.issuing.certificate];
    return (await createSignedData({ content, detached, signer, certificate, certificates })).toDer();
  };

  it('a CMS with its content inside, whole and with a byte changed anywhere that is signed', async () => {
    const good = await make(false);
    expect([verify('good', good), await holds(good)]).toEqual([true, true]);
    const start = Buffer.from(good).indexOf(content);
    for (const at of [start, start + 5, start + content.length - 1, good.length - 1, good.length - 40]) {
      const bad = flipped(good, at);
      expect([at, verify('bad', bad), await holds(bad)]).toEqual([at, false, false]);
    }
  });

  it('a CMS beside its content and beside another', async () => {
    const bytes = await make(true);
    const other = utf8Encode('Pay 999 baht to Mallory');
    expect([verify('detached', bytes, content), await holds(bytes, { detached: [content] })]).toEqual([true, true]);
    expect([verify('detached', bytes, other), await holds(bytes, { detached: [other] })]).toEqual([false, false]);
  });
});

describe.skipIf(!has('xmlsec1'))('xmlsec1 agrees about', () => {
  const verify = (bytes: Uint8Array): boolean => {
    writeFileSync(join(folder, 'signed.xml'), bytes);
    const id = ['--id-attr:Id', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
    return ask('xmlsec1', ['--verify', '--pubkey-cert-pem', 'signer.pem', ...id, 'signed.xml']).ok;
  };

  it('XAdES whole, changed in the data, the properties and the value, and with what may change', async () => {
    const { certificate, signer } = signing.document;
    const good = await signXml({
      xml: utf8Encode('<contract><total currency="THB">100</total><to>สมชาย</to></contract>'),
      signer,
      certificate,
      chain: [signing.hierarchy.issuing.certificate],
      signingTime: signing.clock.now(),
      timestamper: signing.timestamper,
      id: 'sig',
    });
    expect([verify(good), await holds(good)]).toEqual([true, true]);
    const text = Buffer.from(good).toString();
    for (const [from, to, expected] of [
      ['100', '999', false],
      ['>2026-', '>2020-', false],
      ['currency="THB"', 'currency="USD"', false],
      [/(<ds:SignatureValue[^>]*>)..../, '$1AAAA', false],
      ['<total currency="THB">', "<total\n   currency = 'THB' >", true],
      ['<to>', '<to><!-- a remark -->', true],
    ] as const) {
      const changed = utf8Encode(text.replace(from, to));
      expect([String(from), verify(changed), await holds(changed)]).toEqual([String(from), expected, expected]);
    }
  });
});

describe.skipIf(!has('pdfsig'))('pdfsig agrees about', () => {
  const verify = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return ask('pdfsig', ['-nocert', name]).said;
  };

  it('a PDF signed twice, and one changed before or behind', async () => {
    const once = await signing.sign(testPdf());
    const twice = await signing.sign(once);
    const said = verify('twice.pdf', twice);
    expect(said.match(/Signature is Valid/g)).toHaveLength(2);
    expect(said.match(/Total document signed/g)).toHaveLength(1);
    expect(await holds(twice)).toBe(true);
    const { start, end } = holeOf(once);
    for (const at of [20, start - 20, end + 40]) {
      const bad = flipped(once, at);
      expect(verify('bad.pdf', bad)).not.toMatch(/Signature is Valid/);
      expect(await holds(bad)).toBe(false);
    }
    const longer = fromLatin(`${latin(once)}% more\n1 0 obj\n<< >>\nendobj\n`);
    expect(verify('longer.pdf', longer)).not.toMatch(/Total document signed/);
    expect(await holds(longer)).toBe(false);
  });
});

describe.skipIf(!has('qpdf'))('qpdf agrees about', () => {
  it('the structure of what is signed once and twice', async () => {
    const once = await signing.sign(testPdf());
    for (const [name, bytes] of [
      ['one.pdf', once],
      ['two.pdf', await signing.sign(once)],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      expect(ask('qpdf', ['--check', name])).toMatchObject({ ok: true });
    }
  });
});
