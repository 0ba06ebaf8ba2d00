import { createHash } from 'node:crypto';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import type { LicenceStatus, ValidationReport } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { expect } from 'vitest';
import { type ValidationConfig, type ValidationPorts, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they come.
type Body = any;

/** A report with its sentences. */
export type Worded = ValidationReport & { summary: { message: string }; advice: { message: string } };

/** Ports whose answers a test may exchange. */
type OpenPorts = {
  -readonly [K in keyof ValidationPorts]: { -readonly [M in keyof ValidationPorts[K]]: ValidationPorts[K][M] };
};

/** The register of licences: what it answers, and what it was asked: the digest, and whether XML came along. */
interface Register {
  licence: LicenceStatus | undefined;
  asked: (readonly [string, boolean])[];
}

/** A server that judges single requests, and the documents of two signers of whom it trusts the first. */
export interface Requests {
  readonly signing: TestSigning;
  readonly foreign: TestSigning;
  readonly signed: Uint8Array;
  readonly clock: SteppedClock;
  readonly running: StartedSystem<ValidationConfig, ValidationServices>;
  readonly ports: OpenPorts;
  readonly register: Register;
  post: (
    parts: readonly Part[],
    headers?: Record<string, string>,
  ) => Promise<{
    reply: Awaited<ReturnType<StartedSystem<ValidationConfig, ValidationServices>['app']['inject']>>;
    status: number;
    body: Body;
  }>;
  reportOf: (bytes: Uint8Array, ...more: readonly Part[]) => Promise<Worded>;
  /** A licence of the register whose document is the one that was asked about. */
  licenceOf: (changed: Partial<LicenceStatus>) => LicenceStatus;
  /** Gives every port its usual answer. */
  reset: () => void;
}

/** Starts it; `running.close` ends it. */
export async function startRequests(): Promise<Requests> {
  const signing = await testSigning();
  const foreign = await testSigning('Foreign');
  const signed = await signing.sign(testPdf());
  const clock = steppedClock('2026-11-20T08:00:00Z');
  const register: Register = { licence: undefined, asked: [] };
  const ports = { trust: {}, licences: {} } as OpenPorts;
  const reset = (): void => {
    register.asked = [];
    register.licence = undefined;
    ports.trust.trustAnchors = async () => signing.anchors.map((certificate) => ({ certificate }));
    ports.trust.currentCrls = async () => [...(await signing.hierarchy.crls(clock.now()))];
    ports.licences.findByDocument = async (hash, xml) => {
      register.asked.push([hash, xml !== undefined]);
      return register.licence;
    };
  };
  const running = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 0 } });
  const post: Requests['post'] = async (parts, headers = {}) => {
    const body = multipart(parts);
    const all = { ...body.headers, ...headers };
    const url = '/api/v1/validations';
    const reply = await running.app.inject({ method: 'POST', url, payload: body.payload, headers: all });
    return { reply, status: reply.statusCode, body: reply.json() };
  };
  const reportOf: Requests['reportOf'] = async (bytes, ...more) => {
    const { status, body } = await post([['file', bytes, 'licence.pdf'], ...more]);
    expect(status).toBe(200);
    return body.reports[0];
  };
  const licenceOf: Requests['licenceOf'] = (changed) => ({
    publicId: 'abc',
    number: '0105/2569',
    status: 'active',
    validFrom: '2026-11-01',
    validTo: '2027-10-31',
    statusSince: '2026-11-10T03:00:00.000Z',
    serviceTitle: { th: 'จดทะเบียน', en: 'Registration' },
    documentSha256: register.asked.at(-1)?.[0] ?? createHash('sha256').update(signed).digest('hex'),
    ...changed,
  });
  return { signing, foreign, signed, clock, running, ports, register, post, reportOf, licenceOf, reset };
}
