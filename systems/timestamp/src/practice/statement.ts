import type { LocalizedText } from '@tra/kernel';
import type { ServerFacts } from '@tra/platform-system';
import { IMPRINT_ALGORITHMS, MAX_BATCH, MAX_REQUEST_BYTES } from '@tra/timestamp';
import type { TimestampConfig } from '../config.ts';
import { type PolicyLine, policyLines } from '../policies.ts';
import type { PracticeFacts } from '../ports.ts';
import { clockSection } from './clock-section.ts';
import { keysSection } from './keys-section.ts';

/** One section of the statement; a table has its head first. */
export interface PracticeSection {
  /** Stable name, for links. */
  readonly id: string;
  readonly title: LocalizedText;
  readonly paragraphs: readonly LocalizedText[];
  readonly table?: { readonly head: readonly LocalizedText[]; readonly rows: readonly (readonly string[])[] };
}

/** What the statement is made from. */
export interface PracticeSource {
  readonly config: TimestampConfig;
  readonly server: Pick<ServerFacts, 'publicUrl' | 'environment' | 'demo'>;
  readonly facts: PracticeFacts;
}

/** Title of the document. */
export const PRACTICE_TITLE: LocalizedText = {
  th: 'แนวปฏิบัติของบริการประทับรับรองเวลา',
  en: 'Time-stamping practice statement',
};

/**
 * What this authority does, in both languages, out of its configuration (ETSI EN 319 421 clause 6.2 and annex B of RFC 3628): what is written
 * here is what the processes with this configuration do, and changes with it.
 */
export function practiceStatement(source: PracticeSource): readonly PracticeSection[] {
  return [
    scope(source),
    policies(source),
    clockSection(source.facts.clock, source.config),
    tokens(source),
    ordering,
    keysSection(source),
    records(source),
    limits(source),
    failures,
    verification(source),
    duties,
    notStated,
  ];
}

function scope({ config, server }: PracticeSource): PracticeSection {
  const who = config.organization || (server.demo ? 'Tra Demo' : 'Tra');
  const trial = server.environment !== 'production';
  const test = {
    th: 'ระบบนี้เป็นระบบทดลอง การประทับเวลาจากระบบนี้ห้ามนำไปใช้จริง',
    en: 'This is a trial installation. Its time-stamps must not be relied upon.',
  };
  return {
    id: 'scope',
    title: { th: 'ผู้ให้บริการและขอบเขต', en: 'Authority and scope' },
    paragraphs: [
      {
        th: `${who} ให้บริการประทับรับรองเวลาตาม RFC 3161 และ RFC 5816 ที่ ${server.publicUrl}/timestamp เอกสารนี้สร้างจากค่าที่ตั้งไว้ของระบบ จึงตรงกับสิ่งที่ระบบทำจริง`,
        en: `${who} issues time-stamps under RFC 3161 and RFC 5816 at ${server.publicUrl}/timestamp. This text is made from the configuration of the servers, so it says what they do.`,
      },
      {
        th: 'บริการรับเฉพาะค่าแฮชของข้อมูล ไม่รับและไม่เก็บตัวข้อมูล การประทับเวลายืนยันว่าข้อมูลมีอยู่แล้ว ณ เวลานั้น ไม่ยืนยันว่าใครสร้างหรือเนื้อหาถูกต้อง',
        en: 'Only the hash of data is received; the data itself is neither received nor kept. A time-stamp proves that the data existed at that time, not who made it or that it is true.',
      },
      ...(trial ? [test] : []),
    ],
  };
}

const algorithmNames: Readonly<Record<string, string>> = {
  'ecdsa-p256-sha256': 'ECDSA P-256, SHA-256',
  'ecdsa-p384-sha384': 'ECDSA P-384, SHA-384',
  'rsa-pkcs1-sha256': 'RSA PKCS#1 v1.5, SHA-256',
  'rsa-pkcs1-sha384': 'RSA PKCS#1 v1.5, SHA-384',
  'rsa-pkcs1-sha512': 'RSA PKCS#1 v1.5, SHA-512',
  ed25519: 'Ed25519',
};

function policyRows(line: PolicyLine, { config }: PracticeSource): string[][] {
  const bits = line.algorithm.startsWith('rsa') ? ` (${config.rsaBits})` : '';
  return line.policies.map(({ oid, accuracy = { seconds: 1 }, imprints, qualified }) => {
    const { seconds = 0, millis = 0 } = accuracy;
    return [
      oid,
      `${seconds + millis / 1000} s`,
      (imprints ?? IMPRINT_ALGORITHMS).map((name) => name.toUpperCase().replace(/^SHA(?=\d{3})/, 'SHA-')).join(', '),
      `${algorithmNames[line.algorithm] ?? line.algorithm}${bits}`,
      qualified ? 'ETSI EN 319 422' : '–',
    ];
  });
}

function policies(source: PracticeSource): PracticeSection {
  return {
    id: 'policies',
    title: { th: 'นโยบาย ความแม่นยำ และอัลกอริทึม', en: 'Policies, accuracy and algorithms' },
    paragraphs: [
      {
        th: 'คำขอที่ไม่ระบุนโยบายใช้นโยบายแรก คำขอที่ระบุนโยบายอื่นนอกจากนี้ถูกปฏิเสธ (unacceptedPolicy) ค่าแฮชชนิดอื่น เช่น SHA-1 และ MD5 ถูกปฏิเสธ (badAlg)',
        en: 'A request that names no policy gets the first one; one that names a policy not listed is refused (unacceptedPolicy). Other hashes, SHA-1 and MD5 among them, are refused (badAlg).',
      },
    ],
    table: {
      head: [
        { th: 'นโยบาย (OID)', en: 'Policy (OID)' },
        { th: 'ความแม่นยำ', en: 'Accuracy' },
        { th: 'ค่าแฮชที่รับ', en: 'Hashes' },
        { th: 'กุญแจและลายมือชื่อ', en: 'Key and signature' },
        { th: 'ระบุว่ามีคุณสมบัติ', en: 'States qualified' },
      ],
      rows: policyLines(source.config).flatMap((line) => policyRows(line, source)),
    },
  };
}

function tokens({ config }: PracticeSource): PracticeSection {
  const check = {
    every: { th: 'ทุกรายการ', en: 'every token is' },
    sampled: { th: 'รายการแรกและหนึ่งรายการในแต่ละวินาที', en: 'the first token and one in each second are' },
    off: { th: 'ไม่มีรายการใด', en: 'no token is' },
  }[config.selfCheck];
  return {
    id: 'tokens',
    title: { th: 'สิ่งที่อยู่ในการประทับเวลา', en: 'What a time-stamp holds' },
    paragraphs: [
      {
        th: 'หมายเลขของการประทับเวลามี 160 บิตและไม่ซ้ำกัน แม้มีหลายเครื่องหรือเริ่มระบบใหม่ หมายเลขคำขอ (nonce) ไม่เกิน 64 ไบต์ถูกคัดลอกตามที่ส่งมา ใบรับรองอยู่ในการประทับเวลาเมื่อคำขอขอไว้ (certReq) และมีตัวระบุใบรับรอง ESSCertIDv2 เสมอ',
        en: 'Serial numbers have 160 bits and do not repeat, across machines and restarts. A nonce of up to 64 octets is copied as it came. Certificates are inside when they were asked for (certReq); the certificate identifier ESSCertIDv2 always is.',
      },
      {
        th: `ก่อนส่งออก ระบบตรวจสอบการประทับเวลาของตนเอง: ${check.th} เมื่อพบว่าผิด หน่วยนั้นหยุดทันที`,
        en: `Before they leave, ${check.en} verified by the authority itself; one that is found wrong stops the unit.`,
      },
    ],
  };
}

const ordering: PracticeSection = {
  id: 'ordering',
  title: { th: 'ลำดับ', en: 'Ordering' },
  paragraphs: [
    {
      th: 'ทุกนโยบายระบุ ordering เป็นเท็จ: การประทับเวลาสองรายการเรียงลำดับได้ก็ต่อเมื่อเวลาต่างกันเกินกว่าผลรวมของความแม่นยำทั้งสอง เพราะหลายเครื่องออกพร้อมกัน',
      en: 'All policies state ordering as false: two time-stamps can be put in order only when their times differ by more than the sum of their accuracies, since several machines issue at once.',
    },
  ],
};

const unsealed: LocalizedText = {
  th: 'ระเบียนที่ถูกแก้ ลบออกจากกลางห่วงโซ่ หรือสลับ ตรวจพบได้โดยคำนวณห่วงโซ่ใหม่ เครื่องนี้ทำงานโดยไม่มีฐานข้อมูลและไม่ได้ผนึกห่วงโซ่ในบันทึกสาธารณะเอง จึงตรวจไม่พบว่าท้ายห่วงโซ่ถูกตัด จนกว่าผู้ดูแลจะนำสำเนาไปผนึกที่เครื่องอื่น บันทึกไม่มีการลบ',
  en: 'A record that is altered, moved, or removed from within its chain is found by recomputing the chain. This machine works without a database and does not seal its chains in the public log itself: that the end of a chain was cut off cannot be seen until the operators have a copy of it sealed by another machine. Records are never deleted.',
};

function records({ config, facts }: PracticeSource): PracticeSection {
  const places: Readonly<Record<TimestampConfig['records'], LocalizedText>> = {
    database: { th: 'ในฐานข้อมูลที่เพิ่มได้อย่างเดียว', en: 'in a database table that can only be appended to' },
    file: {
      th: 'ในแฟ้มของเครื่องที่ออก ซึ่งเพิ่มได้อย่างเดียว',
      en: 'in files of the issuing machine that are only appended to',
    },
    none: { th: 'ไม่ได้เก็บ (ใช้วัดผลเท่านั้น)', en: 'nowhere (for measurements only)' },
  };
  const place = places[config.records];
  const sealed: LocalizedText = {
    th: `ห่วงโซ่ของบันทึกผนึกไว้ในบันทึกสาธารณะทุก ${config.sealSeconds} วินาที หลังจากนั้นการแก้ ลบ หรือสลับบันทึกตรวจพบได้ บันทึกไม่มีการลบ`,
    en: `The chain of records is sealed in the public log every ${config.sealSeconds} seconds; from then on a record that is altered, removed or moved is found. Records are never deleted.`,
  };
  return {
    id: 'records',
    title: { th: 'บันทึก', en: 'Records' },
    paragraphs: [
      {
        th: `ก่อนส่งการประทับเวลาใด บันทึกของรายการนั้น (หมายเลข ค่าแฮช เวลา นโยบาย และแฮชของรายการก่อนหน้า) ต้องลงดิสก์แล้ว ${place.th} หากบันทึกไม่ได้ คำขอถูกปฏิเสธ (systemFailure)`,
        en: `Before a time-stamp leaves, its record (serial number, hash, time, policy and the hash of the record before it) is on disk, ${place.en}. When it cannot be written the request is refused (systemFailure).`,
      },
      facts.standalone ? unsealed : sealed,
    ],
  };
}

/** What is promised of the daily quota of those without a key. */
function anonymousQuota({ config, facts }: PracticeSource): LocalizedText[] {
  const { anonymous, anonymousPerDay: count } = config;
  if (anonymous !== 'allowed' || count === 0) return [];
  const [place, kept] = facts.standalone
    ? [
        { th: ' นับแยกในแต่ละเครื่อง', en: ', counted by each machine for itself' },
        { th: 'ที่อยู่อยู่ในหน่วยความจำเท่านั้น', en: 'Addresses are held in memory only.' },
      ]
    : [
        { th: '', en: '' },
        {
          th: 'ฐานข้อมูลไม่เก็บที่อยู่ เก็บเพียงค่าแฮชที่ใช้กุญแจลับของวันนั้น และลบทั้งคู่หลังสิ้นวัน',
          en: 'The database holds no address, only its hash under a secret of that day; both are deleted after the day.',
        },
      ];
  return [
    {
      th: `ผู้ไม่มีกุญแจประทับเวลาได้วันละไม่เกิน ${count} ค่าแฮชต่อที่อยู่เครือข่าย (วันตามเวลาไทย)${place.th} ${kept.th}`,
      en: `Without a key ${count} hashes at most are stamped for a network address in a day (Bangkok)${place.en}. ${kept.en}`,
    },
  ];
}

function limits(source: PracticeSource): PracticeSection {
  const open = source.config.anonymous === 'allowed';
  return {
    id: 'limits',
    title: { th: 'ข้อจำกัดการใช้งาน', en: 'Limits' },
    paragraphs: [
      {
        th: `คำขอยาวไม่เกิน ${MAX_REQUEST_BYTES} ไบต์ ชุดละไม่เกิน ${MAX_BATCH} ค่าแฮช ส่วนขยายในคำขอถูกปฏิเสธ (unacceptedExtension)`,
        en: `A request has ${MAX_REQUEST_BYTES} octets at most, a batch ${MAX_BATCH} hashes. Extensions in requests are refused (unacceptedExtension).`,
      },
      open
        ? {
            th: 'ใช้บริการได้โดยไม่ต้องมีกุญแจสมาชิก ภายในขีดจำกัดต่อที่อยู่เครือข่าย สมาชิกมีโควตาของตน',
            en: 'The service can be used without a subscriber’s key, within limits for each network address. Subscribers have quotas of their own.',
          }
        : {
            th: 'ต้องมีกุญแจสมาชิก และใช้ได้ภายในโควตาของสมาชิก',
            en: 'A subscriber’s key is needed; it stamps within the quotas of the subscription.',
          },
      ...anonymousQuota(source),
    ],
  };
}

const failures: PracticeSection = {
  id: 'failures',
  title: { th: 'เมื่อบริการให้ไม่ได้', en: 'When the service cannot stamp' },
  paragraphs: [
    {
      th: 'คำตอบเป็น HTTP 200 พร้อม PKIStatus เป็น rejection และเหตุผล: timeNotAvailable เมื่อรับรองเวลาไม่ได้ systemFailure เมื่อบันทึกไม่ได้ ใบรับรองหมดอายุหรือถูกเพิกถอนและยังไม่มีหน่วยใหม่ หรือการตรวจสอบตนเองพบข้อผิดพลาด คำขอเดิมส่งซ้ำได้เสมอ',
      en: 'The answer is HTTP 200 with a PKIStatus of rejection and the reason: timeNotAvailable when the time cannot be vouched for; systemFailure when nothing can be recorded, the certificate has expired or is revoked and no new unit is there yet, or the self check found a fault. The same request may always be sent again.',
    },
    {
      th: 'ระหว่างนั้น /readyz ตอบ 503 เพื่อให้ตัวกระจายงานส่งคำขอไปเครื่องอื่น และกลับมาเป็น 200 เองเมื่อเหตุหมดไป',
      en: 'Meanwhile /readyz answers 503, so that a balancer turns to other machines, and 200 again by itself when the cause is gone.',
    },
  ],
};

function verification({ server }: PracticeSource): PracticeSection {
  return {
    id: 'verification',
    title: { th: 'การตรวจสอบ', en: 'Verification' },
    paragraphs: [
      {
        th: `ตรวจสอบด้วยใบรับรองที่ ${server.publicUrl}/timestamp/chain.pem และสถานะเพิกถอนของใบรับรอง หากใบรับรองของหน่วยถูกเพิกถอนด้วยเหตุ affiliationChanged, superseded หรือ cessationOfOperation รายการก่อนถูกเพิกถอนยังใช้ได้ หากเป็นเหตุอื่น เช่น กุญแจรั่วไหล (keyCompromise) รายการทั้งหมดของหน่วยนั้นใช้ไม่ได้ (RFC 3161 ข้อ 4)`,
        en: `Verify with the certificates at ${server.publicUrl}/timestamp/chain.pem and their revocation status. When the certificate of a unit is revoked for affiliationChanged, superseded or cessationOfOperation, time-stamps from before stay valid; for any other reason, such as a stolen key (keyCompromise), none that the unit ever made does (RFC 3161 section 4).`,
      },
    ],
  };
}

const duties: PracticeSection = {
  id: 'duties',
  title: { th: 'หน้าที่ของผู้ใช้', en: 'Duties of users' },
  paragraphs: [
    {
      th: 'ผู้ขอต้องตรวจว่าการประทับเวลาที่ได้ตรงกับค่าแฮชและหมายเลขคำขอที่ส่งไป ผู้อาศัยการประทับเวลาต้องตรวจลายมือชื่อ ใบรับรอง และสถานะเพิกถอน และประทับซ้ำก่อนที่อัลกอริทึมจะอ่อนเกินไป',
      en: 'Who asks checks that the time-stamp fits the hash and the nonce that were sent. Who relies on one checks signature, certificates and revocation, and stamps again before its algorithms become too weak.',
    },
  ],
};

const notStated: PracticeSection = {
  id: 'not-stated',
  title: { th: 'สิ่งที่เอกสารนี้ไม่ได้กำหนด', en: 'What is not stated here' },
  paragraphs: [
    {
      th: 'ความรับผิด ค่าบริการ การระงับข้อพิพาท กฎหมายที่ใช้บังคับ และแผนเมื่อเลิกบริการ เป็นไปตามประกาศของผู้ให้บริการ',
      en: 'Liability, fees, disputes, governing law and the end of the service are for the authority to publish.',
    },
  ],
};
