import { useQuery } from '@tanstack/react-query';
import { type Field, visibleFields } from '@tra/cases';
import type { ReactNode } from 'react';
import { type Application, licensing, type Place, type PublicService, queries } from '../../api/index.ts';
import { fieldElementId } from '../../form/form-errors.ts';
import { formatBytes, formatDate, formatMoney, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { formOf } from './tasks.ts';

export interface AnswersProps {
  readonly service: PublicService;
  readonly application: Application;
  /** Offers to change each answer. */
  readonly editable?: boolean;
  /** Level of the parts' headings. */
  readonly level?: 2 | 3;
  /** Leaves the files to whoever shows them elsewhere. */
  readonly withoutFiles?: boolean;
}

/** All answers of an application, part by part; with links to change them where that is possible. */
export function Answers(props: AnswersProps): ReactNode {
  const { pick } = useI18n();
  const { service, application } = props;
  const Heading = props.level === 2 ? 'h2' : 'h3';
  const visible = new Set(visibleFields(formOf(service), application.data).map((field) => field.id));
  return (
    <div className="stack stretch">
      {service.form.steps.map((step) => {
        const fields = step.fields.filter(
          (field) => visible.has(field.id) && !(props.withoutFiles && field.kind === 'attachment'),
        );
        if (fields.length === 0) return null;
        const rows = fields.map((field): SummaryRow => {
          const change = {
            to: '/applications/$id/steps/$step',
            params: { id: application.id, step: step.id },
            hash: fieldElementId(field.id),
          };
          return {
            key: field.id,
            label: pick(field.label),
            value: <AnswerValue field={field} application={application} />,
            ...(props.editable ? { change } : {}),
          };
        });
        return (
          <section key={step.id} className="stack stack-tight stretch" aria-labelledby={`answers-${step.id}`}>
            <Heading id={`answers-${step.id}`}>{pick(step.title)}</Heading>
            <SummaryList rows={rows} />
          </section>
        );
      })}
    </div>
  );
}

interface AnswerProps {
  readonly field: Field;
  readonly application: Application;
}

function AnswerValue(props: AnswerProps): ReactNode {
  const { t } = useI18n();
  const { field, application } = props;
  if (field.kind === 'attachment') return <AttachmentLinks {...props} />;
  const value = application.data[field.id];
  const missing = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (missing) return <span className="soft">{t(field.required ? 'check.not_answered' : 'check.not_given')}</span>;
  if (field.kind === 'address') return <AddressText value={value} />;
  return <PlainAnswer field={field} value={value} />;
}

function PlainAnswer(props: { field: Field; value: unknown }): ReactNode {
  const { t, pick, language } = useI18n();
  const { field, value } = props;
  const labelOf = (one: unknown): string =>
    pick(field.options?.find((option) => option.value === one)?.label) || String(one);
  if (Array.isArray(value)) {
    return (
      // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
      <ul role="list">
        {value.map((one) => (
          <li key={String(one)}>{labelOf(one)}</li>
        ))}
      </ul>
    );
  }
  if (field.kind === 'choice') return labelOf(value);
  if (field.kind === 'yesNo') return t(value ? 'check.yes' : 'check.no');
  if (field.kind === 'date') return formatDate(String(value), language, 'long');
  if (field.kind === 'money') return formatMoney(Number(value), language);
  if (field.kind === 'integer') return formatNumber(Number(value), language);
  if (field.kind === 'thaiNationalId' || field.kind === 'juristicPersonNumber') return groupedNumber(String(value));
  return String(value);
}

/** A 13-digit number in the groups in which it is printed: 1-2345-67890-12-3. */
function groupedNumber(digits: string): string {
  return digits.replace(/^(\d)(\d{4})(\d{5})(\d{2})(\d)$/, '$1-$2-$3-$4-$5');
}

function AttachmentLinks(props: AnswerProps): ReactNode {
  const { t } = useI18n();
  const files = props.application.attachments.filter((file) => file.field === props.field.id);
  if (files.length === 0) {
    return <span className="soft">{t(props.field.required ? 'check.not_answered' : 'check.not_given')}</span>;
  }
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ul role="list">
      {files.map((file) => (
        <li key={file.id}>
          <a href={licensing.attachmentUrl(props.application.id, file.id)} target="_blank" rel="noreferrer">
            {file.name}
          </a>{' '}
          <span className="soft small">{formatBytes(file.size)}</span>
        </li>
      ))}
    </ul>
  );
}

function AddressText(props: { value: unknown }): ReactNode {
  const { t, language } = useI18n();
  const address = props.value as Readonly<Record<string, string | undefined>>;
  const { provinceCode = '', districtCode = '', subDistrictCode = '' } = address;
  const provinces = useQuery(queries.provinces());
  const districts = useQuery(queries.districts(provinceCode));
  const subDistricts = useQuery(queries.subDistricts(districtCode));
  const nameOf = (places: readonly Place[] | undefined, code: string): string =>
    places?.find((place) => place.code === code)?.name[language] ?? code;
  const capital = provinceCode === '10';
  return t(capital ? 'check.address_bangkok' : 'check.address', {
    line: address.line ?? '',
    subDistrict: nameOf(subDistricts.data, subDistrictCode),
    district: nameOf(districts.data, districtCode),
    province: nameOf(provinces.data, provinceCode),
    postalCode: address.postalCode ?? '',
  });
}
