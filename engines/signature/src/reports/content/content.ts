import type { DiagnosticData } from '../../diagnostic/model.ts';
import type { DetailedReport } from '../../process/report.ts';
import type { ValidationReport } from '../../report.ts';
import { detailTree } from './detail-tree.ts';
import type { ReportAnswer, ReportContent, ReportHeading, ReportRow } from './model.ts';
import { chainOf, signatureContent } from './signature-content.ts';
import { type StructureSource, structureContent } from './structure-content.ts';
import { clean, type ReportLanguage, ReportWords } from './words.ts';

/** What a report in words is made of. Without the data behind it, it has no chain and no detailed part. */
export interface ReportSource {
  readonly report: ValidationReport;
  readonly detailed?: DetailedReport;
  readonly diagnostic?: DiagnosticData;
  /** What was said about structures, in codes of `systems/validation/messages`. */
  readonly structures?: readonly StructureSource[];
}

const headings: readonly ReportHeading[] = [
  ...(['document', 'answers', 'reasons', 'advice', 'signatures', 'chain', 'timestamps'] as const),
  ...(['attachments', 'structures', 'notChecked', 'licence', 'basis', 'details', 'annex', 'made'] as const),
];

/**
 * A report in words of one language: verdict, four answers with their reasons, authorities that are missing, what to do next, each signature with
 * its chain and time-stamps, files inside, by what was judged, and the tree of all checks. Keys are those of `systems/validation/messages`. Texts out
 * of documents come without control and formatting characters; whoever sets the content escapes it for its format.
 *
 * @example
 * const content = reportContent({ report, detailed, diagnostic }, { language: 'th', translate, has, formatTime });
 */
export function reportContent(
  { report, detailed, diagnostic, structures = [] }: ReportSource,
  language: ReportLanguage,
): ReportContent {
  const words = new ReportWords(language);
  const { advice, attachments, signatures, summary, verdict } = report;
  return {
    language: words.language,
    title: words.label('title'),
    headline: { ...words.statement(verdict, words.say(summary.code, summary.params)), word: words.verdict(verdict) },
    document: documentRows(report, words),
    answers: answersOf(report, words),
    advice: words.say(advice.code, advice.params),
    missing: missingAuthorities(report, diagnostic).map((issuer) =>
      words.say('validation.text.path_missing_issuer', { issuer }),
    ),
    signatures: signatures.map((signature) => signatureContent(signature, diagnostic, words)),
    attachments: attachments.map(({ mediaType, name, relationship, sha256, size }) => ({
      name: clean(name),
      rows: [
        ...words.row('size', words.say('validation.text.size', { size })),
        ...words.row('media_type', mediaType),
        ...words.row('relationship', relationship),
        ...words.exact('sha256', sha256),
      ],
    })),
    structures: structures.map((one) => structureContent(one, words)),
    licence: licenceRows(report, words),
    basis: [...basisRows({ report, ...(detailed ? { detailed } : {}) }, words), ...listRows(diagnostic, words)],
    details: detailed && diagnostic ? detailTree(detailed, diagnostic, words) : [],
    headings: Object.fromEntries(
      headings.map((name) => [name, words.label(`heading.${name}`)]),
    ) as ReportContent['headings'],
  };
}

function documentRows({ document }: ValidationReport, words: ReportWords): readonly ReportRow[] {
  return [
    { label: words.label('name'), value: clean(document.name ?? words.say('validation.text.unnamed')) },
    ...words.row('type', words.label(`document_type.${document.type}`)),
    ...words.row('size', words.say('validation.text.size', { size: document.size })),
    ...words.exact('sha256', document.sha256),
  ];
}

function answersOf({ answers }: ValidationReport, words: ReportWords): readonly ReportAnswer[] {
  return answers.map(({ checks, code, params, question, status }) => ({
    ...words.statement(status, words.say(code, params)),
    question: words.say(`validation.question.${question}`),
    reasons: checks.map((check) => words.check(check)),
  }));
}

/** Issuers whose certificate was not found, by name: from the chain, or from the check that ended there. */
function missingAuthorities(
  { signatures }: ValidationReport,
  diagnostic: DiagnosticData | undefined,
): readonly string[] {
  const missing = signatures.flatMap(({ checks, signer }) => {
    const untrusted = checks.find(({ code }) => code === 'signature.path_untrusted');
    const last = chainOf(signer?.certificateSha256, diagnostic).at(-1);
    if (!untrusted) return [];
    const issuer = last && !last.trusted ? last.issuer : untrusted.params?.issuer;
    return typeof issuer === 'string' ? [issuer] : [];
  });
  return [...new Set(missing)];
}

function licenceRows({ licence }: ValidationReport, words: ReportWords): readonly ReportRow[] {
  if (!licence) return [];
  return [
    ...words.row('licence_title', licence.serviceTitle[words.language]),
    ...words.row('licence_number', licence.number),
    ...words.row('licence_status', words.label(`licence.${licence.status}`)),
    ...words.row('valid', `${words.text(licence.validFrom)} – ${words.text(licence.validTo)}`),
  ];
}

function basisRows({ detailed, report }: ReportSource, words: ReportWords): readonly ReportRow[] {
  return [
    ...words.row('validated_at', report.validatedAt),
    ...words.row('policy', report.policy),
    ...words.row('process_policy', detailed?.policy.name),
    ...words.exact('policy_sha256', detailed?.policy.sha256),
    ...words.exact('diagnostic_sha256', detailed?.diagnosticDataSha256),
    ...words.row('standard', words.label('standards')),
  ];
}

/** The trusted lists that the verdict rests on: which issue, and its hash. */
function listRows(diagnostic: DiagnosticData | undefined, words: ReportWords): readonly ReportRow[] {
  return (diagnostic?.trustedLists ?? []).flatMap(({ countryCode, issued, sequenceNumber, sha256 }) => [
    ...words.row(
      'trusted_list',
      words.label('list_issue', {
        territory: countryCode ?? '-',
        sequence: sequenceNumber ?? '-',
        issued: issued ?? '-',
      }),
    ),
    ...words.exact('list_sha256', sha256),
  ]);
}
