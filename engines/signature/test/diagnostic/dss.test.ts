import { describe, expect, it } from 'vitest';
import { hashDiagnosticData, ProcessError, readDssDiagnosticData } from '../../src/index.ts';
import { type Data, first, policyOf, verdictOf } from '../process/data.ts';

const bytes = (body: string, root = 'xmlns="http://dss.esig.europa.eu/validation/diagnostic"'): Uint8Array =>
  new TextEncoder().encode(`<DiagnosticData ${root}>${body}</DiagnosticData>`);

const facts = (valid: boolean): string => `<BasicSignature>
  <EncryptionAlgoUsedToSignThisToken>RSA</EncryptionAlgoUsedToSignThisToken>
  <KeyLengthUsedToSignThisToken>3072</KeyLengthUsedToSignThisToken>
  <DigestAlgoUsedToSignThisToken>SHA256</DigestAlgoUsedToSignThisToken>
  <SignatureIntact>${valid}</SignatureIntact><SignatureValid>${valid}</SignatureValid></BasicSignature>`;

const document = (valid: boolean): Uint8Array =>
  bytes(`<DocumentName>a.xml</DocumentName><ValidationDate>2026-06-03T00:00:00Z</ValidationDate>
    <Signatures><Signature Id="S-1"><SignatureFormat>XAdES-BASELINE-B</SignatureFormat>
      <DigestMatchers><DigestMatcher type="REFERENCE" name="r-1"><DigestMethod>SHA256</DigestMethod>
        <DigestValue>AAEC</DigestValue><DataFound>true</DataFound><DataIntact>true</DataIntact></DigestMatcher></DigestMatchers>
      ${facts(valid)}<SigningCertificate Certificate="C-1"/><CertificateChain><ChainItem Certificate="C-1"/></CertificateChain>
    </Signature></Signatures>
    <UsedCertificates><Certificate Id="C-1"><SubjectDistinguishedName Format="RFC2253">CN=signer</SubjectDistinguishedName>
      <IssuerDistinguishedName Format="RFC2253">CN=ca</IssuerDistinguishedName><SerialNumber>7</SerialNumber>
      <NotAfter>2029-01-01T00:00:00Z</NotAfter><NotBefore>2024-01-01T00:00:00Z</NotBefore>
      ${facts(true)}</Certificate></UsedCertificates>`);

describe('diagnostic data of DSS', () => {
  it('become ours', () => {
    const data = readDssDiagnosticData(document(true));
    expect(data).toMatchObject({
      version: 1,
      documentName: 'a.xml',
      validationTime: '2026-06-03T00:00:00Z',
      signatures: [
        {
          id: 'S-1',
          format: 'XAdES-BASELINE-B',
          signature: { digestAlgorithm: 'SHA256', encryptionAlgorithm: 'RSA', keyLength: 3072, intact: true },
          signingCertificate: { certificate: 'C-1' },
          chain: ['C-1'],
          digestMatchers: [{ type: 'reference', digest: { algorithm: 'SHA256', value: '000102' }, intact: true }],
        },
      ],
      certificates: [{ id: 'C-1', subject: 'CN=signer', serialNumber: '7', trusted: false }],
    });
  });

  it('are judged by the same process', () => {
    const judged = (valid: boolean): string => verdictOf(readDssDiagnosticData(document(valid)) as Data, policyOf());
    expect(judged(true)).toMatch(/^INDETERMINATE NO_/);
    expect(judged(false)).not.toBe('TOTAL_PASSED');
  });

  it('have one hash, whatever the order of their fields', () => {
    const data = readDssDiagnosticData(document(true));
    const turned = Object.fromEntries(Object.entries(data).reverse()) as unknown as typeof data;
    expect(hashDiagnosticData(turned)).toBe(hashDiagnosticData(data));
    expect(hashDiagnosticData(JSON.parse(JSON.stringify(data)))).toBe(hashDiagnosticData(data));
    expect(hashDiagnosticData({ ...data, documentName: 'b.xml' })).not.toBe(hashDiagnosticData(data));
  });

  it('name the responder only where one certificate was found for it (RFC 6960 clause 4.2.1)', () => {
    const related = (id: string): string =>
      `<RelatedCertificate Certificate="${id}"><CertificateRef><Origin>SIGNING_CERTIFICATE</Origin></CertificateRef></RelatedCertificate>`;
    const match = (found: string): boolean | undefined =>
      first(
        readDssDiagnosticData(
          bytes(`<ValidationDate>2026-06-03T00:00:00Z</ValidationDate><UsedRevocations><Revocation Id="R-1"><Type>OCSP</Type>
            <SigningCertificate Certificate="C-1"/><FoundCertificates>${found}</FoundCertificates></Revocation></UsedRevocations>`),
        ).revocations,
      ).responderIdMatch;
    expect(match(related('C-1'))).toBe(true);
    expect(match(related('C-2'))).toBe(false);
    expect(match(related('C-1') + related('C-2'))).toBe(false);
    expect(match('')).toBe(false);
  });

  it('are refused without a time, in another namespace and with entities', () => {
    expect(() => readDssDiagnosticData(bytes(''))).toThrow(ProcessError);
    expect(() => readDssDiagnosticData(bytes('<ValidationDate>soon</ValidationDate>'))).toThrow(ProcessError);
    expect(() => readDssDiagnosticData(bytes('<ValidationDate>2026-06-03T00:00:00Z</ValidationDate>', ''))).toThrow(
      ProcessError,
    );
    expect(() => readDssDiagnosticData(new TextEncoder().encode('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))).toThrow();
  });
});
