import type { CaaRecord } from '@tra/platform-outbound';
import { AcmeError } from '../acme/problem.ts';
import type { Enrolment } from '../context.ts';
import { connectionProblem } from './connection-problem.ts';

/** For whom and how it is to be issued. */
export interface CaaQuestion {
  /** Domain name, perhaps with `*.`. */
  readonly name: string;
  /** Address of the ACME account (RFC 8657 section 3). */
  readonly accountUri: string;
  readonly method: string;
}

const knownTags = new Set(['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']);

/**
 * Obeys CAA records (RFC 8659): the closest set up the tree decides. Rejects with {@link AcmeError} `caa` when it does not let
 * this CA issue, `dns` or `connection` when it could not be read: what is not known is not allowed.
 */
export async function requireCaa({ context }: Enrolment, question: CaaQuestion): Promise<void> {
  if (!context.config.caa) return;
  const wildcard = question.name.startsWith('*.');
  const labels = (wildcard ? question.name.slice(2) : question.name).split('.');
  for (let first = 0; first < labels.length; first += 1) {
    const name = labels.slice(first).join('.');
    const records = await context.outbound.resolver.caa(name).catch((error: unknown) => {
      throw connectionProblem(error);
    });
    if (records.length === 0) continue;
    if (permits(records, wildcard, { question, identities: context.config.caaIdentities })) return;
    throw new AcmeError('caa', 'enrolment.caa_forbids', { params: { name: question.name, at: name } });
  }
}

interface Circumstances {
  readonly question: CaaQuestion;
  readonly identities: readonly string[];
}

function permits(records: readonly CaaRecord[], wildcard: boolean, circumstances: Circumstances): boolean {
  const tagged = records.map((record) => ({ ...record, tag: record.tag.toLowerCase() }));
  if (tagged.some(({ tag, critical }) => critical && !knownTags.has(tag))) return false;
  const wild = tagged.filter(({ tag }) => tag === 'issuewild');
  const relevant = wildcard && wild.length > 0 ? wild : tagged.filter(({ tag }) => tag === 'issue');
  return relevant.length === 0 || relevant.some(({ value }) => grants(value, circumstances));
}

function grants(value: string, { question, identities }: Circumstances): boolean {
  const [issuer = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (!identities.some((identity) => identity.toLowerCase() === issuer.toLowerCase())) return false;
  return parameters.every((parameter) => {
    const [name = '', given = ''] = parameter.split(/=(.*)/s).map((part) => part.trim());
    if (name === 'accounturi') return given === question.accountUri;
    if (name === 'validationmethods')
      return given
        .split(',')
        .map((way) => way.trim())
        .includes(question.method);
    return true;
  });
}
