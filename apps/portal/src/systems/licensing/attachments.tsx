import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type Application, type AttachmentInfo, licensing, type PublicService } from '../../api/index.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonHref } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { PdfPreview } from '../../ui/pdf-preview.tsx';
import { Failure } from '../failure.tsx';

/** The files of an application, each to be looked at without leaving the page. */
export function Attachments(props: { application: Application; service: PublicService }): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState<string>();
  const { application, service } = props;
  return (
    <section className="stack stretch" aria-labelledby="attachments">
      <h2 id="attachments">{t('officer.attachments')}</h2>
      {application.attachments.length === 0 && <p className="soft">{t('officer.no_attachments')}</p>}
      {application.attachments.map((file) => (
        <Attachment
          key={file.id}
          file={file}
          application={application}
          service={service}
          open={open === file.id}
          onToggle={() => setOpen(open === file.id ? undefined : file.id)}
        />
      ))}
    </section>
  );
}

interface AttachmentProps {
  readonly file: AttachmentInfo;
  readonly application: Application;
  readonly service: PublicService;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Attachment(props: AttachmentProps): ReactNode {
  const { t, pick } = useI18n();
  const { file, application, service, open } = props;
  const field = service.form.steps.flatMap((step) => step.fields).find((one) => one.id === file.field);
  const href = licensing.attachmentUrl(application.id, file.id);
  return (
    <article className="card stack stack-tight stretch" aria-label={file.name}>
      <h3>{pick(field?.label) || file.field}</h3>
      <p>
        {file.name} <span className="soft small">{formatBytes(file.size)}</span>
      </p>
      <div className="row">
        <Button aria-expanded={open} onClick={props.onToggle}>
          {t(open ? 'officer.close_attachment' : 'officer.open_attachment')}
          <span className="visually-hidden"> {file.name}</span>
        </Button>
        {file.mediaType !== 'application/pdf' && (
          <ButtonHref tone="quiet" icon="download" href={href} download={file.name}>
            {t('officer.download_attachment')}
            <span className="visually-hidden"> {file.name}</span>
          </ButtonHref>
        )}
      </div>
      {open && <Preview file={file} applicationId={application.id} href={href} />}
      <Disclosure label={t('officer.file_evidence')} context={file.name}>
        <p className="small soft mono">SHA-256 {file.sha256}</p>
      </Disclosure>
    </article>
  );
}

function Preview(props: { file: AttachmentInfo; applicationId: string; href: string }): ReactNode {
  const { t } = useI18n();
  const { file, applicationId, href } = props;
  const isPdf = file.mediaType === 'application/pdf';
  const bytes = useQuery({
    queryKey: ['attachments', applicationId, file.id],
    queryFn: ({ signal }) => licensing.attachment(applicationId, file.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isPdf,
  });
  if (!isPdf) return <img src={href} alt={t('officer.preview_of', { name: file.name })} />;
  if (bytes.error) return <Failure problem={bytes.error} retry={() => void bytes.refetch()} />;
  return (
    <PdfPreview
      bytes={bytes.data}
      title={t('officer.preview_of', { name: file.name })}
      downloadHref={href}
      fileName={file.name}
    />
  );
}
