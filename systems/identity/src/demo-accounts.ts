import type { LocalizedText } from '@tra/kernel';
import type { Agency } from './account.ts';
import { addAccount, type ServiceParts } from './service.ts';

/** A demo account as it is shown to everybody. */
export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly displayName: LocalizedText;
  readonly description: LocalizedText;
  readonly roles: readonly string[];
  readonly agency?: Agency;
}

const password = 'tra-demo-2569';
// The password is public; its hash need not be costly.
const cheap = { cost: 1024, blockSize: 8, parallelism: 1 };

const dbd: Agency = {
  id: 'dbd',
  name: { th: 'กรมพัฒนาธุรกิจการค้า', en: 'Department of Business Development' },
};

const citizen = {
  th: 'ประชาชน (บัญชีทดลอง) ยื่นคำขอและดูใบอนุญาตของตน',
  en: 'Citizen (demo account): applies and sees own licences',
};
const officer = {
  th: 'เจ้าหน้าที่ (บัญชีทดลอง) ตรวจคำขอและเสนอความเห็น',
  en: 'Officer (demo account): examines applications and recommends',
};
const approver = {
  th: 'ผู้อนุมัติ (บัญชีทดลอง) พิจารณาอนุมัติคำขอ',
  en: 'Approver (demo account): decides on applications',
};

const registrar = {
  th: 'เจ้าหน้าที่รับลงทะเบียน (บัญชีทดลอง) พิสูจน์ตัวตนและพิจารณาคำขอใบรับรองอิเล็กทรอนิกส์ ต้องอนุมัติสองคน',
  en: 'Registrar (demo account): proves identities and decides on certificates, two of them for each',
};
const caOperator = {
  th: 'ผู้ดูแลหน่วยออกใบรับรอง (บัญชีทดลอง) พิจารณาคำขอตั้งหน่วยออกใบรับรองและนำเข้าผลพิธีลงนาม ต้องอนุมัติสองคน',
  en: 'CA operator (demo account): decides on certification authorities and imports what ceremonies signed',
};

/** The demo accounts: made at start only when the process is a demo, never in production. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    username: 'somchai',
    password,
    displayName: { th: 'สมชาย ใจดี (ทดลอง)', en: 'Somchai Jaidee (demo)' },
    description: citizen,
    roles: ['citizen'],
  },
  {
    username: 'malee',
    password,
    displayName: { th: 'มาลี สุขใจ (ทดลอง)', en: 'Malee Sukjai (demo)' },
    description: citizen,
    roles: ['citizen'],
  },
  {
    username: 'officer.anong',
    password,
    displayName: { th: 'อนงค์ ตั้งใจตรวจ (ทดลอง)', en: 'Anong Tangjaitruat (demo)' },
    description: officer,
    roles: ['officer'],
    agency: dbd,
  },
  {
    username: 'officer.prasert',
    password,
    displayName: { th: 'ประเสริฐ รอบคอบ (ทดลอง)', en: 'Prasert Ropkhop (demo)' },
    description: officer,
    roles: ['officer'],
    agency: dbd,
  },
  {
    username: 'head.wichai',
    password,
    displayName: { th: 'วิชัย เที่ยงธรรม (ทดลอง)', en: 'Wichai Thiangtham (demo)' },
    description: approver,
    roles: ['approver'],
    agency: dbd,
  },
  {
    username: 'head.suda',
    password,
    displayName: { th: 'สุดา ยุติธรรม (ทดลอง)', en: 'Suda Yuttitham (demo)' },
    description: {
      th: 'เจ้าหน้าที่และผู้อนุมัติ (บัญชีทดลอง) ใช้พิสูจน์ว่าคนเดียวกันเสนอและอนุมัติเรื่องเดียวกันไม่ได้',
      en: 'Officer and approver (demo account): shows that one person cannot recommend and approve the same case',
    },
    roles: ['officer', 'approver'],
    agency: dbd,
  },
  {
    username: 'auditor.nida',
    password,
    displayName: { th: 'นิดา ตรวจสอบ (ทดลอง)', en: 'Nida Truatsop (demo)' },
    description: {
      th: 'ผู้ตรวจสอบ (บัญชีทดลอง) ดูบันทึกการทำงาน',
      en: 'Auditor (demo account): reads the records of what was done',
    },
    roles: ['auditor'],
    agency: dbd,
  },
  {
    username: 'operator.ek',
    password,
    displayName: { th: 'เอก ดูแลระบบ (ทดลอง)', en: 'Ek Dulaerabop (demo)' },
    description: { th: 'ผู้ดูแลระบบ (บัญชีทดลอง)', en: 'Operator (demo account): looks after the platform' },
    roles: ['operator'],
  },
  {
    username: 'registrar.kanya',
    password,
    displayName: { th: 'กัญญา รอบรู้ (ทดลอง)', en: 'Kanya Robru (demo)' },
    description: registrar,
    roles: ['registrar'],
  },
  {
    username: 'registrar.thana',
    password,
    displayName: { th: 'ธนา ถี่ถ้วน (ทดลอง)', en: 'Thana Thithuan (demo)' },
    description: registrar,
    roles: ['registrar'],
  },
  {
    username: 'ca.pimchai',
    password,
    displayName: { th: 'พิมพ์ชัย มั่นคง (ทดลอง)', en: 'Pimchai Mankhong (demo)' },
    description: caOperator,
    roles: ['ca-operator'],
  },
  {
    username: 'ca.somsak',
    password,
    displayName: { th: 'สมศักดิ์ รักษากุญแจ (ทดลอง)', en: 'Somsak Raksakunchae (demo)' },
    description: caOperator,
    roles: ['ca-operator'],
  },
  {
    username: 'timestamp.arun',
    password,
    displayName: { th: 'อรุณ ตรงเวลา (ทดลอง)', en: 'Arun Trongwela (demo)' },
    description: {
      th: 'เจ้าหน้าที่ประทับรับรองเวลา (บัญชีทดลอง) พิจารณาสมาชิก โควตา และดูการใช้งาน',
      en: 'Time-stamping officer (demo account): decides on subscribers and quotas, sees what is used',
    },
    roles: ['timestamp-officer'],
  },
];

/** Makes the demo accounts that are missing. */
export async function createDemoAccounts(parts: ServiceParts): Promise<void> {
  for (const { password: text, description: _shown, ...account } of DEMO_ACCOUNTS) {
    const present = await parts.store.findAccount({ username: account.username });
    if (!present) await addAccount(parts, { ...account, demo: true }, { text, parameters: cheap });
  }
}
