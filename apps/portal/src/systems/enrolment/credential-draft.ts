import type { CredentialWish } from './api.ts';

/** What a registrar fills in. Three uses cover the kinds and profiles that go together. */
export interface CredentialDraft {
  readonly use: 'acme' | 'est-tls' | 'est-signer' | '';
  readonly label: string;
  readonly names: string;
  readonly organization: string;
  /** ISO date: the last day. */
  readonly expires: string;
}

export interface CredentialFault {
  readonly field: string;
  readonly code: string;
  readonly params?: Readonly<Record<string, string>>;
}

const domainName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const mostDays = 730;
const dayMs = 86_400_000;

/** A draft that ends in a year, as most do. */
export function firstDraft(now: Date): CredentialDraft {
  const end = new Date(now.getTime() + 365 * dayMs);
  return { use: '', label: '', names: '', organization: '', expires: bangkokDay(end) };
}

/** The calendar day in Bangkok. */
function bangkokDay(at: Date): string {
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** The end of a day in Bangkok, which is what a person means by "until". */
export function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59.000+07:00`);
}

/** The domain names of a draft: lower case, without empty lines and doubles. */
export function namesOf(draft: Pick<CredentialDraft, 'names'>): string[] {
  const lines = draft.names.split(/[\s,;]+/).map((name) => name.trim().toLowerCase().replace(/^\*\./, ''));
  return [...new Set(lines.filter((name) => name !== ''))];
}

/** What keeps a draft from being sent, in the order of the fields. */
export function credentialFaults(draft: CredentialDraft, now: Date): CredentialFault[] {
  const faults: CredentialFault[] = [];
  if (draft.use === '') faults.push({ field: 'use', code: 'credential.use_missing' });
  if (draft.label.trim() === '') faults.push({ field: 'label', code: 'credential.label_missing' });
  const names = namesOf(draft);
  const wrong = names.find((name) => !domainName.test(name));
  if (draft.use !== 'est-signer') {
    if (wrong !== undefined) faults.push({ field: 'names', code: 'credential.name_wrong', params: { name: wrong } });
    else if (draft.use === 'est-tls' && names.length === 0)
      faults.push({ field: 'names', code: 'credential.names_missing' });
  }
  if (!isWithin(draft.expires, now)) faults.push({ field: 'expires', code: 'credential.expires_wrong' });
  return faults;
}

function isWithin(expires: string, now: Date): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires)) return false;
  const days = (endOfDay(expires).getTime() - now.getTime()) / dayMs;
  return days > 0 && days <= mostDays;
}

/** What is asked of the server. */
export function wishOf(draft: CredentialDraft): CredentialWish {
  const signer = draft.use === 'est-signer';
  const organization = draft.organization.trim();
  return {
    kind: draft.use === 'acme' ? 'acme' : 'est',
    profile: signer ? 'document-signer' : 'tls-server',
    label: draft.label.trim(),
    names: signer ? [] : namesOf(draft),
    ...(signer && organization ? { organization } : {}),
    expiresAt: endOfDay(draft.expires).toISOString(),
  };
}
