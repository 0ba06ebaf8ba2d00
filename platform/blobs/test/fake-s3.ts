import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A store that keeps objects in memory and checks every signature by AWS Signature Version 4 on its own. */
export interface FakeS3 {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Statuses to answer with before anything else. */
  readonly failures: number[];
  readonly requests: string[];
  close(): Promise<void>;
}

const ACCESS_KEY = 'TESTACCESSKEY';
const SECRET_KEY = 'test-secret';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

function signatureError(request: IncomingMessage, body: Buffer): string | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!match) return 'form';
  const [, access, day, region, signedHeaders, signature] = match as unknown as string[];
  if (access !== ACCESS_KEY) return 'access key';
  const date = String(request.headers['x-amz-date']);
  const bodyDigest = String(request.headers['x-amz-content-sha256']);
  if (bodyDigest !== 'UNSIGNED-PAYLOAD' && bodyDigest !== sha256(body)) return 'body digest';
  if (request.method === 'PUT' && bodyDigest === 'UNSIGNED-PAYLOAD') return 'unsigned body';
  const url = new URL(request.url ?? '/', 'http://fake');
  const names = (signedHeaders ?? '').split(';');
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, url.pathname, url.search.slice(1), headers, signedHeaders, bodyDigest].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${SECRET_KEY}`, day ?? ''), region ?? ''), 's3'), 'aws4_request');
  return hmac(key, text).toString('hex') === signature ? undefined : 'signature';
}

export const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };

export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const failures: number[] = [];
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    requests.push(`${request.method} ${request.url}`);
    const failure = failures.shift();
    const wrong = signatureError(request, body);
    const key = request.url ?? '';
    const send = (status: number, content?: Buffer | string): void => {
      response.writeHead(status).end(request.method === 'HEAD' ? undefined : content);
    };
    if (failure !== undefined) return send(failure, 'failure');
    if (wrong) return send(403, wrong);
    if (request.method === 'PUT') {
      const checksum = createHash('sha256').update(body).digest('base64');
      if (request.headers['x-amz-checksum-sha256'] !== checksum) return send(400, 'checksum');
      objects.set(key, body);
      return send(200);
    }
    if (request.method === 'DELETE') return send(objects.delete(key) ? 204 : 404);
    const object = objects.get(key);
    return object ? send(200, object) : send(404, 'NoSuchKey');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    failures,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
