import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { ActionFailure } from '../failure.tsx';
import type { Certificate } from './api.ts';

/** The certificate as a file, alone or with the chain that a server has to send along. */
export function CertificateDownloads(props: { certificate: Certificate }): ReactNode {
  const { t } = useI18n();
  const { pem, serial } = props.certificate;
  const chain = useMutation({
    mutationFn: async (own: string) => {
      const answer = await fetch('/pki/chain.pem');
      if (!answer.ok) throw new Error(`chain: ${answer.status}`);
      saveText(`${own.trim()}\n${await answer.text()}`, `${serial}-chain.pem`);
    },
  });
  if (!pem) return null;
  return (
    <section className="stack stretch no-print" aria-labelledby="downloads">
      <h2 id="downloads">{t('regist.downloads')}</h2>
      <p>{t('regist.downloads_text')}</p>
      <ActionFailure problem={chain.error} />
      <div className="row">
        <Button icon="download" onClick={() => saveText(pem, `${serial}.pem`)}>
          {t('regist.download_certificate')}
        </Button>
        <Button icon="download" pending={chain.isPending} onClick={() => chain.mutate(pem)}>
          {t('regist.download_chain')}
        </Button>
      </div>
    </section>
  );
}

function saveText(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
