import type { Verdict } from '@tra/kernel';
import type { TokenReport } from '@tra/timestamp';
import type { CommandContext } from '../commands.ts';
import { checkLines, safeText } from '../pki/describe-text.ts';
import { infoData, infoLines } from './describe.ts';

/** A file, where its token was, and what became of them. */
export interface Verified {
  readonly file: string;
  readonly token: string;
  readonly report: TokenReport;
}

/** Prints verdicts with every reason. */
export function printVerdicts(
  results: readonly Verified[],
  { format, trusted }: { readonly format: 'text' | 'json'; readonly trusted: boolean },
  context: CommandContext,
): void {
  const { terminal, say } = context;
  if (format === 'json') {
    const data = results.map(dataOf);
    terminal.stdout.write(`${JSON.stringify(data.length === 1 ? data[0] : data, null, 2)}\n`);
    return;
  }
  const texts = results.map((result) => textOf(result, context));
  if (!trusted) texts.push(say('cli.timestamp.no_trust'));
  terminal.stdout.write(`${texts.join('\n\n')}\n`);
}

function textOf({ file, token, report }: Verified, context: CommandContext): string {
  const { say } = context;
  const { verdict, info, certificate, checks } = report;
  const of = (status: Verdict): readonly string[] =>
    checkLines(
      checks.filter((check) => check.status === status),
      context,
    );
  return [
    `${safeText(file)}: ${say(`cli.timestamp.verdict.${verdict}`)}`,
    // The reason stands below the verdict: nobody looks for it among twenty things that are right.
    ...of('failed'),
    ...of('indeterminate'),
    `  ${say('cli.timestamp.show.token')}: ${safeText(token)}`,
    ...(info ? infoLines(info, context) : []),
    ...(certificate ? [`  ${say('cli.timestamp.show.authority')}: ${safeText(certificate.subject.text)}`] : []),
    ...of('passed'),
  ].join('\n');
}

function dataOf({ file, token, report }: Verified): unknown {
  const { verdict, code, params, checks, info, certificate, path } = report;
  return {
    ...{ file, tokenFile: token, verdict, code, params },
    token: info && infoData(info),
    authority: certificate && {
      subject: certificate.subject.text,
      serial: certificate.serialHex,
      path: path?.path.map(({ subject }) => subject.text),
    },
    checks,
  };
}
