import type { Block, DocumentModel } from '@tra/document';
import type { Language } from '@tra/kernel';
import { formatDate, formatMoney, formatNumber, type Messages } from '@tra/platform-i18n';
import type { Answer, LicenceRecord } from './licence-record.ts';

const LANGUAGE: Language = 'th';

function idDigits(digits: string): string {
  return digits.replace(/^(\d)(\d{4})(\d{5})(\d{2})(\d)$/, '$1-$2-$3-$4-$5');
}

function addressText(answer: Extract<Answer, { kind: 'address' }>, messages: Messages): string {
  const { line, subDistrict, district, province, postalCode } = answer.value;
  const key = province.code === '10' ? 'licensing.document.address_bangkok' : 'licensing.document.address';
  return messages.translate(key, LANGUAGE, {
    line,
    subDistrict: subDistrict.name.th,
    // Bangkok's districts carry the word for district in their names already.
    district: district.name.th.replace(/^เขต/, ''),
    province: province.name.th,
    postalCode,
  });
}

function answerText(answer: Answer, messages: Messages): string {
  switch (answer.kind) {
    case 'address':
      return addressText(answer, messages);
    case 'choices':
      return answer.value.map((choice) => choice.label.th).join(', ');
    case 'money':
      return formatMoney(answer.value, 'THB', LANGUAGE);
    case 'number':
      return formatNumber(answer.value, LANGUAGE);
    case 'date':
      return formatDate(answer.value, LANGUAGE, 'long');
    case 'yesNo':
      return messages.translate(answer.value ? 'licensing.document.yes' : 'licensing.document.no', LANGUAGE);
    case 'id':
      return idDigits(answer.value);
    default:
      return answer.value;
  }
}

function validityRows(record: LicenceRecord, messages: Messages): { label: string; value: string }[] {
  const row = (key: string, date: Date | string | undefined) => ({
    label: messages.translate(`licensing.document.${key}`, LANGUAGE),
    value:
      date === undefined
        ? messages.translate('licensing.document.no_end', LANGUAGE)
        : formatDate(date, LANGUAGE, 'long'),
  });
  return [row('issued', record.issuedAt), row('valid_from', record.validFrom), row('valid_to', record.validTo)];
}

function blocksOf(record: LicenceRecord, messages: Messages): Block[] {
  const say = (key: string) => messages.translate(`licensing.document.${key}`, LANGUAGE);
  const answers = record.fields.map(({ label, answer }) => ({ label: label.th, value: answerText(answer, messages) }));
  return [
    { kind: 'seal' },
    { kind: 'heading', text: record.title.th, level: 1, align: 'center' },
    { kind: 'paragraph', text: record.title.en, align: 'center', size: 12 },
    { kind: 'paragraph', text: `${record.agency.name.th} ${record.legalBasis.th}`, align: 'center', size: 11 },
    {
      kind: 'fields',
      rows: [{ label: say('number'), value: record.number }, ...answers, ...validityRows(record, messages)],
    },
    { kind: 'qr', content: record.verificationUrl, caption: `${say('verify')}\n${record.verificationUrl}` },
  ];
}

/** The document of a licence with its XML as an associated file. The same record gives the same model. */
export function licenceDocument(record: LicenceRecord, xml: Uint8Array, messages: Messages): DocumentModel {
  const translate = (key: string) => messages.translate(`licensing.document.${key}`, LANGUAGE);
  return {
    language: LANGUAGE,
    title: `${record.title.th} ${record.number}`,
    author: record.agency.name.th,
    subject: record.service.title.th,
    keywords: [record.number, record.service.id],
    created: record.issuedAt,
    id: record.number,
    blocks: blocksOf(record, messages),
    attachments: [
      {
        name: 'licence.xml',
        mediaType: 'application/xml',
        relationship: 'Alternative',
        description: translate('attachment'),
        bytes: xml,
        modified: record.issuedAt,
      },
    ],
    footer: translate('footer'),
    ...(record.demo ? { watermark: translate('watermark') } : {}),
  };
}
