import type { NewRequest, Profile } from './api.ts';
import {
  type AlternativeName,
  type CertificateRequestFacts,
  derOf,
  readCertificateRequest,
  UnreadablePkiFile,
} from './pki-file.ts';

/** What somebody fills in to apply for a certificate. */
export interface RequestDraft {
  readonly profile: string;
  /** PEM. */
  readonly csr: string;
  /** Attributes that the profile needs and the CSR does not have. */
  readonly subject: Readonly<Record<string, string>>;
  /** Alternative names, one in a line. */
  readonly names: string;
  readonly evidence: string;
}

export const emptyDraft: RequestDraft = { profile: '', csr: '', subject: {}, names: '', evidence: '' };

/** What is wrong with one field: the code of a message with what it has to say. */
export interface DraftFault {
  readonly field: string;
  readonly code: string;
  readonly params?: Readonly<Record<string, string>>;
}

const labels = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'];

/** The CSR in a draft; undefined while there is none that can be read. */
export function factsOf(csr: string): CertificateRequestFacts | undefined {
  try {
    return readCertificateRequest(new TextEncoder().encode(csr));
  } catch (cause) {
    if (cause instanceof UnreadablePkiFile) return undefined;
    throw cause;
  }
}

/** A chosen file as PEM text. Throws {@link UnreadablePkiFile}. */
export function requestFileAsPem(bytes: Uint8Array<ArrayBuffer>): string {
  const der = derOf(bytes, labels);
  let binary = '';
  for (const byte of der) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** The key of a CSR in the words of a profile: `p256`, `rsa`, … */
export function keyKind(facts: CertificateRequestFacts): string {
  if (facts.key.startsWith('RSA')) return 'rsa';
  return facts.key.toLowerCase().replace('ec p-', 'p');
}

/** One alternative name; its kind is told by its form. */
export function alternativeNameFrom(text: string): AlternativeName {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { uri: text };
  if (text.includes('@')) return { email: text };
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || (text.includes(':') && /^[0-9a-f:.]+$/i.test(text))) return { ip: text };
  return { dns: text };
}

/** The alternative names of a draft, without empty lines and doubles. */
export function alternativeNamesOf(draft: Pick<RequestDraft, 'names'>): AlternativeName[] {
  const lines = draft.names.split(/[\n,;]/).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))].map(alternativeNameFrom);
}

/** Attributes that the profile needs and the CSR does not have, so that they are asked for. */
export function missingAttributes(profile: Profile, facts: CertificateRequestFacts): string[] {
  const given = new Set(facts.subject.map((part) => part.attribute));
  return profile.required.filter((attribute) => !given.has(attribute));
}

/** Attributes of the CSR that certificates of the profile do not have; they are left out. */
export function surplusAttributes(profile: Profile, facts: CertificateRequestFacts): string[] {
  const known = new Set([...profile.required, ...profile.optional]);
  return facts.subject.map((part) => part.attribute).filter((attribute) => !known.has(attribute));
}

/** What keeps a draft from being sent, in the order of the fields. The server checks for itself. */
export function draftFaults(draft: RequestDraft, profile: Profile | undefined): DraftFault[] {
  const faults: DraftFault[] = [];
  if (!profile) faults.push({ field: 'profile', code: 'certrequest.profile_missing' });
  const facts = factsOf(draft.csr);
  if (draft.csr.trim() === '') faults.push({ field: 'csr', code: 'certrequest.csr_missing' });
  else if (!facts) faults.push({ field: 'csr', code: 'certrequest.csr_unreadable' });
  if (profile && facts) faults.push(...faultsWithin(draft, profile, facts));
  if (draft.evidence.trim() === '') faults.push({ field: 'evidence', code: 'certrequest.evidence_missing' });
  return faults;
}

function faultsWithin(draft: RequestDraft, profile: Profile, facts: CertificateRequestFacts): DraftFault[] {
  const faults: DraftFault[] = [];
  if (!profile.keys.includes(keyKind(facts))) {
    faults.push({ field: 'csr', code: 'certrequest.key_wrong', params: { key: facts.key } });
  }
  for (const attribute of missingAttributes(profile, facts)) {
    if (!draft.subject[attribute]?.trim())
      faults.push({ field: `subject-${attribute}`, code: 'certrequest.attribute_missing' });
  }
  const names = alternativeNamesOf(draft);
  const wrong = names.find((name) => !profile.alternativeNames.includes(kindOf(name)));
  if (wrong)
    faults.push({ field: 'names', code: 'certrequest.name_wrong', params: { name: Object.values(wrong)[0] ?? '' } });
  else if (profile.alternativeNamesRequired && names.length === 0) {
    faults.push({ field: 'names', code: 'certrequest.names_missing' });
  }
  return faults;
}

function kindOf(name: AlternativeName): 'dns' | 'email' | 'ip' | 'uri' {
  return Object.keys(name)[0] as 'dns' | 'email' | 'ip' | 'uri';
}

/** The application that a draft without faults stands for. */
export function requestOf(draft: RequestDraft, profile: Profile, facts: CertificateRequestFacts): NewRequest {
  const surplus = new Set(surplusAttributes(profile, facts));
  const given = facts.subject
    .filter(({ attribute }) => !surplus.has(attribute))
    .map(({ attribute, value }) => [attribute, value] as const);
  const added = missingAttributes(profile, facts).map((name) => [name, draft.subject[name]?.trim() ?? ''] as const);
  return {
    kind: 'certificate',
    profile: profile.profile,
    subject: Object.fromEntries([...given, ...added]),
    alternativeNames: profile.alternativeNames.length > 0 ? alternativeNamesOf(draft) : [],
    csr: draft.csr,
    evidence: draft.evidence.trim(),
  };
}
