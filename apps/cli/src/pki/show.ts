import { utf8Decode } from '@tra/kernel';
import {
  checkCertificationRequest,
  describeCertificate,
  type OcspResponse,
  parseCertificate,
  parseCertificationRequest,
  parseCrl,
  parseOcspResponse,
  parsePem,
} from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { certificateText, crlText, requestText, type Say } from './describe-text.ts';
import { formatOf, readBytes } from './files.ts';

/** What a file holds, in words and as data. */
interface Shown {
  readonly kind: 'certificate' | 'request' | 'crl' | 'ocsp';
  text(say: Say): string;
  readonly data: unknown;
}

type Reader = (der: Uint8Array) => Shown;

const readers: Readonly<Record<Shown['kind'], Reader>> = {
  certificate: (der) => {
    const certificate = parseCertificate(der);
    return {
      kind: 'certificate',
      text: (say) => certificateText(certificate, say),
      data: describeCertificate(certificate),
    };
  },
  crl: (der) => {
    const crl = parseCrl(der);
    const { issuer, numberHex, thisUpdate, nextUpdate, size } = crl;
    const data = { issuer: issuer.text, numberHex, thisUpdate, nextUpdate, entries: size };
    return { kind: 'crl', text: (say) => crlText(crl, say), data };
  },
  request: (der) => {
    const request = parseCertificationRequest(der);
    const checks = checkCertificationRequest(request, { profile: 'subordinate-ca' });
    const possession = !checks.some(({ code }) => code === 'pki.csr_possession');
    const words = possession ? '  ✓ ' : '  ✗ ';
    const key = possession ? 'cli.pki.show.possession' : 'cli.pki.show.possession_failed';
    return {
      kind: 'request',
      text: (say) => `${requestText(request, say)}\n${words}${say(key)}`,
      data: { subject: request.subject.text, possession },
    };
  },
  ocsp: (der) => {
    const response = parseOcspResponse(der);
    return { kind: 'ocsp', text: (say) => ocspText(response, say), data: ocspData(response) };
  },
};

const labels: Readonly<Record<string, Shown['kind']>> = {
  CERTIFICATE: 'certificate',
  'TRUSTED CERTIFICATE': 'certificate',
  'X509 CRL': 'crl',
  'CERTIFICATE REQUEST': 'request',
  'NEW CERTIFICATE REQUEST': 'request',
  'OCSP RESPONSE': 'ocsp',
};

/** `tra pki show FILE…`: what certificates, requests, revocation lists and OCSP answers say. Nothing is verified. */
export async function show(given: ParsedArguments, { terminal, say }: CommandContext): Promise<number> {
  const [, ...files] = given.positionals;
  if (files.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const found: Shown[] = [];
  for (const file of files) found.push(...contentsOf(await readBytes(file), file));
  if (format === 'json') {
    const data = found.map(({ kind, data: facts }) => ({ kind, ...(facts as object) }));
    terminal.stdout.write(`${JSON.stringify(data.length === 1 ? data[0] : data, null, 2)}\n`);
  } else {
    const texts = found.map((one) => `${say(`cli.pki.show.${one.kind}`)}\n${one.text(say)}`);
    terminal.stdout.write(`${texts.join('\n\n')}\n`);
  }
  return exitStatus.passed;
}

function contentsOf(bytes: Uint8Array, file: string): readonly Shown[] {
  const found = bytes[0] === 0x30 ? [anyOf(bytes)] : fromPem(bytes);
  const shown = found.filter((one) => one !== undefined);
  if (shown.length === 0) throw new UsageError('cli.pki.file_unknown', { params: { file } });
  return shown;
}

function anyOf(der: Uint8Array): Shown | undefined {
  for (const read of Object.values(readers)) {
    try {
      return read(der);
    } catch {
      // Then it is of another kind.
    }
  }
  return undefined;
}

function fromPem(bytes: Uint8Array): readonly Shown[] {
  try {
    const text = utf8Decode(bytes);
    const names = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,64})-----/g)].map(([, label = '']) => label);
    return [...new Set(names)].flatMap((label) => {
      const kind = labels[label];
      return kind ? parsePem(text, label).map((der) => readers[kind](der)) : [];
    });
  } catch {
    return [];
  }
}

/** An OCSP answer as data. */
export function ocspData({ status, basic }: OcspResponse): unknown {
  const responses = basic?.responses.map((single) => ({
    serial: single.certId.serialHex,
    status: single.status,
    revokedAt: single.revokedAt,
    reason: single.reason,
    thisUpdate: single.thisUpdate,
    nextUpdate: single.nextUpdate,
  }));
  return { status, producedAt: basic?.producedAt, responses };
}

/** An OCSP answer in words. */
export function ocspText({ status, basic }: OcspResponse, say: Say): string {
  const singles = basic?.responses ?? [];
  return [
    `  ${say('cli.pki.show.status')}: ${status}`,
    ...singles.flatMap((single) => [
      `  ${say('cli.pki.show.serial')}: ${single.certId.serialHex}`,
      `    ${single.status}${single.revokedAt ? ` ${single.revokedAt.toISOString()} ${single.reason ?? ''}` : ''}`,
      `    ${say('cli.pki.show.this_update')}: ${single.thisUpdate.toISOString()}`,
      `    ${say('cli.pki.show.next_update')}: ${single.nextUpdate?.toISOString() ?? '–'}`,
    ]),
  ].join('\n');
}
