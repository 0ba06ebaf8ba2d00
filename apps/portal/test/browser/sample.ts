import { deflateSync } from 'node:zlib';
import type { Person } from './person.ts';

/** A national id with a right check digit; the seed keeps people apart. */
export function nationalId(seed: number): string {
  const digits = `1100${String(seed).padStart(8, '0')}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (13 - index), 0);
  return `${digits}${(11 - (sum % 11)) % 10}`;
}

/** Answers that the service accepts. */
export const answers = {
  applicantKind: 'natural',
  nationalId: nationalId(70203),
  personName: 'สมชาย ใจดี',
  shopNameTh: 'ร้านผ้าไหมแม่กำปอง',
  shopNameEn: 'Mae Kampong Silk',
  channels: ['website', 'social'],
  website: 'https://silk.example',
  platformAccounts: 'เฟซบุ๊ก: ผ้าไหมแม่กำปอง',
  goods: ['clothing', 'handicraft'],
  businessStartDate: '2026-11-01',
  capital: 5_000_000,
  address: {
    line: '99/1 หมู่ 3 ถนนพระจันทร์',
    provinceCode: '10',
    districtCode: '1001',
    subDistrictCode: '100101',
    postalCode: '10200',
  },
  phone: '0812345678',
  email: 'somchai@mail.example',
  declaration: true,
} as const;

/** A small picture: grey paper with a darker band. */
export function png(): Uint8Array {
  const size = 96;
  const rows = Array.from({ length: size }, (_, y) => [
    0,
    ...Array.from({ length: size }, () => (y > 36 && y < 56 ? 90 : 225)),
  ]);
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.from(rows.flat()));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** An unsigned PDF of one page. */
export function plainPdf(text = 'No signature here'): Uint8Array {
  const draw = `BT /F1 24 Tf 60 760 Td (${text}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let out = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const at = out.length;
    out += `${index + 1} 0 obj${object}endobj\n`;
    return at;
  });
  const start = out.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  out += `xref\n0 6\n0000000000 65535 f \n${rows}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

type Answer = Awaited<ReturnType<Person['get']>>;

/** The first service on offer. */
export async function firstService(person: Person): Promise<Answer> {
  return (await person.get('/licensing/services')).items[0];
}

export async function draft(person: Person, data: object = {}): Promise<Answer> {
  const service = await firstService(person);
  return person.send('POST', '/licensing/applications', { service: service.id, data });
}

/** An application with everything filled in, still a draft. */
export async function complete(person: Person, more: object = {}): Promise<Answer> {
  let application = await draft(person, { ...answers, ...more });
  application = await person.attach(application, 'idCardCopy', 'บัตรประชาชน.png', png());
  return person.attach(application, 'shopPicture', 'หน้าร้าน.pdf', plainPdf('Shop front'));
}

/** The same, submitted: it waits for the fee. */
export async function submitted(person: Person, more: object = {}): Promise<Answer> {
  return person.act(await complete(person, more), 'submit');
}

/** The same, paid: it waits for an officer. */
export async function paid(person: Person, more: object = {}): Promise<Answer> {
  return person.act(await submitted(person, more), 'pay');
}

/** Asks again until the application is in the state, as issuing happens behind the scenes. */
export async function until(person: Person, application: Answer, state: string, limitMs = 15_000): Promise<Answer> {
  const end = Date.now() + limitMs;
  for (;;) {
    const now = await person.get(`/licensing/applications/${application.id}`);
    if (now.state === state) return now;
    if (Date.now() > end) throw new Error(`${application.reference} is ${now.state}, not ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** The same, issued. */
export async function issued(applicant: Person, officer: Person, approver: Person, more: object = {}): Promise<Answer> {
  const checked = await officer.act(await paid(applicant, more), 'recommend');
  return until(applicant, await approver.act(checked, 'approve'), 'active');
}
