import { join } from 'node:path';
import { fromBase64, type Signer, toBase64, utf8Encode } from '@tra/kernel';
import { type CertificateProfile, type PreparedCertificate, resumeCertificate, toPem } from '@tra/pki';
import { type ChainFile, writeNew } from '../durable.ts';
import { CeremonyError } from './errors.ts';
import { sha256Hex } from './script.ts';

/** What a ceremony holds while it runs. */
export interface Held {
  readonly chain: ChainFile;
  readonly out: string;
  signer?: Signer;
  /** The root's certificate, once there is one. */
  root?: Uint8Array;
}

interface Certification {
  readonly place: number;
  /** Name of the files. */
  readonly name: string;
  readonly profile: CertificateProfile;
  prepare(): PreparedCertificate;
}

/**
 * One certificate: what will be signed goes into the transcript first, then the root signs exactly that, then the certificate goes into
 * the transcript, then into files. A step that was cut off is taken up where it stopped, with the same bytes and serial number.
 */
export async function certify(held: Held, { place, name, profile, prepare }: Certification): Promise<Uint8Array> {
  const { chain, signer, out } = held;
  if (!signer) throw new CeremonyError('cli.ceremony.key_other');
  const find = (kind: string) => chain.records.find(({ type, data }) => type === kind && data.step === place);
  const done = find('signed');
  if (done) {
    const der = fromBase64(String(done.data.der));
    await writeOutputs(out, name, der);
    return der;
  }
  const noted = find('prepared');
  const issuer = profile === 'root' ? {} : { issuer: held.root ?? new Uint8Array(0) };
  const prepared = noted ? resumeCertificate(fromBase64(String(noted.data.tbs)), { profile, ...issuer }) : prepare();
  if (!noted) {
    const { serialHex, subject, notBefore, notAfter, tbs, advice } = prepared;
    await chain.append('prepared', {
      step: place,
      kind: 'certificate',
      name,
      profile,
      subject,
      serial: serialHex,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      advice: advice.map(({ code }) => code),
      tbs: toBase64(tbs),
      sha256: sha256Hex(tbs),
    });
  }
  const der = await prepared.sign(signer);
  await chain.append('signed', { step: place, kind: 'certificate', name, der: toBase64(der), sha256: sha256Hex(der) });
  await writeOutputs(out, name, der);
  return der;
}

/** The files of a result: DER and PEM. */
export function outputsOf(name: string, der: Uint8Array): readonly (readonly [string, Uint8Array])[] {
  if (name === 'root-crl') {
    return [
      ['root.crl', der],
      ['root.crl.pem', utf8Encode(toPem('X509 CRL', der))],
    ];
  }
  return [
    [`${name}.crt`, der],
    [`${name}.pem`, utf8Encode(toPem('CERTIFICATE', der))],
  ];
}

/** Writes the files of a result; those that are there already must be the same. */
export async function writeOutputs(out: string, name: string, der: Uint8Array): Promise<void> {
  for (const [file, bytes] of outputsOf(name, der)) await writeNew(join(out, file), bytes);
}
