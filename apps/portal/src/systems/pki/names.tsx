import type { ReactNode } from 'react';
import type { TextKey } from '../../i18n/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import type { CertificateStatus } from './api.ts';
import type { AlternativeName, NamePart } from './pki-file.ts';

/** Attributes of a subject in the order in which a person reads them. */
const attributes: readonly string[] = [
  'commonName',
  'givenName',
  'surname',
  'title',
  'serialNumber',
  'organization',
  'organizationIdentifier',
  'organizationalUnit',
  'locality',
  'stateOrProvince',
  'country',
];

/** The word for an attribute; its own name when there is none. */
export function useAttributeLabel(): (attribute: string) => string {
  const { tc } = useI18n();
  return (attribute) => tc(`pkipage.attribute.${attribute}`, {}, attribute);
}

/** What kind of certificate a profile gives, in words. */
export function useProfileLabel(): (profile: string | null) => string {
  const { tc } = useI18n();
  return (profile) => (profile ? tc(`pkipage.profile.${profile}`, {}, profile) : '');
}

/** A distinguished name, attribute by attribute. */
export function SubjectList(props: {
  parts: readonly NamePart[];
  names?: readonly AlternativeName[];
  title: string;
}): ReactNode {
  const label = useAttributeLabel();
  const { t } = useI18n();
  const place = (part: NamePart): number => attributes.indexOf(part.attribute);
  const sorted = [...props.parts].sort((left, right) => place(left) - place(right));
  const rows = sorted.map((part, index) => ({
    key: `${part.attribute}-${index}`,
    label: label(part.attribute),
    value: part.value,
  }));
  const names = props.names ?? [];
  if (names.length > 0) {
    rows.push({ key: 'names', label: t('pkipage.names'), value: names.map(textOfName).join('\n') });
  }
  return <SummaryList title={props.title} rows={rows} />;
}

/** An alternative name as people write it. */
export function textOfName(name: AlternativeName): string {
  return Object.values(name)[0] ?? '';
}

/** A subject from the API as parts. */
export function partsOf(subject: Readonly<Record<string, string>> | null): NamePart[] {
  return Object.entries(subject ?? {}).map(([attribute, value]) => ({ attribute, value }));
}

const tones: Readonly<Record<CertificateStatus | 'unknown', StatusTone>> = {
  valid: 'holds',
  suspended: 'unknown',
  revoked: 'fails',
  expired: 'fails',
  'not-yet-valid': 'unknown',
  unknown: 'unknown',
};

/** How a certificate stands, in a word. */
export function CertificateTag(props: { status: CertificateStatus }): ReactNode {
  const { t } = useI18n();
  const key: TextKey = `pkipage.standing.${props.status}`;
  return <StatusTag tone={tones[props.status]}>{t(key)}</StatusTag>;
}
