import { type Address, type Field, type FormData, fieldsOf, type ServiceDefinition, visibleFields } from '@tra/cases';
import type { Json, LocalizedText } from '@tra/kernel';
import type { Addresses } from '../addresses.ts';

/** An area of an address with its code. */
export interface Area {
  readonly code: string;
  readonly name: LocalizedText;
}

/** An answer as the document shows it. */
export type Answer =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'money'; readonly value: number }
  | { readonly kind: 'date'; readonly value: string }
  | { readonly kind: 'yesNo'; readonly value: boolean }
  | { readonly kind: 'id'; readonly value: string }
  | { readonly kind: 'choices'; readonly value: readonly { readonly code: string; readonly label: LocalizedText }[] }
  | {
      readonly kind: 'address';
      readonly value: Pick<Address, 'line' | 'postalCode'> & {
        readonly subDistrict: Area;
        readonly district: Area;
        readonly province: Area;
      };
    };

/** An answer with its question. */
export interface PrintedField {
  readonly id: string;
  readonly label: LocalizedText;
  readonly answer: Answer;
}

/** Everything that an issued document says. The PDF and the XML inside it are both made from this one object. */
export interface LicenceRecord {
  readonly number: string;
  readonly publicId: string;
  readonly verificationUrl: string;
  readonly reference: string;
  readonly service: { readonly id: string; readonly version: string; readonly title: LocalizedText };
  readonly agency: { readonly id: string; readonly name: LocalizedText };
  readonly title: LocalizedText;
  readonly legalBasis: LocalizedText;
  readonly namespace: string;
  readonly issuedAt: Date;
  readonly validFrom: string;
  readonly validTo?: string;
  readonly holder: string;
  readonly businessName: string;
  readonly fields: readonly PrintedField[];
  readonly demo: boolean;
}

function area(addresses: Addresses, code: string): Area {
  return { code, name: addresses.find(code)?.name ?? { th: code, en: code } };
}

function answerOf(field: Field, value: Json, addresses: Addresses): Answer {
  switch (field.kind) {
    case 'address': {
      const address = value as unknown as Address;
      return {
        kind: 'address',
        value: {
          line: address.line,
          postalCode: address.postalCode,
          subDistrict: area(addresses, address.subDistrictCode),
          district: area(addresses, address.districtCode),
          province: area(addresses, address.provinceCode),
        },
      };
    }
    case 'choice':
    case 'multiChoice': {
      const chosen = new Set<unknown>(Array.isArray(value) ? value : [value]);
      const options = field.options?.filter((option) => chosen.has(option.value)) ?? [];
      return { kind: 'choices', value: options.map(({ value: code, label }) => ({ code, label })) };
    }
    case 'integer':
      return { kind: 'number', value: Number(value) };
    case 'money':
      return { kind: 'money', value: Number(value) };
    case 'date':
      return { kind: 'date', value: String(value) };
    case 'yesNo':
      return { kind: 'yesNo', value: value === true };
    case 'thaiNationalId':
    case 'juristicPersonNumber':
      return { kind: 'id', value: String(value) };
    default:
      return { kind: 'text', value: String(value) };
  }
}

/** The answers that the document shows, in the order of the form. */
export function printedFields(definition: ServiceDefinition, data: FormData, addresses: Addresses): PrintedField[] {
  const visible = new Set(visibleFields(definition, data).map((field) => field.id));
  return fieldsOf(definition).flatMap((field) => {
    const value = data[field.id] ?? null;
    if (!definition.document.fields.includes(field.id) || !visible.has(field.id) || value === null) return [];
    return [{ id: field.id, label: field.shortLabel ?? field.label, answer: answerOf(field, value, addresses) }];
  });
}
