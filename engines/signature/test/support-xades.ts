import { createHash } from 'node:crypto';
import { toBase64 } from '@tra/kernel';
import { createXmlSignature, EXCLUSIVE_C14N, element, type XmlElement, type XmlSignatureRequest } from '@tra/xml';
import type { TestSigning } from '../src/testing.ts';

/** Who signs, with the authority above. */
export type XadesSigner = Pick<TestSigning, 'document' | 'hierarchy' | 'clock'>;

/** XAdES-B (EN 319 132-1 clause 6.3) over whatever the references name, `s` by name; inside `document` when there is one. */
export async function detachedXades(
  signing: XadesSigner,
  { objects = [], references, ...more }: Pick<XmlSignatureRequest, 'references'> & Partial<XmlSignatureRequest>,
): Promise<Uint8Array> {
  const { certificate, signer } = signing.document;
  const { id = 's' } = more;
  const keyInfo = [certificate, signing.hierarchy.issuing.certificate].map((der) =>
    element('ds:X509Data', {}, [element('ds:X509Certificate', {}, toBase64(der))]),
  );
  return createXmlSignature({
    id,
    signer,
    keyInfo,
    references: [
      ...references,
      { uri: `#${id}-p`, type: 'http://uri.etsi.org/01903#SignedProperties', transforms: [EXCLUSIVE_C14N] },
    ],
    objects: [...objects, element('ds:Object', {}, [properties(signing, id)])],
    ...more,
  });
}

function properties({ clock, document: { certificate } }: XadesSigner, id: string): XmlElement {
  const digest = createHash('sha256').update(certificate).digest();
  const cert = element('xades:Cert', {}, [
    element('xades:CertDigest', {}, [
      element('ds:DigestMethod', { Algorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' }),
      element('ds:DigestValue', {}, toBase64(new Uint8Array(digest))),
    ]),
  ]);
  const time = clock.now().toISOString().replace(/\.\d+/, '');
  return element(
    'xades:QualifyingProperties',
    { 'xmlns:xades': 'http://uri.etsi.org/01903/v1.3.2#', Target: `#${id}` },
    [
      element('xades:SignedProperties', { Id: `${id}-p` }, [
        element('xades:SignedSignatureProperties', {}, [
          element('xades:SigningTime', {}, time),
          element('xades:SigningCertificateV2', {}, [cert]),
        ]),
      ]),
    ],
  );
}
