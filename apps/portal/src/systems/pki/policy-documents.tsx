import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';

/** The documents by which certificates are issued here. */
export function Documents(): ReactNode {
  const { t } = useI18n();
  return (
    <section className="stack stretch" aria-labelledby="policies">
      <h2 id="policies">{t('repository.policies')}</h2>
      <p>{t('repository.policies_text')}</p>
      <p className="soft">{t('repository.policies_none')}</p>
    </section>
  );
}
