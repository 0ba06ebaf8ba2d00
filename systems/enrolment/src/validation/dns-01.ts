import type { Enrolment } from '../context.ts';
import { connectionProblem } from './connection-problem.ts';
import { type Proof, wrongAnswer } from './prove.ts';

/** dns-01 (RFC 8555 section 8.4): a TXT record of `_acme-challenge` holds the digest of the key authorization. */
export async function proveByDns({ context }: Enrolment, { name, digest }: Proof): Promise<void> {
  const place = `_acme-challenge.${name}`;
  const expected = Buffer.from(digest).toString('base64url');
  const records = await context.outbound.resolver.txt(place).catch((error: unknown) => {
    throw connectionProblem(error);
  });
  if (records.length === 0) throw wrongAnswer('enrolment.dns_missing', { name: place });
  if (!records.includes(expected)) throw wrongAnswer('enrolment.dns_content', { name: place });
}
