import { utf8Decode, utf8Encode } from '@tra/kernel';
import { DSIG_NAMESPACE, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, type NodeSet, parseXml, subtree } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { signXml, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { instructionsOf } from '../src/xades/instructions.ts';
import { detachedXades } from './support-xades.ts';

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Instructions');
});

const sheet = '<?xml-stylesheet type="text/xsl" href="show.xsl"?>';
const body = '<invoice Id="i"><total>1,250</total></invoice>';

/** Signed as a whole: URI="". */
async function whole(text: string): Promise<string> {
  const { certificate, signer } = signing.document;
  const chain = [signing.hierarchy.issuing.certificate];
  const options = { signer, certificate, chain, signingTime: signing.clock.now(), id: 's' };
  return utf8Decode(await signXml({ xml: utf8Encode(text), ...options }));
}

/** Signed by the root element alone: URI="#i". */
async function byRoot(text: string): Promise<string> {
  const references = [{ uri: '#i', transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] }];
  return utf8Decode(await detachedXades(signing, { document: utf8Encode(text), references }));
}

async function judge(text: string): Promise<ValidationReport> {
  const { anchors, clock } = signing;
  return validateDocument({ bytes: utf8Encode(text), anchors, crls: await signing.crls(), at: clock.now() });
}

/** The verdict, and what is said of instructions. */
async function told(text: string): Promise<readonly unknown[]> {
  const { signatures, verdict } = await judge(text);
  const about = /^signature\.(stylesheet|instruction)_/;
  const checks = signatures.flatMap(({ checks: list }) => list).filter(({ code }) => about.test(code));
  return [verdict, ...checks.map(({ code, params }) => [code.slice(10), params?.href ?? params?.target, params?.line])];
}

describe('processing instructions', () => {
  it('outside the root are signed with the whole document: an added one is a change', async () => {
    expect(await told(await whole(body))).toEqual(['passed']);
    const signed = await whole(`${sheet}\n${body}<?end?>`);
    expect(await told(signed)).toEqual(['passed', ['stylesheet_signed', 'show.xsl', expect.any(Number)]]);
    expect((await judge(signed)).signatures[0]?.checks.map(({ code }) => code)).toContain(
      'signature.covers_whole_document',
    );
    for (const changed of [
      (await whole(body)).replace('<invoice', `${sheet}<invoice`),
      `${await whole(body)}<?end?>`,
      signed.replace('show.xsl', 'evil.xsl'),
      signed.replace(sheet, ''),
    ]) {
      expect((await told(changed))[0]).toBe('failed');
    }
  });

  it('outside the root are not signed with the root element: a stylesheet leaves the document undecided', async () => {
    const signed = await byRoot(body);
    expect(await told(signed)).toEqual(['passed']);
    const shown = signed.replace('<invoice', `${sheet}<invoice`);
    expect(await told(shown)).toEqual(['indeterminate', ['stylesheet_not_signed', 'show.xsl', expect.any(Number)]]);
    expect(await judge(shown)).toMatchObject({
      subIndication: 'SIG_CONSTRAINTS_FAILURE',
      answers: [{ code: 'validation.unchanged.partly_signed' }, {}, {}, {}],
    });
    const codes = (await judge(shown)).signatures[0]?.checks.map(({ code }) => code);
    expect(codes).toContain('signature.covers_parts');
    expect(codes).not.toContain('signature.covers_whole_document');
  });

  it('that are no stylesheets are told where nobody signed them', async () => {
    const signed = await byRoot('<invoice Id="i"><?inside?><total>1,250</total></invoice>');
    expect(await told(signed)).toEqual(['passed']);
    const opened = signed.replace('<invoice', '<?mso-application progid="Word.Document"?><invoice');
    expect(await told(opened)).toEqual(['passed', ['instruction_not_signed', 'mso-application', expect.any(Number)]]);
    expect(await told(`${signed}<?xml-stylesheet href='late.xsl'?>`)).toEqual([
      'indeterminate',
      ['stylesheet_not_signed', 'late.xsl', expect.any(Number)],
    ]);
  });

  it('that a transform takes out are not signed', () => {
    const document = parseXml(
      utf8Encode(`${sheet}<a><?b?><ds:Signature xmlns:ds="${DSIG_NAMESPACE}"><?c?></ds:Signature></a>`),
    );
    const targets = (set: NodeSet): readonly (readonly string[])[] => {
      const { all, unsigned } = instructionsOf(document, [set]);
      return [all, unsigned].map((list) => list.map(({ target }) => target));
    };
    expect(targets(subtree(document))).toEqual([['xml-stylesheet', 'b'], []]);
    expect(targets(subtree(document, document.root))).toEqual([['xml-stylesheet', 'b'], ['xml-stylesheet']]);
    const elements = { ...subtree(document), has: ({ kind }: { readonly kind: string }) => kind === 'element' };
    expect(targets(elements)[1]).toEqual(['xml-stylesheet', 'b']);
  });

  it('of a signature that is broken are not what matters', async () => {
    const signed = (await byRoot(`${sheet}${body}`)).replace('1,250', '9,250');
    expect(await told(signed)).toEqual(['failed']);
  });
});
