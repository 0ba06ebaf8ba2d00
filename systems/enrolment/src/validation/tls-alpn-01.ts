import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { readDer, readOctetString } from '@tra/asn1';
import { equalBytes } from '@tra/kernel';
import { type Certificate, parseCertificate } from '@tra/pki';
import { AcmeError } from '../acme/problem.ts';
import type { Enrolment } from '../context.ts';
import { identifiersOf } from '../request-names.ts';
import { connectionProblem } from './connection-problem.ts';
import { type Proof, wrongAnswer } from './prove.ts';

const PROTOCOL = 'acme-tls/1';
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';

/** tls-alpn-01 (RFC 8737): the host shows a certificate of its own with the digest of the key authorization in it. */
export async function proveByTls({ context }: Enrolment, { name, digest }: Proof): Promise<void> {
  const { config, outbound } = context;
  const address = await outbound.addressOf(name).catch((error: unknown) => {
    throw connectionProblem(error);
  });
  const der = await certificateShown({ name, address, port: config.acmeTlsPort });
  const certificate = read(der, name);
  const { names, otherNames } = identifiersOf(certificate.subjectAltNames);
  const named = !otherNames && names.length === 1 && names[0]?.value === name;
  const extension = certificate.extensions.get(ACME_IDENTIFIER);
  if (!named || !extension?.critical) throw wrongAnswer('enrolment.tls_certificate', { name });
  if (!equalBytes(readOctetString(readDer(extension.value)), digest))
    throw wrongAnswer('enrolment.tls_digest', { name });
}

function read(der: Uint8Array, name: string): Certificate {
  try {
    return parseCertificate(der);
  } catch {
    throw wrongAnswer('enrolment.tls_certificate', { name });
  }
}

/** The name in the other side's view: an address is asked for by its name in the reverse tree (RFC 8738 section 6). */
function serverName(name: string): string {
  if (isIP(name) === 0) return name;
  if (isIP(name) === 4) return `${name.split('.').reverse().join('.')}.in-addr.arpa`;
  return `${expand(name).split('').reverse().join('.')}.ip6.arpa`;
}

function expand(address: string): string {
  const [before = '', after] = address.split('::');
  const head = before.split(':').filter((part) => part !== '');
  const tail = (after ?? '').split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((part) => part.padStart(4, '0')).join('');
}

async function certificateShown({
  name,
  address,
  port,
}: {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}): Promise<Uint8Array> {
  return await new Promise((resolve, reject) => {
    const fail = (code: string): void => {
      socket.destroy();
      reject(
        new AcmeError(code === 'outbound.unreachable' ? 'connection' : 'tls', code, { params: { host: name, name } }),
      );
    };
    const socket = connect({
      host: address,
      port,
      servername: serverName(name),
      ALPNProtocols: [PROTOCOL],
      // The certificate is self-signed by definition; its content is what is judged.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      timeout: 10_000,
    });
    socket.once('timeout', () => fail('outbound.timeout'));
    socket.once('error', () => fail('outbound.unreachable'));
    socket.once('secureConnect', () => {
      const der = socket.getPeerCertificate(true).raw as Buffer | undefined;
      const spoken = socket.alpnProtocol === PROTOCOL;
      socket.destroy();
      if (spoken && der) resolve(new Uint8Array(der));
      else reject(wrongAnswer('enrolment.tls_protocol', { name }));
    });
  });
}
