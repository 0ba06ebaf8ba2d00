import type { ReactNode } from 'react';
import { useI18n } from '../i18n/index.ts';
import { Notice, StatusTag, type StatusTone, VerdictCard } from '../ui/index.ts';
import { sample } from './samples.ts';

const tones: readonly StatusTone[] = [
  'draft',
  'progress',
  'waiting',
  'done',
  'refused',
  'holds',
  'unknown',
  'fails',
  'neutral',
];

/** Notices, tags and verdicts. */
export function StatusSamples(): ReactNode {
  const { t, language } = useI18n();
  const words = sample[language];
  const check = { code: words.check, status: 'passed' as const, clause: 'ETSI EN 319 102-1 5.2.7' };
  return (
    <div className="stack stretch">
      <div className="row">
        {tones.map((tone) => (
          <StatusTag key={tone} tone={tone}>
            {tone}
          </StatusTag>
        ))}
      </div>
      <Notice title={words.service}>{words.emptyText}</Notice>
      <Notice tone="success" title={words.submitted} />
      <Notice tone="warning">{t('shell.offline')}</Notice>
      <Notice tone="danger" title={words.overdue}>
        {words.idError}
      </Notice>
      <VerdictCard
        level={3}
        verdict="passed"
        subject={words.fileName}
        summary={{ code: words.summary }}
        answers={[
          { question: 'unchanged', status: 'passed', code: words.unchanged, checks: [check, check] },
          { question: 'signer', status: 'passed', code: words.signer, checks: [check] },
          { question: 'time', status: 'passed', code: words.time, checks: [check] },
          { question: 'status', status: 'indeterminate', code: words.unknown, checks: [] },
        ]}
      />
      <VerdictCard
        level={3}
        verdict="failed"
        summary={{ code: words.failSummary }}
        answers={[{ question: 'unchanged', status: 'failed', code: words.changed, checks: [] }]}
      />
    </div>
  );
}
