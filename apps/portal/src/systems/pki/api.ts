import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type LocalizedText, newIdempotencyKey, type Page } from '../../api/index.ts';
import type { AlternativeName } from './pki-file.ts';

export interface Authority {
  readonly id: string;
  readonly kind: 'root' | 'subordinate' | 'issuing' | 'external';
  readonly state: 'awaiting-certificate' | 'active' | 'suspended' | 'retired';
  readonly parent: string | null;
  readonly operator: string | null;
  readonly subject: string | null;
  readonly serial: string | null;
  readonly algorithm: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly fingerprint: string | null;
  readonly crl: {
    readonly number: number;
    readonly size: number;
    readonly thisUpdate: string;
    readonly nextUpdate: string;
    readonly count?: number;
  } | null;
}

/** The list of trusted services (ETSI TS 119 612), as far as it is shown here. */
export interface TrustedList {
  readonly sequence: number;
  readonly issuedAt: string;
  readonly nextUpdate: string;
  readonly url: string;
  readonly signer: { readonly sha256: string; readonly url: string };
  readonly services: readonly unknown[];
}

interface PolicyVersion {
  readonly version: number;
  readonly effectiveAt: string;
  readonly sha256: string;
  readonly page: string;
  readonly data: string;
}

/** The certificate policy or the practice statement, with all of its versions. */
export interface PolicyText {
  readonly document: string;
  readonly title: LocalizedText;
  readonly oid: string;
  readonly page: string;
  readonly current: PolicyVersion;
  readonly versions: readonly PolicyVersion[];
}

export interface Profile {
  readonly profile: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly keys: readonly string[];
  readonly alternativeNames: readonly ('dns' | 'email' | 'ip' | 'uri')[];
  readonly alternativeNamesRequired: boolean;
  readonly clause: string;
}

export type CertificateStatus = 'valid' | 'suspended' | 'revoked' | 'expired' | 'not-yet-valid';

export interface StatusAnswer {
  readonly status: CertificateStatus | 'unknown';
  readonly explanation: string;
  readonly authority?: string;
  readonly serial?: string;
  readonly subject?: string;
  readonly profile?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly since?: string;
  readonly reason?: string;
  readonly reasonText?: string;
  readonly fingerprint?: string;
}

export interface StatusAnswers {
  readonly items: readonly StatusAnswer[];
  readonly checkedAt: string;
}

export type RequestKind = 'certificate' | 'subordinate' | 'cross' | 'revocation' | 'reinstatement';
export type RequestState =
  | 'submitted'
  | 'first-approved'
  | 'confirmation'
  | 'ceremony'
  | 'correction'
  | 'approved'
  | 'issued'
  | 'done'
  | 'rejected'
  | 'withdrawn';
export type RequestAction = 'approve' | 'reject' | 'ask-correction' | 'correct' | 'withdraw';

export interface Party {
  readonly accountId: string;
  readonly displayName: LocalizedText;
}

export interface Proofing {
  readonly method: string;
  readonly statement: string;
  readonly officer: string;
  readonly at: string;
}

export interface RequestEvent {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly from: string | null;
  readonly to: string;
  readonly note: string | null;
}

export interface CertificateRequest {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly stateLabel: LocalizedText;
  readonly applicant: Party;
  readonly authority: string;
  readonly profile: string | null;
  readonly subject: Readonly<Record<string, string>> | null;
  readonly alternativeNames: readonly AlternativeName[];
  readonly evidence: string;
  readonly details: {
    readonly organization?: string;
    readonly authorityId?: string;
    readonly reason?: string;
    readonly invalidityDate?: string;
    readonly sameKey?: boolean;
  };
  readonly publicKeySha256: string | null;
  readonly proofing: Proofing | null;
  readonly officers: readonly (Party & { readonly at: string })[];
  readonly note: string | null;
  readonly target: string | null;
  readonly result: string | null;
  readonly allowedActions: readonly RequestAction[];
  readonly events?: readonly RequestEvent[];
  /** What a machine finds now; only of a single request. */
  readonly checks?: readonly { readonly check: string; readonly status: 'passed' | 'failed' | 'indeterminate' }[];
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Certificate {
  readonly authority: string;
  readonly serial: string;
  readonly profile: string;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly status: CertificateStatus;
  readonly statusSince: string | null;
  readonly reason: string | null;
  readonly fingerprint: string | null;
  readonly holder: string | null;
  readonly channel: string;
  readonly predecessor: { readonly authority: string; readonly serial: string } | null;
  readonly pem?: string;
  readonly changes?: readonly {
    readonly change: 'revoked' | 'suspended' | 'reinstated';
    readonly reason: string;
    readonly actor: string;
    readonly at: string;
  }[];
}

export interface NewRequest {
  readonly kind: 'certificate';
  readonly profile: string;
  readonly subject?: Readonly<Record<string, string>>;
  readonly alternativeNames: readonly AlternativeName[];
  readonly csr: string;
  readonly evidence: string;
}

export interface RequestDecision {
  readonly action: Exclude<RequestAction, 'correct'>;
  readonly note?: string;
  readonly proofing?: { readonly method: string; readonly statement: string };
}

export interface CertificateWish {
  readonly action: 'revoke' | 'suspend' | 'reinstate' | 'renew';
  readonly reason?: string;
  readonly note?: string;
  readonly csr?: string;
}

export interface CertificateOutcome {
  readonly done: boolean;
  readonly certificate: Certificate;
  readonly request: CertificateRequest | null;
}

export interface RequestFilter {
  readonly scope: 'mine' | 'queue' | 'all';
  readonly kind?: string;
  readonly state?: string;
  readonly q?: string;
}

export interface CertificateFilter {
  readonly scope: 'mine' | 'all';
  readonly serial?: string;
  readonly fingerprint?: string;
  readonly q?: string;
}

const base = '/pki';
const requestPath = (id: string): string => `${base}/requests/${encodeURIComponent(id)}`;
const certificatePath = (authority: string, serial: string): string =>
  `${base}/certificates/${encodeURIComponent(authority)}/${encodeURIComponent(serial)}`;
const write = (body: unknown) => ({ method: 'POST', body, idempotencyKey: newIdempotencyKey() }) as const;

/** One function per operation of the certification authority. */
export const pki = {
  authorities: async (signal: AbortSignal): Promise<readonly Authority[]> =>
    (await api.json<{ items: readonly Authority[] }>(`${base}/authorities`, { askToSignIn: false, signal })).items,
  profiles: async (signal: AbortSignal): Promise<readonly Profile[]> =>
    (await api.json<{ items: readonly Profile[] }>(`${base}/profiles`, { signal })).items,
  statusBySerial: (serial: string, signal: AbortSignal): Promise<StatusAnswers> =>
    api.json(`${base}/status`, { query: { serial }, askToSignIn: false, signal }),
  statusOfFile: (data: Uint8Array<ArrayBuffer>): Promise<StatusAnswers> =>
    api.json(`${base}/status`, { method: 'POST', raw: { type: 'application/pkix-cert', data }, askToSignIn: false }),
  csr: async (id: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
    api.bytes(`${requestPath(id)}/csr`, { signal }),
  submit: (body: NewRequest): Promise<CertificateRequest> => api.json(`${base}/requests`, write(body)),
  correct: (id: string, version: number, body: NewRequest): Promise<CertificateRequest> =>
    api.json(requestPath(id), { method: 'PUT', body, version }),
  decide: (id: string, version: number, body: RequestDecision): Promise<CertificateRequest> =>
    api.json(`${requestPath(id)}/actions`, { ...write(body), version }),
  act: (authority: string, serial: string, body: CertificateWish): Promise<CertificateOutcome> =>
    api.json(`${certificatePath(authority, serial)}/actions`, write(body)),
};

const nextOf = (page: { readonly next: string | null }): string | null => page.next;
const paged = (after: string): { after?: string; limit: number } => ({ limit: 30, ...(after ? { after } : {}) });

/** Server state of these pages, by name. */
export const pkiQueries = {
  authorities: () =>
    queryOptions({ queryKey: ['pki', 'authorities'], queryFn: ({ signal }) => pki.authorities(signal) }),
  profiles: () =>
    queryOptions({ queryKey: ['pki', 'profiles'], queryFn: ({ signal }) => pki.profiles(signal), staleTime: Infinity }),
  policies: () =>
    queryOptions({
      queryKey: ['pki', 'policies'],
      queryFn: ({ signal }) =>
        api.json<{ items: readonly PolicyText[] }>(`${base}/policies`, { askToSignIn: false, signal }),
      retry: false,
    }),
  trustedList: () =>
    queryOptions({
      queryKey: ['pki', 'trusted-list'],
      queryFn: ({ signal }) => api.json<TrustedList>('/trust-list', { askToSignIn: false, signal }),
      retry: false,
    }),
  status: (serial: string) =>
    queryOptions({
      queryKey: ['pki', 'status', serial],
      queryFn: ({ signal }) => pki.statusBySerial(serial, signal),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
  requests: (filter: RequestFilter) =>
    infiniteQueryOptions({
      queryKey: ['pki', 'requests', 'list', filter],
      queryFn: ({ pageParam, signal }) =>
        api.json<Page<CertificateRequest>>(`${base}/requests`, { query: { ...filter, ...paged(pageParam) }, signal }),
      initialPageParam: '',
      getNextPageParam: nextOf,
    }),
  request: (id: string) =>
    queryOptions({
      queryKey: ['pki', 'requests', 'one', id],
      queryFn: ({ signal }) => api.json<CertificateRequest>(requestPath(id), { signal }),
    }),
  csr: (id: string, version: number) =>
    queryOptions({
      queryKey: ['pki', 'requests', 'csr', id, version],
      queryFn: ({ signal }) => pki.csr(id, signal),
      staleTime: Infinity,
    }),
  certificates: (filter: CertificateFilter) =>
    infiniteQueryOptions({
      queryKey: ['pki', 'certificates', 'list', filter],
      queryFn: ({ pageParam, signal }) =>
        api.json<Page<Certificate>>(`${base}/certificates`, { query: { ...filter, ...paged(pageParam) }, signal }),
      initialPageParam: '',
      getNextPageParam: nextOf,
    }),
  certificate: (authority: string, serial: string) =>
    queryOptions({
      queryKey: ['pki', 'certificates', 'one', authority, serial],
      queryFn: ({ signal }) => api.json<Certificate>(certificatePath(authority, serial), { signal }),
    }),
};
