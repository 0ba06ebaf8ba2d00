import { der } from '@tra/asn1';
import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { encodeName, signatureAlgorithmIdentifier } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { KEPT_FOR_EVER, nationalScheme, SERVICE_STATUS, SERVICE_TYPE, TSL_SIGNING_PURPOSE } from './identifiers.ts';
import { type Multilingual, noExtensions, type ServiceState, type TrustedList, type TrustService } from './model.ts';

/** What a test signer's certificate may be made to say. */
export interface TestListSignerOptions {
  readonly algorithm?: SignatureAlgorithm;
  /** OID of the extended key usage; none when empty. */
  readonly purpose?: string;
  readonly ca?: boolean;
  /** Bits of key usage; digitalSignature unless told. */
  readonly keyUsage?: readonly number[];
  readonly notAfter?: Date;
}

/** A scheme operator's key with a self-signed certificate for trusted lists; for tests. */
export async function testListSigner(
  options: TestListSignerOptions = {},
): Promise<{ readonly signer: Signer; readonly certificate: Uint8Array }> {
  const { algorithm = 'ecdsa-p256-sha256', ca = false, keyUsage = [0], purpose = TSL_SIGNING_PURPOSE } = options;
  const signer = testSigner(algorithm);
  const name = encodeName({ commonName: 'Test Trusted List Signer', organization: 'Test Operator', country: 'TH' });
  const identifier = signatureAlgorithmIdentifier(algorithm);
  const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
    der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
  const extensions = der.sequence(
    extension('2.5.29.19', true, der.sequence(ca ? der.boolean(true) : undefined)),
    extension('2.5.29.15', true, der.namedBits(keyUsage)),
    purpose === '' ? undefined : extension('2.5.29.37', false, der.sequence(der.oid(purpose))),
  );
  const tbs = der.sequence(
    der.element(0xa0, der.integer(2)),
    der.unsignedInteger(crypto.getRandomValues(new Uint8Array(15))),
    identifier,
    name,
    der.sequence(
      der.time(new Date('2026-01-01T00:00:00Z')),
      der.time(options.notAfter ?? new Date('2029-01-01T00:00:00Z')),
    ),
    name,
    signer.publicKey,
    der.element(0xa3, extensions),
  );
  const certificate = der.sequence(tbs, identifier, der.bitString(await signer.sign(tbs)));
  return { signer, certificate };
}

const both = (th: string, en: string): Multilingual => [
  { language: 'en', text: en },
  { language: 'th', text: th },
];

/** A service state for tests: granted since the start of 2026 unless told. */
export function testService(certificate: Uint8Array, overrides: Partial<TrustService> = {}): TrustService {
  const state: ServiceState = {
    type: SERVICE_TYPE.qualifiedCa,
    name: both('บริการออกใบรับรอง', 'Certification service'),
    identity: { certificates: [certificate] },
    status: SERVICE_STATUS.granted,
    startingTime: new Date('2026-01-01T00:00:00Z'),
    extensions: noExtensions,
  };
  return { ...state, supplyPoints: [], history: [], ...overrides };
}

/** A list for tests: issued on 2026-11-01, next update 2027-04-01. */
export function testList(services: readonly TrustService[], overrides: Partial<TrustedList> = {}): TrustedList {
  const scheme = nationalScheme('TH');
  const address = {
    postal: [
      { language: 'en', street: '1 Test Road', locality: 'Bangkok', postalCode: '10210', country: 'TH' },
      { language: 'th', street: 'ถนนทดสอบ 1', locality: 'กรุงเทพมหานคร', postalCode: '10210', country: 'TH' },
    ],
    electronic: both('mailto:list@example.go.th', 'mailto:list@example.go.th'),
  };
  const page = both('https://example.go.th/th', 'https://example.go.th/en');
  const provider = { name: both('ผู้ให้บริการ', 'Provider'), address, informationUris: page, services };
  return {
    version: 6,
    sequenceNumber: 42,
    type: scheme.type,
    operatorName: both('สำนักงานทดสอบ', 'Test Agency'),
    operatorAddress: address,
    schemeName: both('TH:บัญชีบริการที่เชื่อถือได้', 'TH:Trusted list of trust services'),
    schemeInformationUris: page,
    statusDetermination: scheme.statusDetermination,
    communityRules: [{ language: 'en', text: scheme.rules }],
    territory: 'TH',
    legalNotice: both('พระราชบัญญัติว่าด้วยธุรกรรมทางอิเล็กทรอนิกส์', 'Electronic Transactions Act'),
    historicalInformationPeriod: KEPT_FOR_EVER,
    pointers: [],
    issuedAt: new Date('2026-11-01T00:00:00Z'),
    nextUpdate: new Date('2027-04-01T00:00:00Z'),
    distributionPoints: ['https://example.go.th/pki/trusted-list.xml'],
    providers: services.length > 0 ? [provider] : [],
    ...overrides,
  };
}
