import type { ErrorParams, Json } from '@tra/kernel';
import {
  type Certificate,
  type CertificationRequest,
  type Check,
  type Crl,
  describeCertificate,
  type NameDescription,
  publicKeyHash,
  readPublicKey,
  requestedNames,
} from '@tra/pki';
import { localizeParams } from '@tra/system-validation';
import type { CommandContext } from '../commands.ts';

/** Words and times for people, in the language of the terminal. */
export type Say = CommandContext['say'];

/** A hash in groups that can be read aloud and compared: four digits, four groups to a line. */
export function inGroups(hex: string, indent: string = ''): string {
  const groups = hex.toUpperCase().match(/.{1,4}/g) ?? [];
  const lines: string[] = [];
  for (let index = 0; index < groups.length; index += 4)
    lines.push(`${indent}${groups.slice(index, index + 4).join(' ')}`);
  return lines.join('\n');
}

/** Text out of a file without characters that steer a terminal or turn the reading direction. */
export function safeText(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function line(label: string, value: string): string {
  return `  ${label}: ${safeText(value)}`;
}

/** Plain data on as few lines as it needs. */
function dataLines(value: Json, indent: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => dataLines(item, indent));
  if (value === null || typeof value !== 'object') return [`${indent}${safeText(String(value))}`];
  return Object.entries(value).flatMap(([name, item]: [string, Json]) =>
    item !== null && typeof item === 'object'
      ? [`${indent}${name}:`, ...dataLines(item, `${indent}  `)]
      : [`${indent}${name}: ${safeText(String(item))}`],
  );
}

function nameOf({ text }: NameDescription): string {
  return text || '–';
}

/** A certificate in words: names, validity, key, every extension, fingerprint in groups. */
export function certificateText(
  certificate: Certificate,
  say: Say,
  options: { readonly signed?: boolean } = {},
): string {
  const { signed = true } = options;
  const facts = describeCertificate(certificate);
  const { type, bits, curve, sha256 } = facts.publicKey;
  const extensions = facts.extensions.flatMap(({ oid, name = oid, critical, state, value, hex }) => [
    `    ${name}${critical ? ` (${say('cli.pki.show.critical')})` : ''}`,
    ...(state === 'decoded' && value !== undefined ? dataLines(value, '      ') : [`      ${state} ${hex}`]),
  ]);
  return [
    line(say('cli.pki.show.subject'), nameOf(facts.subject)),
    line(say('cli.pki.show.issuer'), nameOf(facts.issuer)),
    line(say('cli.pki.show.serial'), facts.serialHex),
    line(say('cli.pki.show.valid'), `${facts.notBefore} – ${facts.notAfter}`),
    line(say('cli.pki.show.key'), [type, curve ?? bits].filter(Boolean).join(' ')),
    line(say('cli.pki.show.key_hash'), sha256),
    line(say('cli.pki.show.signature'), facts.signatureAlgorithm.name ?? facts.signatureAlgorithm.oid),
    `  ${say('cli.pki.show.extensions')}:`,
    ...extensions,
    ...(signed ? [`  ${say('cli.pki.show.fingerprint')}:`, inGroups(facts.fingerprints.sha256, '    ')] : []),
  ].join('\n');
}

/** A certification request in words. */
export function requestText(request: CertificationRequest, say: Say): string {
  const names = requestedNames(request).map((name) => Object.entries(name).flat().join(':'));
  return [
    line(say('cli.pki.show.subject'), request.subject.text || '–'),
    line(say('cli.pki.show.key'), keyText(request.publicKey)),
    line(say('cli.pki.show.key_hash'), publicKeyHash(request.publicKey)),
    ...(names.length > 0 ? [line(say('cli.pki.show.names'), names.join(', '))] : []),
  ].join('\n');
}

function keyText(publicKey: Uint8Array): string {
  try {
    const { asymmetricKeyType = 'unknown', asymmetricKeyDetails: details = {} } = readPublicKey(publicKey);
    return [asymmetricKeyType, details.namedCurve ?? details.modulusLength].filter(Boolean).join(' ');
  } catch {
    return 'unknown';
  }
}

const shownEntries = 20;

/** A revocation list in words, with its first entries. */
export function crlText(crl: Crl, say: Say): string {
  const { issuer, numberHex, thisUpdate, nextUpdate, size, deltaBaseHex, issuingDistributionPoint, unknownCritical } =
    crl;
  const entries: string[] = [];
  for (const { serialHex, date, reason = 'unspecified' } of crl.entries()) {
    if (entries.length >= shownEntries) break;
    entries.push(`    ${serialHex}  ${date.toISOString()}  ${reason}`);
  }
  const hidden = size - entries.length;
  return [
    line(say('cli.pki.show.issuer'), issuer.text),
    line(say('cli.pki.show.crl_number'), numberHex === undefined ? '–' : BigInt(`0x${numberHex}`).toString()),
    ...(deltaBaseHex === undefined ? [] : [line(say('cli.pki.show.crl_base'), BigInt(`0x${deltaBaseHex}`).toString())]),
    ...(issuingDistributionPoint ? [line(say('cli.pki.show.crl_scope'), say('cli.pki.show.crl_partial'))] : []),
    line(say('cli.pki.show.this_update'), thisUpdate.toISOString()),
    line(say('cli.pki.show.next_update'), nextUpdate?.toISOString() ?? '–'),
    ...(unknownCritical.length > 0 ? [line(say('cli.pki.show.unknown_critical'), unknownCritical.join(', '))] : []),
    line(say('cli.pki.show.entries'), String(size)),
    ...entries,
    ...(hidden > 0 ? [`    ${say('cli.pki.show.more', { count: hidden })}`] : []),
  ].join('\n');
}

const marks = { passed: '✓', failed: '✗', indeterminate: '?' } as const;

/** Checks with their words and clauses, one to a line. */
export function checkLines(
  checks: readonly Check[],
  context: CommandContext,
  indent: string = '  ',
): readonly string[] {
  const { messages, language } = context;
  return checks.map(({ code, status, clause, params = {} }) => {
    const shown: ErrorParams = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? safeText(value) : value]),
    );
    const words = messages.has(code) ? messages.translate(code, language, localizeParams(shown, language)) : code;
    return `${indent}${marks[status]} ${words} [${clause === undefined ? code : `${code}, ${clause}`}]`;
  });
}
