import type { LocalizedText } from '@tra/kernel';
import type { TimestampConfig } from '../config.ts';
import type { PracticeSection, PracticeSource } from './statement.ts';

/** How units follow one another where they are made here. */
function followingUnits({ config, facts }: PracticeSource): LocalizedText {
  const gone = facts.keysInToken
    ? { th: 'ผู้ดูแลลบออกจากอุปกรณ์', en: 'is removed from the token by the operators' }
    : { th: 'ถูกทำลายในวันถัดไป', en: 'is destroyed a day later' };
  return {
    th: `กุญแจหนึ่งลงนามไม่เกิน ${config.keyDays} วัน และไม่ลงนามในช่วงหนึ่งในสามสุดท้ายของอายุใบรับรอง (ไม่เกิน 30 วัน) แล้วหน่วยใหม่รับช่วงต่อ กุญแจเดิมไม่ลงนามอีกและ${gone.th} ใบรับรองเดิมยังเผยแพร่อยู่ หากสร้างหน่วยใหม่ไม่ได้ หน่วยเดิมลงนามต่อจนใบรับรองหมดอายุแล้วหยุด ระบบเตือนผู้ดูแล ${config.alarmDays} วันก่อนหมดอายุ หน่วยที่ใบรับรองถูกเพิกถอนหยุดลงนามภายใน ${config.sealSeconds} วินาที แล้วหน่วยใหม่รับช่วงต่อ หากไม่มีหน่วยใหม่จะไม่ประทับเวลา`,
    en: `A key signs for ${config.keyDays} days at most, and not in the last third of its certificate's life (30 days at most); then a new unit follows. The old key signs no more and ${gone.en}; its certificate stays published. When no new unit can be made, the old one goes on until its certificate expires, and then nothing is stamped. The operators are warned ${config.alarmDays} days before that. A unit whose certificate is revoked signs no more within ${config.sealSeconds} seconds; a new one follows, or nothing is stamped.`,
  };
}

/** How units follow one another where they are certified elsewhere. */
function broughtUnits({ alarmDays }: TimestampConfig): LocalizedText {
  return {
    th: `หน่วยได้รับการรับรองจากที่อื่นและผู้ดูแลนำมาติดตั้ง หน่วยใหม่ที่สุดที่ใบรับรองยังไม่หมดอายุเป็นผู้ลงนาม เมื่อนำหน่วยใหม่มา หน่วยเดิมไม่ลงนามอีก และผู้ดูแลเป็นผู้ทำลายกุญแจเดิม หากไม่มีหน่วยใหม่ หน่วยเดิมลงนามจนใบรับรองหมดอายุแล้วหยุด ระบบเตือนผู้ดูแล ${alarmDays} วันก่อนหมดอายุ`,
    en: `Units are certified elsewhere and brought here by the operators; the newest whose certificate is valid signs. When another one is brought, the one before signs no more, and the operators destroy its key. Without another one it goes on until its certificate expires, and then nothing is stamped. The operators are warned ${alarmDays} days before that.`,
  };
}

/** Where keys are, how long they sign and what follows them. */
export function keysSection(source: PracticeSource): PracticeSection {
  const { config, facts } = source;
  const place = facts.keysInToken
    ? { th: 'กุญแจสร้างและอยู่ในอุปกรณ์ PKCS#11', en: 'Keys are made and stay in a PKCS#11 token.' }
    : {
        th: 'กุญแจอยู่ในแฟ้มที่เข้ารหัสของเครื่องแม่ข่าย',
        en: 'Keys are kept in encrypted files of the servers.',
      };
  return {
    id: 'keys',
    title: { th: 'กุญแจและใบรับรอง', en: 'Keys and certificates' },
    paragraphs: [
      place,
      facts.standalone ? broughtUnits(config) : followingUnits(source),
      {
        th: 'กุญแจใช้ลงนามการประทับเวลาเท่านั้น ใบรับรองมีวัตถุประสงค์ id-kp-timeStamping เพียงอย่างเดียวและเป็นส่วนสำคัญ (critical)',
        en: 'Keys sign time-stamps and nothing else: id-kp-timeStamping is the only purpose of their certificates, and critical.',
      },
    ],
  };
}
