import { isIPv6 } from 'node:net';
import type { OutboundAnswer } from '@tra/platform-outbound';
import type { Enrolment } from '../context.ts';
import { connectionProblem } from './connection-problem.ts';
import { type Proof, wrongAnswer } from './prove.ts';

const maxAnswerBytes = 4_096;
const maxRedirects = 5;

/** http-01 (RFC 8555 section 8.3): the key authorization lies at a well-known path of the host. */
export async function proveByHttp({ context }: Enrolment, { name, token, keyAuthorization }: Proof): Promise<void> {
  const { acmeHttpPort } = context.config;
  const host = isIPv6(name) ? `[${name}]` : name;
  const port = acmeHttpPort === 80 ? '' : `:${acmeHttpPort}`;
  const url = `http://${host}${port}/.well-known/acme-challenge/${token}`;
  const answer = await ask(context.outbound, url);
  if (answer.status !== 200) throw wrongAnswer('enrolment.http_status', { url, status: answer.status });
  const text = Buffer.from(answer.body).toString('latin1').trimEnd();
  if (text !== keyAuthorization) throw wrongAnswer('enrolment.http_content', { url });
}

async function ask(outbound: Enrolment['context']['outbound'], url: string): Promise<OutboundAnswer> {
  try {
    // What lies there is no secret and is compared in full: a server that redirects to https before it has a certificate can prove it.
    return await outbound.request({ url, maxBytes: maxAnswerBytes, redirects: maxRedirects, anyCertificate: true });
  } catch (error) {
    throw connectionProblem(error);
  }
}
