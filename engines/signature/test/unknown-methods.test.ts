import { utf8Decode, utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { signXml, validateDocumentFully } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { build, fromLatin, latin, stampOver } from './build.ts';

let signing: TestSigning;
let xml: string;

beforeAll(async () => {
  signing = await testSigning('Methods');
  const { certificate, signer } = signing.document;
  const chain = [signing.hierarchy.issuing.certificate];
  const document = utf8Encode('<pay Id="p">100</pay>');
  xml = utf8Decode(
    await signXml({ xml: document, signer, certificate, chain, signingTime: signing.clock.now(), id: 's' }),
  );
});

async function judge(bytes: Uint8Array) {
  const { anchors, clock } = signing;
  return validateDocumentFully({ bytes, anchors, crls: await signing.crls(), at: clock.now() });
}

const codesOf = ({ report }: Awaited<ReturnType<typeof judge>>): string[] =>
  report.signatures.flatMap(({ checks }) => checks.map(({ code }) => code));
const signature = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const digest = 'http://www.w3.org/2001/04/xmlenc#sha256';

describe('methods that are not implemented', () => {
  it('leave an XML signature undecided, also by the data for a replay; a changed document fails', async () => {
    expect((await judge(utf8Encode(xml))).report.verdict).toBe('passed');
    const unknown = xml.replace(signature, 'urn:quantum-proof');
    const result = await judge(utf8Encode(unknown));
    expect(result.report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE',
      summary: { code: 'validation.summary.method_unknown' },
    });
    const { diagnostic, detailed } = result;
    expect(diagnostic.signatures[0]?.signature).toMatchObject({ intact: false, unsupported: true });
    expect(detailed.signatures[0]).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE',
    });
    const changed = await judge(utf8Encode(unknown.replace('>100<', '>999<')));
    expect(changed.report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(changed.detailed.signatures[0]).toMatchObject({ indication: 'TOTAL_FAILED', subIndication: 'HASH_FAILURE' });
  });

  it('leave a reference undecided only where the key signed it so', async () => {
    // The name of the digest stands in what the key signed: whoever exchanges it breaks the value.
    const exchanged = await judge(utf8Encode(xml.replace(digest, 'urn:other-digest')));
    expect(exchanged.report).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
    expect(codesOf(exchanged)).toContain('signature.reference_method_unsupported');
  });

  it('fail where no key of a signer is needed', async () => {
    const keyless = await judge(utf8Encode(xml.replace('#ecdsa-sha256', '#hmac-sha256')));
    expect(keyless.report).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
    expect(codesOf(keyless)).toContain('signature.algorithm_keyless');
  });

  it('take the proof from a time-stamp, but do not break what it was put on', async () => {
    const tokens = async (value: Uint8Array): Promise<readonly Uint8Array[]> => [await stampOver(signing, value)];
    const honest = await judge(await build(signing, { tokens }));
    expect(codesOf(honest)).toContain('signature.timestamp_valid');
    const unknown = await judge(
      await build(signing, {
        tokens: async (value) => {
          const token = latin((await tokens(value))[0] as Uint8Array);
          const name = latin(Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
          const at = token.lastIndexOf(name);
          return [fromLatin(`${token.slice(0, at + 6)}\x09${token.slice(at + 7)}`)];
        },
      }),
    );
    expect(unknown.report.verdict).toBe('passed');
    expect(unknown.report.answers[2].status).not.toBe('passed');
    expect(codesOf(unknown)).toContain('signature.timestamp_untrusted');
    expect(codesOf(unknown)).not.toContain('signature.timestamp_valid');
    expect(unknown.detailed.timestamps[0]).toMatchObject({ indication: 'INDETERMINATE' });
  });
});
