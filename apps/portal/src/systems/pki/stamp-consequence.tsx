import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Notice } from '../../ui/notice.tsx';

/** RFC 3161 section 4: only these reasons leave time-stamps from before the revocation as they are. */
const harmless: ReadonlySet<string> = new Set(['affiliationChanged', 'superseded', 'cessationOfOperation']);

/** What the reason of a revocation means for the time-stamps that the unit has made; nothing for other certificates. */
export function StampConsequence(props: { profile: string | null; reason: string | undefined }): ReactNode {
  const { t } = useI18n();
  const { profile, reason } = props;
  if (profile !== 'time-stamping' || !reason) return null;
  if (harmless.has(reason)) {
    return (
      <Notice tone="info" title={t('certaction.stamps.kept')}>
        {t('certaction.stamps.kept_text')}
      </Notice>
    );
  }
  return (
    <Notice tone="danger" title={t('certaction.stamps.void')}>
      {t('certaction.stamps.void_text')}
    </Notice>
  );
}
