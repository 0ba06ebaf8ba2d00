import { createHash } from 'node:crypto';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest } from '@tra/timestamp';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

export const base = '/api/v1/timestamp/subscribers';
export const digest = createHash('sha256').update('ข้อมูล').digest();
const query = Buffer.from(createRequest({ algorithm: 'sha256', value: digest, certReq: true }));
export const officer = asPrincipal('officer-1', 'timestamp-officer');
export const owner = asPrincipal('somchai', 'citizen');
export const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
export const policy = '1.3.6.1.4.1.32473.3161.1';

export type Started = StartedSystem<TimestampConfig, TimestampServices>;

let hierarchy: TestHierarchy;
/** The system of the running test, once it has called {@link start}. */
export let system: Started;
const running = new Map<string, Started>();

/** A system with these settings: a new one where a test needs it to itself, else the one of the tests before. */
export async function start(config: Partial<TimestampConfig> = {}, { fresh = false } = {}): Promise<void> {
  const name = `${JSON.stringify(config)} ${fresh ? running.size : ''}`;
  system =
    running.get(name) ??
    (await startTestSystem(
      timestamp,
      { certificates: testCertificates(hierarchy) },
      { server: { demo: true }, config: { policies: ['1.2.3.4 accuracy=500'], ...config } },
    ));
  running.set(name, system);
}

beforeAll(async () => {
  hierarchy = await testHierarchy();
});
afterAll(async () => {
  for (const one of running.values()) await one.close();
});

export type Headers = Record<string, string>;
export const send = (method: 'GET' | 'POST' | 'PATCH', url: string, headers: Headers, payload?: object) =>
  system.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
export const stamp = (headers: Headers = {}) =>
  system.app.inject({
    method: 'POST',
    url: '/timestamp',
    payload: query,
    headers: { 'content-type': 'application/timestamp-query', ...headers },
  });
export const stampJson = (headers: Headers = {}, body: object = {}) =>
  send('POST', '/api/v1/timestamp/tokens', headers, { digest: digest.toString('hex'), ...body });
export const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
export const basic = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

/** A subscriber with one key, made by an officer. */
export async function subscriber(terms: object = {}): Promise<{ id: string; key: string; keyId: string }> {
  const made = await send('POST', base, officer, { name: 'กรมตัวอย่าง', contact: 'it@example.go.th', ...terms });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json();
  const key = await send('POST', `${base}/${id}/keys`, officer, { label: 'server', expiresAt: inAYear });
  expect(key.statusCode, key.body).toBe(201);
  return { id, key: key.json().key, keyId: key.json().id };
}

/** Waits until what was counted is in the database: the counts follow by a second. */
export async function usage(
  id: string,
): Promise<{ outcome: string; policy: string; requests: number; digests: number; tokens: number }[]> {
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  return (await send('GET', `${base}/${id}/usage`, officer)).json().items;
}
