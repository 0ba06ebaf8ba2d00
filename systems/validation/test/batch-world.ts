import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import type { BlobStore } from '@tra/platform-blobs';
import { createMemoryBlobStore } from '@tra/platform-blobs/testing';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { expect } from 'vitest';
import { type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

/** What is sent when its content does not matter. */
export const small: Part = ['file', 'no document', 'note.txt'];

/** A server that judges batches, the documents of two signers of whom it trusts the first, and what lies in its store. */
export interface Batches {
  readonly signing: TestSigning;
  readonly foreign: TestSigning;
  readonly signed: Uint8Array;
  readonly clock: SteppedClock;
  readonly running: StartedSystem<ValidationConfig, ValidationServices>;
  readonly kept: ReadonlySet<string>;
  post: (parts: readonly Part[], headers?: Record<string, string>) => Promise<Posted>;
  ask: (url: string, method?: 'GET' | 'POST' | 'DELETE') => Promise<Asked>;
  /** Sends a batch and lets it run to the end. */
  batch: (parts: readonly Part[], account?: string) => Promise<{ id: string; accepted: Body; location: unknown }>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as they come.
type Body = any;
type Reply = Awaited<ReturnType<StartedSystem<ValidationConfig, ValidationServices>['app']['inject']>>;
interface Posted {
  readonly reply: Reply;
  readonly status: number;
  readonly body: Body;
}
interface Asked extends Posted {
  readonly text: string;
}

/** The path of the routes. */
export const path = '/api/v1/validations';

/** A store that says what lies in it. */
function watched(store: BlobStore, kept: Set<string>): BlobStore {
  return {
    ...store,
    put: async (bytes, limits) => {
      const reference = await store.put(bytes, limits);
      kept.add(reference.sha256);
      return reference;
    },
    delete: async (sha256) => {
      kept.delete(sha256);
      await store.delete(sha256);
    },
  };
}

const config: Partial<ValidationConfig> = {
  requestsPerMinute: 0,
  maximumFiles: 3,
  maximumFileBytes: 2_000_000,
  maximumBatchFiles: 40,
  maximumBatchBytes: 5_000_000,
  batchesPerAsker: 2,
  documentsPerDay: 200,
  online: 'off',
  processes: 2,
};

/** Starts it; `running.close` ends it. */
export async function startBatches(): Promise<Batches> {
  const signing = await testSigning();
  const foreign = await testSigning('Foreign');
  const signed = await signing.sign(testPdf());
  const clock = steppedClock('2026-11-20T08:00:00Z');
  const ports = portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now()));
  const kept = new Set<string>();
  const blobs = watched(createMemoryBlobStore(), kept);
  const running = await startTestSystem(validation, ports, { clock, config, blobs });
  const post: Batches['post'] = async (parts, headers = {}) => {
    const body = multipart(parts);
    const all = { 'accept-language': 'en', ...body.headers, ...headers };
    const reply = await running.app.inject({ method: 'POST', url: path, payload: body.payload, headers: all });
    return { reply, status: reply.statusCode, body: reply.json() };
  };
  const ask: Batches['ask'] = async (url, method = 'GET') => {
    const reply = await running.app.inject({ method, url: `${path}/${url}`, headers: { 'accept-language': 'en' } });
    const type = String(reply.headers['content-type']);
    const isJson = /json$|json;/.test(type) && !/nd/.test(type);
    return { reply, status: reply.statusCode, text: reply.body, body: isJson ? reply.json() : undefined };
  };
  const batch: Batches['batch'] = async (parts, account = 'someone') => {
    const { body, status, reply } = await post(parts, asPrincipal(account));
    expect(status).toBe(202);
    await running.context.jobs.idle();
    return { id: body.id as string, accepted: body, location: reply.headers.location };
  };
  return { signing, foreign, signed, clock, running, kept, post, ask, batch };
}
