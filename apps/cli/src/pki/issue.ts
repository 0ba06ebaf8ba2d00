import { toBase64 } from '@tra/kernel';
import {
  CertificateRefused,
  type CertificateRequest,
  checkCertificationRequest,
  PkiError,
  parseCertificate,
  parseCertificationRequest,
  prepareCertificate,
  toPem,
} from '@tra/pki';
import { systemClock, systemRandom } from '@tra/platform-system';
import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { sha256Hex } from './ceremony/script.ts';
import { certificateText } from './describe-text.ts';
import { openChain, writeNew } from './durable.ts';
import { readOne } from './files.ts';
import { keyOptions, needed, numberOf, withKeys } from './key-options.ts';
import { profileNamed } from './lint.ts';
import { withLock } from './lock.ts';
import { alternativeNamesOf } from './names.ts';

/** Options of `tra pki issue`. */
export const issueOptions: OptionTable = {
  ...keyOptions,
  profile: { type: 'string' },
  csr: { type: 'string' },
  issuer: { type: 'string' },
  days: { type: 'string' },
  name: { type: 'string', multiple: true },
  policy: { type: 'string', multiple: true },
  'crl-url': { type: 'string', multiple: true },
  'issuer-url': { type: 'string', multiple: true },
  'ocsp-url': { type: 'string', multiple: true },
  register: { type: 'string' },
};

type Plan = Omit<CertificateRequest, 'signer'>;

/**
 * `tra pki issue`: a certificate by a local issuing CA. It stands in the register, on disk, before it is signed, and again with its
 * signature before it is written. A root's key is not used here: that is what ceremonies are for.
 */
export async function issue(given: ParsedArguments, context: CommandContext): Promise<number> {
  const label = needed(given, 'key', 'LABEL');
  const out = needed(given, 'out', 'FILE');
  const register = needed(given, 'register', 'FILE');
  const plan = await planOf(given);
  const der = await withKeys(given, context, async (keys) => {
    const signer = await keys.get(label, 'issuing-ca');
    const prepared = prepareCertificate({ ...plan, signer });
    const { serialHex, subject, notBefore, notAfter, tbs } = prepared;
    return await withLock(register, async () => {
      const chain = await openChain(register, () => systemClock.now());
      const known = chain.records.some(({ data }) => data.serial === serialHex);
      if (known) throw new PkiError('pki.request_invalid', { params: { reason: 'serial' } });
      const times = { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
      const facts = { profile: plan.profile, serial: serialHex, subject, ...times, tbs: toBase64(tbs) };
      await chain.append('prepared', facts);
      const signed = await prepared.sign(signer);
      await chain.append('issued', { serial: serialHex, der: toBase64(signed), sha256: sha256Hex(signed) });
      return signed;
    });
  });
  await writeNew(out, Buffer.from(toPem('CERTIFICATE', der)));
  context.terminal.stdout.write(`${certificateText(parseCertificate(der), context.say)}\n`);
  return exitStatus.passed;
}

async function planOf(given: ParsedArguments): Promise<Plan> {
  const profile = profileNamed(needed(given, 'profile', 'PROFILE'));
  const issuer = await readOne(needed(given, 'issuer', 'CERT'), 'CERTIFICATE');
  if (!profile || profile === 'root' || parseCertificate(issuer).isSelfIssued) {
    throw new UsageError('cli.pki.root_by_ceremony');
  }
  const request = parseCertificationRequest(await readOne(needed(given, 'csr', 'FILE'), 'CERTIFICATE REQUEST'));
  const authorityKeys = [parseCertificate(issuer).publicKey];
  const checks = checkCertificationRequest(request, { profile, authorityKeys });
  const faults = checks.filter(({ status }) => status === 'failed');
  if (faults.length > 0) throw new CertificateRefused(faults);
  const notBefore = new Date(Math.floor(systemClock.now().getTime() / 1000) * 1000);
  const days = numberOf(given, 'days', 40 * 366) ?? 365;
  // What nobody named is not certified: names come from the command line, never from the request alone.
  const names = alternativeNamesOf(given.list('name'));
  const policies = given.list('policy');
  return {
    profile,
    subject: request.subject.der,
    publicKey: request.publicKey,
    issuer,
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * 86_400_000),
    random: systemRandom,
    crlUrls: given.list('crl-url'),
    issuerUrls: given.list('issuer-url'),
    ocspUrls: given.list('ocsp-url'),
    ...(names.length > 0 ? { alternativeNames: names } : {}),
    ...(policies.length > 0 ? { policies } : {}),
  };
}
