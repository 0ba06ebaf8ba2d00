import type { SignatureAlgorithm } from '@tra/kernel';
import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of the trusted list. */
export interface TrustListConfig {
  readonly territory: string;
  readonly operatorTh: string;
  readonly operatorEn: string;
  readonly street: string;
  readonly locality: string;
  readonly postalCode: string;
  readonly email: string;
  readonly legalNoticeTh: string;
  readonly legalNoticeEn: string;
  readonly nextUpdateDays: number;
  readonly algorithm: SignatureAlgorithm;
  readonly renewBeforeDays: number;
  readonly listOfLists: string;
  readonly listOfListsSigners: string;
  readonly listTerritories: readonly string[];
  readonly listRefreshHours: number;
}

function text(value: string, description: string) {
  return Type.String({ default: value, maxLength: 500, description });
}

/** The section `trust-list`. */
export const config: ConfigSection<TrustListConfig> = defineConfig<TrustListConfig>(
  'trust-list',
  Type.Object({
    territory: Type.String({
      default: 'TH',
      pattern: '^[A-Z]{2}$',
      description: 'Territory of the list, ISO 3166-1 alpha-2.',
    }),
    operatorTh: text('', 'Scheme operator in Thai; "Tra" when empty.'),
    operatorEn: text('', 'Scheme operator in English; "Tra" when empty.'),
    street: text('120 Moo 3, Chaeng Watthana Road', 'Street address of the scheme operator.'),
    locality: text('Bangkok', 'City of the scheme operator.'),
    postalCode: text('10210', 'Postal code of the scheme operator.'),
    email: text('trusted-list@example.go.th', 'Mail address of the scheme operator.'),
    legalNoticeTh: text(
      'บัญชีนี้จัดทำตามพระราชบัญญัติว่าด้วยธุรกรรมทางอิเล็กทรอนิกส์ พ.ศ. 2544 และที่แก้ไขเพิ่มเติม',
      'Legal notice of the list in Thai.',
    ),
    legalNoticeEn: text(
      'This list is kept under the Electronic Transactions Act B.E. 2544 (2001) as amended.',
      'Legal notice of the list in English.',
    ),
    nextUpdateDays: Type.Integer({
      default: 150,
      minimum: 1,
      maximum: 180,
      description:
        'For how long a list says that it is current, days; a new one is made after half of it at the latest.',
    }),
    algorithm: Type.Union(
      (['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'rsa-pkcs1-sha256'] as const).map((name) => Type.Literal(name)),
      { default: 'ecdsa-p256-sha256', description: 'Key and signature algorithm of the list signer.' },
    ),
    renewBeforeDays: Type.Integer({
      default: 180,
      minimum: 1,
      maximum: 365,
      description:
        'How long before the certificate of the list signer expires its successor is announced in the list, days.',
    }),
    listOfLists: text(
      '',
      'Address of a list of trusted lists of others in the format of the European Union, whose services are trusted besides the national ones; none when empty.',
    ),
    listOfListsSigners: text('', 'PEM file with the certificates of those who may sign that list of lists.'),
    listTerritories: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
      default: [],
      description: 'Territories whose lists are followed; all when empty.',
    }),
    listRefreshHours: Type.Integer({
      default: 6,
      minimum: 1,
      maximum: 168,
      description: 'How often the lists of others are fetched, hours.',
    }),
  }),
);
