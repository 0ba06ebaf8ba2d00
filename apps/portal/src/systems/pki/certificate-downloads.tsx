import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { ActionFailure } from '../failure.tsx';
import { saveFile } from '../save-file.ts';
import type { Certificate } from './api.ts';

/** The certificate as a file, alone or with the chain that a server has to send along. */
export function CertificateDownloads(props: { certificate: Certificate }): ReactNode {
  const { t } = useI18n();
  const { pem, serial } = props.certificate;
  const chain = useMutation({
    mutationFn: async (own: string) => {
      const answer = await fetch('/pki/chain.pem');
      if (!answer.ok) throw new Error(`chain: ${answer.status}`);
      saveFile(`${serial}-chain.pem`, [`${own.trim()}\n${await answer.text()}`], 'application/x-pem-file');
    },
  });
  if (!pem) return null;
  return (
    <section className="stack stretch no-print" aria-labelledby="downloads">
      <h2 id="downloads">{t('regist.downloads')}</h2>
      <p>{t('regist.downloads_text')}</p>
      <ActionFailure problem={chain.error} />
      <div className="row">
        <Button icon="download" onClick={() => saveFile(`${serial}.pem`, [pem], 'application/x-pem-file')}>
          {t('regist.download_certificate')}
        </Button>
        <Button icon="download" pending={chain.isPending} onClick={() => chain.mutate(pem)}>
          {t('regist.download_chain')}
        </Button>
      </div>
    </section>
  );
}
