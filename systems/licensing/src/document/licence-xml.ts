import type { LocalizedText } from '@tra/kernel';
import { element, serializeXml, type XmlNode } from '@tra/xml';
import type { Answer, Area, LicenceRecord } from './licence-record.ts';

function words(name: string, text: LocalizedText): XmlNode[] {
  return [element(name, { lang: 'th' }, text.th), element(name, { lang: 'en' }, text.en)];
}

function areaElement(name: string, area: Area): XmlNode {
  return element(name, { code: area.code }, words('Name', area.name));
}

function answerNodes(answer: Answer): { attributes?: Record<string, string>; content: XmlNode[] | string } {
  switch (answer.kind) {
    case 'choices':
      return { content: answer.value.map(({ code, label }) => element('Choice', { code }, words('Label', label))) };
    case 'money':
      return { attributes: { currency: 'THB', unit: 'satang' }, content: String(answer.value) };
    case 'address':
      return {
        content: [
          element('Line', {}, answer.value.line),
          areaElement('SubDistrict', answer.value.subDistrict),
          areaElement('District', answer.value.district),
          areaElement('Province', answer.value.province),
          element('PostalCode', {}, answer.value.postalCode),
        ],
      };
    default:
      return { content: String(answer.value) };
  }
}

/** `shopNameTh` as an element is `ShopNameTh`. */
function elementName(id: string): string {
  return id.slice(0, 1).toUpperCase() + id.slice(1);
}

/**
 * The XML of a licence in the namespace of its definition: what is common to all licences first, then one element per printed
 * answer, named after its field.
 */
export function licenceXml(record: LicenceRecord): Uint8Array {
  const fields = record.fields.map(({ id, answer }) => {
    const { attributes, content } = answerNodes(answer);
    return element(elementName(id), attributes ?? {}, content);
  });
  const root = element('Licence', { xmlns: record.namespace, version: '1.0', demo: String(record.demo) }, [
    element('Number', {}, record.number),
    element('PublicId', {}, record.publicId),
    element('VerificationUrl', {}, record.verificationUrl),
    element('Reference', {}, record.reference),
    element(
      'Service',
      { id: record.service.id, version: record.service.version },
      words('Title', record.service.title),
    ),
    element('Issuer', { id: record.agency.id }, words('Name', record.agency.name)),
    ...words('LegalBasis', record.legalBasis),
    element('IssuedAt', {}, record.issuedAt.toISOString()),
    element('ValidFrom', {}, record.validFrom),
    ...(record.validTo === undefined ? [] : [element('ValidTo', {}, record.validTo)]),
    element('Holder', {}, record.holder),
    element('BusinessName', {}, record.businessName),
    element('Content', {}, fields),
  ]);
  return serializeXml(root);
}

/** The public id that an embedded XML names; undefined when it names none. For looking up, never for trusting. */
export function publicIdIn(xml: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(xml.subarray(0, 65_536));
  return /<PublicId>([0-9a-hjkmnp-tv-z]{32})<\/PublicId>/.exec(text)?.[1];
}
