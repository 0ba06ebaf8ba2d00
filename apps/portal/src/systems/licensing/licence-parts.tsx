import type { ReactNode } from 'react';
import type { LicenceState, LocalizedText, PublicLicence } from '../../api/index.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusTag, toneOfLicence } from '../../ui/status-tag.tsx';

/** Whether a licence holds, in a word. */
export function LicenceTag(props: { status: LicenceState }): ReactNode {
  const { t } = useI18n();
  return <StatusTag tone={toneOfLicence(props.status)}>{t(`licence.state.${props.status}`)}</StatusTag>;
}

/** The holder, whether the register has one name or one in each language. */
export function useHolder(): (holder: string | LocalizedText) => string {
  const { pick } = useI18n();
  return (holder) => (typeof holder === 'string' ? holder : pick(holder));
}

/** The days on which a licence holds. */
export function useValidity(): (licence: Pick<PublicLicence, 'validFrom' | 'validTo'>) => string {
  const { t, language } = useI18n();
  return (licence) =>
    t('licence.valid_between', {
      from: formatDate(licence.validFrom, language, 'long'),
      to: formatDate(licence.validTo, language, 'long'),
    });
}

/** Why a licence does not hold; nothing while it does. */
export function LicenceTrouble(props: {
  licence: Pick<PublicLicence, 'status' | 'statusSince' | 'statusReason' | 'validTo'>;
}): ReactNode {
  const { t, language } = useI18n();
  const { status, statusSince, statusReason, validTo } = props.licence;
  if (status === 'active') return null;
  const when =
    status === 'expired' ? formatDate(validTo, language, 'long') : formatDateTime(statusSince, language, 'long');
  return (
    <Notice
      tone={status === 'suspended' || status === 'superseded' ? 'warning' : 'danger'}
      title={t(`licence.state.${status}`)}
    >
      <p>{t(`licence.explain.${status}`, { when })}</p>
      {statusReason && <p>{t('request.reason_is', { reason: statusReason })}</p>}
    </Notice>
  );
}
