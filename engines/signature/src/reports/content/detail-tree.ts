import type { DiagnosticData } from '../../diagnostic/model.ts';
import type { TokenId } from '../../diagnostic/token.ts';
import type {
  BlockReport,
  CheckReport,
  CheckStatus,
  Conclusion,
  DetailedReport,
  FinalIndication,
  ProcessIndication,
  ProcessMessage,
} from '../../process/report.ts';
import type { ReportMark, ReportNode, ReportRow, ReportStatement } from './model.ts';
import { clean, type ReportWords } from './words.ts';

const checkMarks: Readonly<Record<CheckStatus, ReportMark>> = {
  OK: 'passed',
  'NOT OK': 'failed',
  WARN: 'note',
  INFO: 'note',
  IGNORED: 'note',
};

const indicationMarks: Readonly<Record<FinalIndication | ProcessIndication, ReportMark>> = {
  TOTAL_PASSED: 'passed',
  PASSED: 'passed',
  TOTAL_FAILED: 'failed',
  FAILED: 'failed',
  INDETERMINATE: 'indeterminate',
};

/** The detailed report as a tree in words: signatures first, then time-stamps, evidence records, revocations and trusted lists. */
export function detailTree(
  detailed: DetailedReport,
  diagnostic: DiagnosticData,
  words: ReportWords,
): readonly ReportNode[] {
  return new DetailTree(detailed, diagnostic, words).nodes();
}

class DetailTree {
  readonly #detailed: DetailedReport;
  readonly #words: ReportWords;
  readonly #names: ReadonlyMap<TokenId, string>;

  constructor(detailed: DetailedReport, diagnostic: DiagnosticData, words: ReportWords) {
    this.#detailed = detailed;
    this.#words = words;
    this.#names = namesOf(diagnostic, words);
  }

  nodes(): readonly ReportNode[] {
    const { evidenceRecords, signatures, timestamps, tokens, trustedLists } = this.#detailed;
    return [
      ...signatures.map((entry) => {
        const rows = this.#words.row('best_time', entry.bestSignatureTime.time);
        return this.#token(entry, [...this.#basic(entry.token), entry.basic, entry.longTerm, entry.archive], rows);
      }),
      ...timestamps.map((entry) => this.#token(entry, [...this.#basic(entry.token), entry.basic, entry.archive])),
      ...evidenceRecords.map((entry) => this.#token(entry, [entry.validation])),
      ...tokens
        .filter(({ context }) => context === 'revocation')
        .map(({ token, blocks, conclusion }) => this.#token({ token, ...conclusion }, blocks)),
      ...trustedLists.map((block) => this.#block(block)),
    ];
  }

  #basic(token: TokenId): readonly BlockReport[] {
    return this.#detailed.tokens.find((entry) => entry.token === token)?.blocks ?? [];
  }

  #token(
    { token, indication, subIndication }: { token: TokenId; indication: FinalIndication; subIndication?: string },
    blocks: readonly BlockReport[],
    rows: readonly ReportRow[] = [],
  ): ReportNode {
    const result = resultOf(indication, subIndication);
    return {
      statement: this.#words.statement(indicationMarks[indication], `${this.#name(token)}: ${result}`),
      rows,
      checks: [],
      nodes: blocks.map((block) => this.#block(block)),
    };
  }

  #block({ block, blocks = [], checks, chosen, clause, conclusion, time, token }: BlockReport): ReportNode {
    const { indication, subIndication } = conclusion;
    const about = token === undefined || block !== 'certificate' ? '' : ` – ${this.#name(token)}`;
    // The name of a list says what it is.
    const name = block === 'trusted-list' && token ? this.#name(token) : this.#words.label(`block.${block}`);
    const title = `${name}${about}: ${resultOf(indication, subIndication)}`;
    const source = /^\d/.test(clause) ? `EN 319 102-1 ${clause}` : clause;
    return {
      statement: this.#words.statement(indicationMarks[indication], title, source),
      rows: [
        ...this.#words.row('time', time),
        ...(chosen === undefined ? [] : this.#words.row('chosen', this.#name(chosen))),
      ],
      checks: [...checks.map((check) => this.#check(check)), ...this.#messages(conclusion, checks)],
      nodes: blocks.map((inner) => this.#block(inner)),
    };
  }

  #check({ code, params, status, token }: CheckReport): ReportStatement {
    const holds = status === 'OK' || status === 'IGNORED';
    const text = this.#words.say(holds ? code : `${code}.failed`, params);
    const about = token === undefined ? '' : ` (${this.#name(token)})`;
    const statement = this.#words.statement(checkMarks[status], `${text}${about}`, code);
    return status === 'OK' || status === 'NOT OK'
      ? statement
      : { ...statement, word: this.#words.label(`check.${status.toLowerCase()}`) };
  }

  /** What the conclusion says beyond the checks: reasons that came from blocks inside. */
  #messages({ errors }: Conclusion, checks: readonly CheckReport[]): readonly ReportStatement[] {
    const said = new Set(checks.map(({ code }) => `${code}.failed`));
    return errors
      .filter(({ code }) => !said.has(code))
      .map(({ code, params }: ProcessMessage) =>
        this.#words.statement('note', `${this.#words.label('because')} ${this.#words.say(code, params)}`, code),
      );
  }

  #name(token: TokenId): string {
    return this.#names.get(token) ?? clean(token).slice(0, 80);
  }
}

function resultOf(indication: string, subIndication: string | undefined): string {
  return subIndication === undefined ? indication : `${indication} / ${subIndication}`;
}

/** Tokens by a name that a person knows: the subject of a certificate, the time of a time-stamp. */
function namesOf(data: DiagnosticData, words: ReportWords): ReadonlyMap<TokenId, string> {
  const subjects = new Map(data.certificates.map(({ id, subject }) => [id, clean(subject)]));
  const names = new Map(subjects);
  const signer = (token: { readonly signingCertificate?: { readonly certificate?: TokenId } }): string =>
    subjects.get(token.signingCertificate?.certificate ?? '') ?? words.label('unknown_signer');
  for (const [index, signature] of data.signatures.entries())
    names.set(signature.id, words.label('token.signature', { number: index + 1, signer: signer(signature) }));
  for (const timestamp of data.timestamps)
    names.set(
      timestamp.id,
      words.label('token.timestamp', { time: timestamp.productionTime, signer: signer(timestamp) }),
    );
  for (const record of data.evidenceRecords)
    names.set(record.id, words.label('token.evidence_record', { type: record.type }));
  for (const { id, type, thisUpdate, ...token } of data.revocations)
    names.set(id, words.label('token.revocation', { type, time: thisUpdate ?? '-', signer: signer(token) }));
  for (const { id, countryCode, sequenceNumber } of data.trustedLists)
    names.set(
      id,
      words.label('token.trusted_list', { territory: countryCode ?? '-', sequence: sequenceNumber ?? '-' }),
    );
  return names;
}
