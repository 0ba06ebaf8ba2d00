import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound } from '../src/index.ts';

let server: Server;
let port: number;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.host} ${request.url}`);
    if (request.url === '/big') return void response.end(Buffer.alloc(100_000));
    if (request.url === '/never') return;
    if (request.url === '/slow') {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 50);
      return void response.on('close', () => clearInterval(timer));
    }
    if (request.url?.startsWith('/go')) return void response.writeHead(302, { location: request.url.slice(4) }).end();
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('short');
      return void setTimeout(() => response.destroy(), 20);
    }
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => response.end(`echo ${body}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const config = { allowedNetworks: ['127.0.0.1/32'], resolvers: [], timeoutMs: 2_000 };
const open = createOutbound(config);
const closed = createOutbound({ ...config, allowedNetworks: [] });
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
const code = (code: string) => expect.objectContaining({ code });

describe('an outgoing request', () => {
  it('reaches an allowed network, with the name as host', async () => {
    const answer = await open.request({
      url: `http://localhost:${port}/x?y=1`,
      method: 'POST',
      body: Buffer.from('สวัสดี'),
    });
    expect(answer.status).toBe(200);
    expect(Buffer.from(answer.body).toString()).toBe('echo สวัสดี');
    expect(seen.at(-1)).toBe(`POST localhost:${port} /x?y=1`);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '017700000001'])(
    'does not reach this machine as %s',
    async (host) => {
      const before = seen.length;
      await expect(closed.request({ url: `http://${host}:${port}/` })).rejects.toEqual(
        code('outbound.address_refused'),
      );
      expect(seen.length).toBe(before);
    },
  );

  it('judges the target of a redirect like the first address', async () => {
    await expect(open.request({ url: at('/go?http://169.254.169.254/latest/'), redirects: 3 })).rejects.toEqual(
      code('outbound.address_refused'),
    );
    await expect(open.request({ url: at('/go?file:///etc/passwd'), redirects: 3 })).rejects.toEqual(
      code('outbound.url_invalid'),
    );
  });

  it('follows as many redirects as it was told', async () => {
    expect((await open.request({ url: at('/go?/x'), redirects: 1 })).url).toBe(at('/x'));
    expect((await open.request({ url: at('/go?/x') })).status).toBe(302);
    await expect(open.request({ url: at('/go?/go?/x'), redirects: 1 })).rejects.toEqual(
      code('outbound.redirects_exceeded'),
    );
  });

  it('takes no more than the bound', async () => {
    await expect(open.request({ url: at('/big'), maxBytes: 99_999 })).rejects.toEqual(code('outbound.too_large'));
    expect((await open.request({ url: at('/big'), maxBytes: 100_000 })).body.length).toBe(100_000);
  });

  it.each(['/never', '/slow'])('gives up on %s', async (path) => {
    await expect(open.request({ url: at(path), timeoutMs: 200 })).rejects.toEqual(code('outbound.timeout'));
  });

  it('does not take half an answer', async () => {
    await expect(open.request({ url: at('/cut') })).rejects.toEqual(code('outbound.unreachable'));
  });

  it.each([
    'ftp://example.org/',
    'http://user:secret@example.org/',
    'x',
    'file:///etc/passwd',
    `http://a/${'x'.repeat(3000)}`,
  ])('refuses %s', async (url) => expect(open.request({ url })).rejects.toEqual(code('outbound.url_invalid')));

  it('names a host that nobody listens on', async () => {
    await expect(open.request({ url: 'http://127.0.0.1:1/' })).rejects.toEqual(code('outbound.unreachable'));
  });
});
