import { type ReactNode, useMemo } from 'react';
import { useI18n } from '../i18n/index.ts';
import { Fold, FoldList, Later, laterPart, StatusTag } from '../ui/index.ts';
import { samplePdf } from './pdf-sample.ts';
import { sample } from './samples.ts';

const pdfCompare = laterPart(['report'], () => import('../ui/pdf-compare.tsx'), 'PdfCompare');

/** Things that open in place, and two versions of a document side by side. */
export function DocumentSamples(): ReactNode {
  const { language } = useI18n();
  const words = sample[language];
  const pdf = useMemo(() => samplePdf(), []);
  const change = { text: words.changedAmount, page: 1, removedPage: false, sides: ['signed', 'current'] as const };
  return (
    <div className="stack stretch">
      <FoldList label={words.statusTitle}>
        <Fold open head={<FoldHead tone="fails" word={words.changed} name={words.fileName} />}>
          {() => <p>{words.failSummary}</p>}
        </Fold>
        <Fold head={<FoldHead tone="holds" word={words.approved} name={words.service} />}>
          {() => <p>{words.summary}</p>}
        </Fold>
      </FoldList>
      <h3>{words.fileName}</h3>
      <Later
        part={pdfCompare}
        with={{
          ...pdf,
          signedLabel: words.versionSigned,
          currentLabel: words.versionNow,
          changes: [
            { ...change, key: 'amount', tone: 'fails', word: words.changed, rect: [55, 262, 330, 300] },
            { ...change, key: 'form', tone: 'holds', word: words.approved, text: words.changedForm },
          ],
        }}
      />
    </div>
  );
}

function FoldHead(props: { tone: 'holds' | 'fails'; word: string; name: string }): ReactNode {
  return (
    <>
      <StatusTag tone={props.tone}>{props.word}</StatusTag>
      <b>{props.name}</b>
    </>
  );
}
