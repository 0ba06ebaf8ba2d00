import { PkiError } from '@tra/pki';
import { type OptionTable, type ParsedArguments, readArguments } from '../arguments.ts';
import type { Command, CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { ceremony, ceremonyOptions } from './ceremony/command.ts';
import { CeremonyError } from './ceremony/errors.ts';
import { crl, crlOptions } from './crl.ts';
import { checkLines } from './describe-text.ts';
import { issue, issueOptions } from './issue.ts';
import { lint, lintOptions } from './lint.ts';
import { ocsp, ocspOptions } from './ocsp.ts';
import { request, requestOptions } from './request.ts';
import { revoke, revokeOptions } from './revoke.ts';
import { show } from './show.ts';
import { trustList, trustListOptions } from './trust-list.ts';
import { validate, validateOptions } from './validate-path.ts';

interface Verb {
  readonly options: OptionTable;
  readonly run: (given: ParsedArguments, context: CommandContext) => Promise<number>;
}

const verbs: Readonly<Record<string, Verb>> = {
  ceremony: { options: ceremonyOptions, run: ceremony },
  show: { options: {}, run: show },
  lint: { options: lintOptions, run: lint },
  validate: { options: validateOptions, run: validate },
  crl: { options: crlOptions, run: crl },
  ocsp: { options: ocspOptions, run: ocsp },
  request: { options: requestOptions, run: request },
  issue: { options: issueOptions, run: issue },
  revoke: { options: revokeOptions, run: revoke },
  'trust-list': { options: trustListOptions, run: trustList },
};

const shared = { out: { type: 'string' }, format: { type: 'string' } } as const;

/** `tra pki …`: certificates, revocation lists and roots from a terminal, without a server. */
export const pki: Command = async (argv, context) => {
  const verb = Object.hasOwn(verbs, argv[0] ?? '') ? verbs[argv[0] ?? ''] : undefined;
  if (!verb) throw new UsageError('cli.pki.verb_unknown', { params: { verb: argv[0] ?? '' } });
  const given = readArguments(argv, { ...shared, ...verb.options });
  try {
    return await verb.run(given, context);
  } catch (error) {
    if (error instanceof CeremonyError || error instanceof PkiError) return refuse(error, context);
    throw error;
  }
};

/** What is refused has failed: that is an answer, not a fault of this program. */
function refuse(error: CeremonyError | PkiError, context: CommandContext): number {
  const { terminal, messages, say } = context;
  const { code, params } = error;
  const findings = 'findings' in error ? checkLines(error.findings, context) : [];
  const reason =
    code === 'cli.ceremony.rule' ? say(`cli.ceremony.rule.${params.rule}`, params) : wordsOf(params.reason, context);
  const text = messages.has(code) ? say(code, { ...params, reason }) : error.message;
  terminal.stderr.write(`${[`✗ ${text}`, ...findings].join('\n')}\n`);
  return exitStatus.failed;
}

/** A short reason in words, when there are any. */
function wordsOf(reason: unknown, { messages, say }: CommandContext): string {
  const text = String(reason ?? '');
  const key = `cli.pki.reason.${text}`;
  if (messages.has(key)) return say(key);
  return messages.has(text) ? say(text) : text;
}
