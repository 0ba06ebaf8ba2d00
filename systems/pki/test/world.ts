import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { buildCertificationRequest, type NameAttributes, toPem } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type PkiConfig, type PkiPorts, type PkiServices, pki } from '../src/index.ts';

const names: PkiPorts = {
  accounts: { displayName: async (id) => (id === 'somchai' ? { th: 'สมชาย ใจดี', en: 'Somchai Jaidee' } : undefined) },
};

export const people = {
  somchai: asPrincipal('somchai', 'citizen'),
  malee: asPrincipal('malee', 'citizen'),
  kanya: asPrincipal('kanya', 'registrar'),
  thana: asPrincipal('thana', 'registrar'),
  third: asPrincipal('third', 'registrar'),
  pimchai: asPrincipal('pimchai', 'ca-operator'),
  somsak: asPrincipal('somsak', 'ca-operator'),
  both: asPrincipal('both', 'citizen', 'registrar', 'ca-operator'),
  nida: asPrincipal('nida', 'auditor'),
  officer: asPrincipal('officer', 'officer', 'approver', 'operator'),
} as const;

export type Person = keyof typeof people;

/** Parsed JSON whose shape the test itself states. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Parsed;
  readonly bytes: Buffer;
}

export interface RequestOptions {
  readonly as?: Person;
  readonly body?: unknown;
  readonly raw?: Buffer;
  readonly type?: string;
  readonly version?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface World {
  readonly system: StartedSystem<PkiConfig, PkiServices>;
  readonly services: PkiServices;
  request(method: 'GET' | 'POST' | 'PUT', path: string, options?: RequestOptions): Promise<Answer>;
  /** An application for a document signer, submitted by `as`. */
  submit(as?: Person, more?: Readonly<Record<string, unknown>>): Promise<Parsed>;
  act(id: string, as: Person, body: unknown, version: number | string): Promise<Answer>;
  /** A certificate of `as`, with both approvals. */
  certify(as?: Person, more?: Readonly<Record<string, unknown>>): Promise<Parsed>;
  close(): Promise<void>;
}

export const proofing = { method: 'in-person', statement: 'แสดงบัตรประจำตัวต่อหน้า ตรงกับคำขอ' };

/** A PKCS#10 request with a key of its own, PEM. */
export async function csrFor(
  subject: NameAttributes = { commonName: 'ระบบออกใบอนุญาต', organization: 'กรม ก', country: 'TH' },
  options: { readonly signer?: Signer; readonly algorithm?: SignatureAlgorithm; readonly ca?: boolean } = {},
): Promise<string> {
  const signer = options.signer ?? testSigner(options.algorithm);
  return toPem('CERTIFICATE REQUEST', await buildCertificationRequest({ subject, signer, ca: options.ca ?? false }));
}

/** The system with its routes, asked without a network. */
export async function createWorld(config: Partial<PkiConfig> = {}): Promise<World> {
  const system = await startTestSystem(pki, names, {
    config,
    server: { demo: true },
    http: { rateLimitPerAddress: 0, rateLimitPerAccount: 0 },
  });
  const request: World['request'] = async (method, path, options = {}) => {
    const { as, body, raw, type, version } = options;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await system.app.inject({
      method,
      url: path.startsWith('/pki') ? path : `/api/v1/pki${path}`,
      headers: {
        ...(as ? people[as] : {}),
        ...(version === undefined ? {} : { 'if-match': typeof version === 'number' ? `"${version}"` : version }),
        ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const json = String(response.headers['content-type'] ?? '').includes('json');
    const parsed = json && response.body !== '' ? JSON.parse(response.body) : undefined;
    return { status: response.statusCode, headers: response.headers, body: parsed, bytes: response.rawPayload };
  };
  const act: World['act'] = (id, as, body, version) =>
    request('POST', `/requests/${id}/actions`, { as, body, version });
  const submit: World['submit'] = async (as = 'somchai', more = {}) => {
    const body = {
      kind: 'certificate',
      profile: 'document-signer',
      csr: await csrFor(),
      evidence: 'หนังสือมอบอำนาจเลขที่ 1',
      ...more,
    };
    const answer = await request('POST', '/requests', { as, body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  const certify: World['certify'] = async (as, more) => {
    const { id } = await submit(as, more);
    await act(id, 'kanya', { action: 'approve', proofing }, '*');
    const { body } = await act(id, 'thana', { action: 'approve' }, '*');
    return body;
  };
  return { system, services: system.services, request, act, submit, certify, close: () => system.close() };
}

/** The certificate that came of a request, as an officer reads it. */
export async function certificateOf(world: World, request: Parsed): Promise<Parsed> {
  const path = `/certificates/${request.authority}/${request.result}`;
  return (await world.request('GET', path, { as: 'kanya' })).body;
}
