import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toPem } from '@tra/pki';
import { type TestAuthority, testAuthority } from '@tra/timestamp/testing';
import { runCommand } from '../src/commands.ts';

/** What a run of `tra` did. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `tra`; `latin1` output comes as it is. */
export async function tra(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const status = await runCommand(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { LANG: 'en_GB.UTF-8', ...env },
  });
  return { status, out, err };
}

type Handler = (request: IncomingMessage, body: Uint8Array, response: ServerResponse) => Promise<void> | void;

/** An authority behind HTTP, whose answers a test may replace. */
export interface World extends TestAuthority {
  readonly url: string;
  readonly root: string;
  readonly chain: string;
  handler: Handler | undefined;
  /** Requests since the beginning. */
  asked: number;
  headers: IncomingMessage['headers'];
  close(): Promise<void>;
}

export function reply(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(bytes);
}

/** Starts an authority on this machine whose clock is `now`, this machine's unless told. */
export async function startWorld(now: () => Date = () => new Date()): Promise<World> {
  const made = await testAuthority({ now });
  const chain = [made.unit, made.hierarchy.issuing]
    .map(({ certificate }) => toPem('CERTIFICATE', certificate))
    .join('');
  const world = {
    ...made,
    ...{ url: '', asked: 0, headers: {}, chain, root: toPem('CERTIFICATE', made.hierarchy.root.certificate) },
    handler: undefined,
  } as World & { url: string; close: World['close'] };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      const body = new Uint8Array(Buffer.concat(parts));
      world.asked += 1;
      world.headers = request.headers;
      if (world.handler) await world.handler(request, body, response);
      else reply(response, (await made.authority.respond(body)).response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(world, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/timestamp`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
