import { buildCertificationRequest, type NameAttributes, publicKeyHash, toPem } from '@tra/pki';
import type { CreateKeyOptions, KeyPurpose } from '@tra/platform-keys';
import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { inGroups } from './describe-text.ts';
import { writeNew } from './durable.ts';
import { keyOptions, needed, withKeys } from './key-options.ts';
import { alternativeNamesOf } from './names.ts';

/** Options of `tra pki request`. */
export const requestOptions: OptionTable = {
  ...keyOptions,
  subject: { type: 'string', multiple: true },
  name: { type: 'string', multiple: true },
  algorithm: { type: 'string' },
  purpose: { type: 'string' },
  ca: { type: 'boolean' },
};

const algorithms = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'ed25519',
] as const;
const purposes: readonly KeyPurpose[] = [
  'issuing-ca',
  'time-stamping',
  'document-signing',
  'ocsp-signing',
  'trust-list',
];
const attributes: readonly (keyof NameAttributes)[] = [
  'country',
  'stateOrProvince',
  'locality',
  'organization',
  'organizationalUnit',
  'organizationIdentifier',
  'title',
  'surname',
  'givenName',
  'serialNumber',
  'commonName',
];

function choice<T extends string>(value: string, choices: readonly T[], option: string): T {
  const found = choices.find((one) => one === value);
  if (found) return found;
  throw new UsageError('cli.pki.value_invalid', { params: { option, value } });
}

/** Attributes such as `commonName=…`. */
function subjectOf(given: ParsedArguments): NameAttributes {
  const pairs = given.list('subject').map((text): [string, string] => {
    const at = text.indexOf('=');
    return [choice(text.slice(0, Math.max(at, 0)), attributes, '--subject'), text.slice(at + 1)];
  });
  if (pairs.length === 0) throw new UsageError('cli.option_missing', { params: { option: '--subject commonName=…' } });
  return Object.fromEntries(pairs);
}

/** `tra pki request`: a certification request for a key of a local store; the key is made when there is none of that label. */
export async function request(given: ParsedArguments, context: CommandContext): Promise<number> {
  const label = needed(given, 'key', 'LABEL');
  const out = needed(given, 'out', 'FILE');
  const ca = given.flag('ca');
  const subject = subjectOf(given);
  const names = alternativeNamesOf(given.list('name'));
  const algorithm = choice(given.text('algorithm') ?? 'ecdsa-p256-sha256', algorithms, '--algorithm');
  const purpose = choice(given.text('purpose') ?? (ca ? 'issuing-ca' : 'document-signing'), purposes, '--purpose');
  const options: CreateKeyOptions = { algorithm, purpose };
  const made = await withKeys(given, context, async (keys) => {
    const signer = (await keys.find(label)) ? await keys.get(label, purpose) : await keys.create(label, options);
    const more = names.length > 0 ? { alternativeNames: names } : {};
    return { der: await buildCertificationRequest({ subject, signer, ca, ...more }), publicKey: signer.publicKey };
  });
  await writeNew(out, Buffer.from(toPem('CERTIFICATE REQUEST', made.der)));
  const { terminal, say } = context;
  terminal.stdout.write(`${say('cli.pki.request_made', { file: out })}\n`);
  terminal.stdout.write(`${say('cli.pki.show.key_hash')}:\n${inGroups(publicKeyHash(made.publicKey), '    ')}\n`);
  return exitStatus.passed;
}
