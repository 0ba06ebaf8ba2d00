import { fromBase64 } from '@tra/kernel';

/** A grey square of eight by eight pixels: stands for the documents that a person would attach. */
const greySquare = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGN4BwUMlDEAXsA7gfTR5ssAAAAASUVORK5CYII=';

/** An application that can be submitted as it is. */
export interface DemoApplication {
  readonly service: string;
  readonly data: Readonly<Record<string, unknown>>;
  attachments(): Readonly<Record<string, Uint8Array>>;
}

/** The application of the demonstration: a person who sells handicrafts over the internet. All values are invented. */
export const demoApplication: DemoApplication = {
  service: 'dbd.ecommerce-registration',
  data: {
    applicantKind: 'natural',
    nationalId: '1101700230708',
    personName: 'นายสมชาย ใจดี',
    shopNameTh: 'ร้านผ้าทอบ้านน้ำซับ',
    shopNameEn: 'Ban Nam Sap Weaving',
    channels: ['website', 'social'],
    website: 'https://weaving.example',
    platformAccounts: 'ผ้าทอบ้านน้ำซับ',
    goods: ['clothing', 'handicraft'],
    businessStartDate: '2026-11-01',
    capital: 5_000_000,
    address: {
      line: '99/9 หมู่ 4',
      provinceCode: '50',
      districtCode: '5001',
      subDistrictCode: '500101',
      postalCode: '50200',
    },
    phone: '0812345678',
    email: 'somchai@example.com',
    declaration: true,
  },
  /** One file for each document that the form asks for. */
  attachments(): Readonly<Record<string, Uint8Array>> {
    return { idCardCopy: fromBase64(greySquare), shopPicture: fromBase64(greySquare) };
  },
};
