import type { Language } from '@tra/kernel';

const locales: Record<Language, string> = { th: 'th-TH-u-nu-latn', en: 'en-GB-u-nu-latn' };
// Made when it is first needed: the rules of Thai take a while to load.
let collator: Intl.Collator | undefined;

/** `value` with group separators in Arabic digits: `1,234.5`. Throws a RangeError when it is not finite. */
export function formatNumber(
  value: number,
  language: Language,
  options: { readonly fractionDigits?: number } = {},
): string {
  if (!Number.isFinite(value)) throw new RangeError('not a finite number');
  const digits = options.fractionDigits;
  const fraction =
    digits === undefined
      ? { maximumFractionDigits: 20 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locales[language], fraction).format(value);
}

/**
 * Money in words of the currency with two decimals: `50.00 บาท`, `THB 50.00`. `satang` is the whole number of hundredths.
 * Throws a RangeError when it is not a safe integer.
 */
export function formatMoney(satang: number, currency: 'THB', language: Language): string {
  if (!Number.isSafeInteger(satang)) throw new RangeError('not a whole number of satang');
  const sign = satang < 0 ? '-' : '';
  const whole = BigInt(Math.abs(satang));
  const baht = new Intl.NumberFormat(locales[language]).format(whole / 100n);
  const amount = `${sign}${baht}.${String(whole % 100n).padStart(2, '0')}`;
  return language === 'th' ? `${amount} บาท` : `${currency} ${amount}`;
}

/** `text` with Arabic digits replaced by Thai ones, where a document's form asks for them: `๒๕๖๙`. */
export function toThaiDigits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x0e50 + Number(digit)));
}

/** `text` with Thai digits replaced by Arabic ones, as people may type either. */
export function fromThaiDigits(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
}

/** Order of two texts by the Royal Institute dictionary (leading vowels after their consonant); numbers by value. */
export function compareThai(left: string, right: string): number {
  collator ??= new Intl.Collator('th', { numeric: true });
  return collator.compare(left, right);
}
