import { type CertificateProfile, lintCertificate, PROFILES } from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkLines } from './describe-text.ts';
import { formatOf, readAll, readOne } from './files.ts';

/** Options of `tra pki lint`. */
export const lintOptions = { profile: { type: 'string' }, issuer: { type: 'string' } } as const;

/** The profile that was named, or undefined. */
export function profileNamed(name: string | undefined): CertificateProfile | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(PROFILES, name)) return name as CertificateProfile;
  throw new UsageError('cli.pki.value_invalid', { params: { option: '--profile', value: name } });
}

/** `tra pki lint CERT…`: every rule of form that a certificate breaks. Faults make it fail, advice does not. */
export async function lint(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...files] = given.positionals;
  if (files.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const profile = profileNamed(given.text('profile'));
  const issuerFile = given.text('issuer');
  const issuer = issuerFile ? { issuer: await readOne(issuerFile, 'CERTIFICATE') } : {};
  const results = [];
  for (const file of files) {
    for (const der of await readAll(file, 'CERTIFICATE')) {
      results.push({ file, findings: lintCertificate(der, profile, issuer) });
    }
  }
  const { terminal, say } = context;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  } else {
    const lines = results.flatMap(({ file, findings }) => [
      file,
      ...(findings.length === 0 ? [`  ✓ ${say('cli.pki.lint.clean')}`] : checkLines(findings, context)),
    ]);
    terminal.stdout.write(`${lines.join('\n')}\n`);
  }
  const failed = results.some(({ findings }) => findings.some(({ status }) => status === 'failed'));
  return failed ? exitStatus.failed : exitStatus.passed;
}
