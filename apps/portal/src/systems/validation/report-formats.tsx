import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ReportFormat, ValidationReport } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonHref } from '../../ui/button.tsx';
import { ActionFailure } from '../failure.tsx';
import { saveFile, stemOf } from '../save-file.ts';

export interface ReportFormatsProps {
  readonly report: ValidationReport;
  readonly name: string;
  /** Checks once more for a report that is not kept, and answers with it; absent when the document is not in this window. */
  readonly again?: (format: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** The report as a file, in every format that the server offers for it. */
export function ReportFormats({ report, name, again }: ReportFormatsProps): ReactNode {
  const offered = report.formats.filter(({ href }) => href !== undefined || again !== undefined);
  const make = useMutation({
    mutationFn: async (format: ReportFormat) => {
      const bytes = await again?.(format.format);
      if (bytes) saveFile(`${stemOf(name)}.${format.format}.${endingOf(format)}`, [bytes], format.mediaType);
    },
  });
  return (
    <div className="stack stack-tight stretch no-print">
      <ActionFailure problem={make.error} />
      {offered.length === 0 && (
        <div>
          <Button
            icon="download"
            onClick={() =>
              saveFile(`${stemOf(name)}.report.json`, [JSON.stringify(report, null, 2)], 'application/json')
            }
          >
            JSON
          </Button>
        </div>
      )}
      {offered.map((format) => (
        <FormatItem
          key={format.format}
          format={format}
          pending={make.isPending && make.variables === format}
          onMake={() => make.mutate(format)}
        />
      ))}
    </div>
  );
}

function FormatItem(props: { format: ReportFormat; pending: boolean; onMake: () => void }): ReactNode {
  const { tc, language } = useI18n();
  const { format, href } = props.format;
  const label = tc(`validate.format.${format}`, {}, format);
  return (
    <div>
      {href ? (
        <ButtonHref icon="download" href={`${href}&lang=${language}`} target="_blank" rel="noreferrer">
          {label}
        </ButtonHref>
      ) : (
        <Button icon="download" pending={props.pending} onClick={props.onMake}>
          {label}
        </Button>
      )}
    </div>
  );
}

/** `application/json; charset=utf-8` to `json`. */
function endingOf({ mediaType }: ReportFormat): string {
  return /^\w+\/(?:[\w.-]+\+)?(\w+)/.exec(mediaType)?.[1] ?? 'bin';
}
