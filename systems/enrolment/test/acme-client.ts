import { buildCertificationRequest } from '@tra/pki';
import { testSigner } from '@tra/pki/testing';
import type { RouteApp } from '@tra/platform-http';
import {
  calculateJwkThumbprint,
  exportJWK,
  FlattenedSign,
  generateKeyPair,
  type JWK,
  type JWSHeaderParameters,
} from 'jose';

type Key = Awaited<ReturnType<typeof generateKeyPair>>;

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** What a test changes of a request that would be right. */
export interface Tampering {
  readonly nonce?: string | undefined;
  readonly url?: string;
  readonly header?: Record<string, unknown>;
  readonly key?: Key;
  readonly useJwk?: boolean;
  readonly contentType?: string;
  readonly mangle?: (jws: Record<string, string>) => unknown;
}

/** A client of ACME for tests, on the library that verifies at the server only for the mathematics. */
export class AcmeClient {
  readonly app: RouteApp;
  readonly publicUrl: string;
  key: Key;
  jwk: JWK;
  kid: string | undefined;

  private constructor(app: RouteApp, publicUrl: string, { key, jwk }: { key: Key; jwk: JWK }) {
    this.app = app;
    this.publicUrl = publicUrl;
    this.key = key;
    this.jwk = jwk;
  }

  static async create(app: RouteApp, publicUrl: string): Promise<AcmeClient> {
    const key = await generateKeyPair('ES256', { extractable: true });
    return new AcmeClient(app, publicUrl, { key, jwk: await exportJWK(key.publicKey) });
  }

  async nonce(): Promise<string> {
    const response = await this.app.inject({ method: 'HEAD', url: '/acme/new-nonce' });
    return String(response.headers['replay-nonce']);
  }

  async thumbprint(): Promise<string> {
    return await calculateJwkThumbprint(this.jwk);
  }

  async sign(path: string, payload: unknown, tampering: Tampering = {}): Promise<unknown> {
    const key = tampering.key ?? this.key;
    const useJwk = tampering.useJwk ?? this.kid === undefined;
    const identity = useJwk ? { jwk: await exportJWK(key.publicKey) } : { kid: this.kid };
    const nonce = 'nonce' in tampering ? tampering.nonce : await this.nonce();
    const text = payload === undefined ? '' : JSON.stringify(payload);
    const jws = (await new FlattenedSign(new TextEncoder().encode(text))
      .setProtectedHeader({
        alg: 'ES256',
        ...(nonce === undefined ? {} : { nonce }),
        url: tampering.url ?? `${this.publicUrl}${path}`,
        ...identity,
        ...tampering.header,
      } as JWSHeaderParameters & { alg: string })
      .sign(key.privateKey)) as unknown as Record<string, string>;
    return tampering.mangle ? tampering.mangle(jws) : jws;
  }

  async post(url: string, payload?: unknown, tampering: Tampering = {}): Promise<Answer> {
    const path = url.startsWith('http') ? url.slice(this.publicUrl.length) : url;
    const response = await this.app.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': tampering.contentType ?? 'application/jose+json', 'accept-language': 'en' },
      payload: JSON.stringify(await this.sign(path, payload, tampering)),
    });
    const json = String(response.headers['content-type'] ?? '').includes('json') && response.body !== '';
    return {
      status: response.statusCode,
      headers: response.headers,
      body: json ? response.json() : {},
      text: response.body,
    };
  }

  async open(extra: Record<string, unknown> = {}): Promise<Answer> {
    const answer = await this.post('/acme/new-account', { contact: ['mailto:it@example.go.th'], ...extra });
    if (answer.status < 300) this.kid = String(answer.headers.location);
    return answer;
  }

  async order(...names: string[]): Promise<Answer> {
    return await this.post('/acme/new-order', { identifiers: names.map((value) => ({ type: 'dns', value })) });
  }

  /** The challenges of the first authorization of an order, by type. */
  async challenges(order: Answer, index: number = 0): Promise<Record<string, { url: string; token: string }>> {
    const authorization = await this.post((order.body.authorizations as string[])[index] ?? '');
    const list = authorization.body.challenges as { type: string; url: string; token: string }[];
    return Object.fromEntries(list.map((challenge) => [challenge.type, challenge]));
  }

  async keyAuthorization(token: string): Promise<string> {
    return `${token}.${await this.thumbprint()}`;
  }

  /** A certification request for these names by a new P-256 key. */
  async csr(...names: string[]): Promise<string> {
    const der = await buildCertificationRequest({
      subject: {},
      signer: testSigner(),
      alternativeNames: names.map((dns) => ({ dns })),
    });
    return Buffer.from(der).toString('base64url');
  }
}
