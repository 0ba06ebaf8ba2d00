import type { LocalizedText } from '@tra/kernel';
import type { TimestampConfig } from '../config.ts';
import type { ClockFacts } from '../ports.ts';
import type { PracticeSection } from './statement.ts';

/** How time is kept, and what happens when it is not: as platform/clock does it under these settings. */
export function clockSection(clock: ClockFacts | undefined, config: TimestampConfig): PracticeSection {
  const title = { th: 'นาฬิกา', en: 'The clock' };
  const { sources = 0 } = clock ?? {};
  if (!clock || sources === 0) return { id: 'clock', title, paragraphs: [unwatched] };
  return { id: 'clock', title, paragraphs: [watching(clock), ...troubles(clock, config)] };
}

const unwatched: LocalizedText = {
  th: 'ระบบนี้ไม่ได้ตั้งแหล่งเวลา เวลาที่ประทับคือเวลาของเครื่องตามที่เป็นอยู่ โดยไม่มีการเฝ้าดูจากระบบนี้',
  en: 'No sources of time are configured. What is stamped is the time of the machine as it is; nothing here watches it.',
};

function watching({ sources, agree, pollSeconds }: ClockFacts): LocalizedText {
  return {
    th: `นาฬิกาของแต่ละเครื่องเทียบกับแหล่งเวลา ${sources} แหล่งทุก ${pollSeconds} วินาที ต้องมีอย่างน้อย ${agree} แหล่งที่สอดคล้องกัน ความคลาดเคลื่อนสูงสุดคิดจากแหล่งที่สอดคล้องกัน และเพิ่มขึ้น 100 ในล้านส่วนตามเวลาที่ผ่านไป`,
    en: `The clock of each machine is held against ${sources} sources of time every ${pollSeconds} seconds, of which at least ${agree} have to agree. Its largest error is taken from those that agree, and grows by 100 parts per million with age.`,
  };
}

function troubles(
  { sources, agree, accuracyMs, staleSeconds, jumpMs }: ClockFacts,
  config: TimestampConfig,
): readonly LocalizedText[] {
  const spare = sources - agree;
  const lost: LocalizedText =
    spare > 0
      ? {
          th: `แหล่งเวลาที่เงียบหรือบอกเวลาผิดไม่เกิน ${spare} แหล่งไม่มีผล`,
          en: `Up to ${spare} of the sources may be silent or wrong without effect.`,
        }
      : {
          th: 'ไม่มีแหล่งสำรอง: ทุกแหล่งต้องตอบและสอดคล้องกัน',
          en: 'There is none to spare: all sources have to answer and agree.',
        };
  // Where one source suffices, nobody can contradict it.
  const believed: readonly LocalizedText[] =
    agree > 1
      ? []
      : [
          {
            th: 'แหล่งเวลาแหล่งเดียวเป็นที่เชื่อถือตามที่บอก หากแหล่งนั้นบอกเวลาผิด ระบบตรวจไม่พบ',
            en: 'What a single source says is believed: when it lies, that is not noticed.',
          },
        ];
  return [
    lost,
    ...believed,
    {
      th: `เมื่อแหล่งที่ตอบมีถึง ${agree} แหล่งแต่ไม่สอดคล้องกัน ระบบหยุดประทับเวลาทันที (timeNotAvailable)`,
      en: `When ${agree} or more answer and do not agree, stamping stops at once (timeNotAvailable).`,
    },
    {
      th: `เมื่อตอบน้อยกว่า ${agree} แหล่ง ความสอดคล้องครั้งล่าสุดใช้ได้อีกไม่เกิน ${staleSeconds} วินาที แล้วระบบหยุดประทับเวลา หลังเริ่มระบบจะไม่ประทับเวลาจนกว่าแหล่งเวลาจะสอดคล้องกัน`,
      en: `When fewer than ${agree} answer, the last agreement counts for ${staleSeconds} seconds; then stamping stops. After a start nothing is stamped until the sources have agreed.`,
    },
    {
      th: `เมื่อนาฬิกาอาจคลาดเคลื่อนเกิน ${Math.min(accuracyMs, config.accuracySeconds * 1000)} มิลลิวินาที หรือเกินความแม่นยำของนโยบายที่ขอ คำขอนั้นถูกปฏิเสธ (timeNotAvailable)`,
      en: `When the clock may be wrong by more than ${Math.min(accuracyMs, config.accuracySeconds * 1000)} milliseconds, or by more than the accuracy of the policy that is asked for, the request is refused (timeNotAvailable).`,
    },
    {
      th: `เมื่อนาฬิกาถูกตั้งใหม่หรือเครื่องหลับไปเกิน ${jumpMs} มิลลิวินาที ระบบหยุดประทับเวลาทันทีจนกว่าแหล่งเวลาจะสอดคล้องกันอีกครั้ง ตั้งแต่หนึ่งวินาทีก่อนถึงหนึ่งวินาทีหลังอธิกวินาทีที่ประกาศไว้ ระบบไม่ประทับเวลา แล้วรอให้แหล่งเวลาสอดคล้องกันใหม่`,
      en: `When the clock is set or the machine sleeps, by more than ${jumpMs} milliseconds, stamping stops at once until the sources agree again. From a second before to a second after an announced leap second nothing is stamped, and then not until the sources have agreed anew.`,
    },
    {
      th: 'เมื่อแหล่งเวลากลับมาสอดคล้องกัน บริการกลับมาเองโดยไม่ต้องเริ่มใหม่',
      en: 'When the sources agree again the service is back by itself, without a restart.',
    },
  ];
}
