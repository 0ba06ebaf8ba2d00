import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound, type OutboundConfig } from '../src/index.ts';

interface Seen {
  readonly line: string;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
}

let target: Server;
let secure: Server;
let proxy: Server;
let seen: Seen[];
const sockets = new Set<Socket>();
const code = (code: string) => expect.objectContaining({ code });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

/** Like a real one: absolute form for http, CONNECT for https, a password, and names that only it knows. */
function makeProxy(): Server {
  const server = createServer((request, response) => {
    const { host, 'proxy-authorization': authorization } = request.headers;
    seen.push({ line: `${request.method} ${request.url}`, host, authorization });
    if (authorization !== `Basic ${Buffer.from('clerk:s3cret/ก').toString('base64')}`)
      return void response.writeHead(407).end();
    response.writeHead(200).end(`by proxy ${new URL(request.url ?? '').pathname}`);
  });
  server.on('connect', (request, socket: Socket) => {
    const { host, 'proxy-authorization': authorization } = request.headers;
    seen.push({ line: `CONNECT ${request.url}`, host, authorization });
    sockets.add(socket);
    if (request.url?.startsWith('forbidden.')) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    if (request.url?.startsWith('talks.')) return void socket.write('HTTP/1.1 200 OK\r\n\r\nhello');
    if (request.url?.startsWith('silent.')) return;
    const onward = connect(portOf(secure), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return server;
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tra-proxy-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=ca.example.org', '-days', '2'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  secure = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => response.end(`secure ${request.method} ${request.headers.host} ${request.url} ${body}`));
  });
  rmSync(folder, { recursive: true });
  target = createServer((_request, response) => response.end('direct'));
  proxy = makeProxy();
  await Promise.all([listen(target), listen(secure), listen(proxy)]);
});

beforeEach(() => {
  seen = [];
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of [target, secure, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

function through(more: Partial<OutboundConfig> = {}, login = 'clerk:s3cret%2F%E0%B8%81@') {
  return createOutbound({
    ...{ allowedNetworks: [], resolvers: [], timeoutMs: 3_000, proxyNames: 'proxy' },
    proxy: `http://${login}127.0.0.1:${portOf(proxy)}`,
    ...more,
  });
}

describe('a proxy', () => {
  it('is asked in absolute form for http, with the login of the settings', async () => {
    const { status, body, url } = await through().request({ url: 'http://crl.example.org:8080/a?b=1' });
    expect([status, Buffer.from(body).toString(), url]).toEqual([
      200,
      'by proxy /a',
      'http://crl.example.org:8080/a?b=1',
    ]);
    expect(seen).toMatchObject([{ line: 'GET http://crl.example.org:8080/a?b=1', host: 'crl.example.org:8080' }]);
  });

  it('opens a tunnel for https and never sees what goes through', async () => {
    const request = { url: 'https://ca.example.org/x', method: 'POST', body: Buffer.from('q') } as const;
    const { body } = await through().request({ ...request, anyCertificate: true });
    expect(Buffer.from(body).toString()).toBe('secure POST ca.example.org /x q');
    expect(seen).toMatchObject([{ line: 'CONNECT ca.example.org:443', host: 'ca.example.org:443' }]);
    expect(seen[0]?.authorization).toMatch(/^Basic /);
  });

  it('does not take the place of the certificate of the server', async () => {
    await expect(through().request({ url: 'https://ca.example.org/' })).rejects.toEqual(code('outbound.unreachable'));
  });

  it.each([
    ['https://forbidden.example.org/', 403],
    ['https://talks.example.org/', 200],
  ])('that does not connect to %s is told apart from a server that does not answer', async (url, status) => {
    await expect(through().request({ url })).rejects.toMatchObject({
      code: 'outbound.proxy_refused',
      params: { status },
    });
  });

  it('that wants another password is named, and the password is not', async () => {
    const error = await through({}, 'clerk:wrong@')
      .request({ url: 'http://crl.example.org/' })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'outbound.proxy_refused', params: { host: 'crl.example.org', status: 407 } });
    expect(JSON.stringify(error)).not.toContain('wrong');
  });

  it('that is silent or gone ends in time', async () => {
    await expect(through().request({ url: 'https://silent.example.org/', timeoutMs: 200 })).rejects.toEqual(
      code('outbound.timeout'),
    );
    const gone = through({ proxy: 'http://127.0.0.1:1' });
    await expect(gone.request({ url: 'http://crl.example.org/' })).rejects.toEqual(code('outbound.unreachable'));
    await expect(gone.request({ url: 'https://crl.example.org/' })).rejects.toEqual(code('outbound.unreachable'));
  });

  it('is left out for the hosts that are named, which are judged as ever', async () => {
    const url = `http://localhost:${portOf(target)}/`;
    const open = through({ proxyExcept: ['localhost'], allowedNetworks: ['127.0.0.1', '::1'] });
    expect(Buffer.from((await open.request({ url })).body).toString()).toBe('direct');
    const closed = through({ proxyExcept: ['localhost'] });
    await expect(closed.request({ url })).rejects.toEqual(code('outbound.address_refused'));
    expect(seen).toEqual([]);
  });

  it.each(['proxy.example.org', 'socks5://proxy:1080', 'http://proxy/path', 'http://%ff:x@proxy'])(
    'is not made of %s, and the refusal does not show it',
    (proxy) => {
      const make = () => through({ proxy });
      expect(make).toThrow(code('outbound.proxy_invalid'));
      expect(make).not.toThrow(new RegExp(proxy.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')));
    },
  );
});

describe('a proxy is no way into the private network', () => {
  const private_ = ['127.0.0.1', '169.254.169.254', '10.0.0.1', '[::1]', '[::ffff:10.0.0.1]', '2130706433', '0x7f.1'];

  it.each(private_)('as %s, whoever looks names up', async (host) => {
    for (const proxyNames of ['here', 'proxy'] as const) {
      for (const scheme of ['http', 'https']) {
        await expect(through({ proxyNames }).request({ url: `${scheme}://${host}/` })).rejects.toEqual(
          code('outbound.address_refused'),
        );
      }
    }
    expect(seen).toEqual([]);
  });

  it.each([
    'localhost',
    'LOCALHOST.',
    'metadata',
    'metadata.google.internal',
    'printer.local',
    'x.home.arpa',
    'db.corp',
  ])('as the name %s when the proxy looks names up', async (host) => {
    await expect(through().request({ url: `http://${host}/` })).rejects.toEqual(code('outbound.address_refused'));
    expect(seen).toEqual([]);
  });

  it('as a name whose address is private when names are looked up here', async () => {
    await expect(through({ proxyNames: 'here' }).request({ url: 'https://localhost/' })).rejects.toEqual(
      code('outbound.address_refused'),
    );
    expect(seen).toEqual([]);
  });

  it('by a redirect', async () => {
    proxy.removeAllListeners('request');
    proxy.once('request', (_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
    );
    const asked = through().request({ url: 'http://crl.example.org/', redirects: 2 });
    await expect(asked).rejects.toEqual(code('outbound.address_refused'));
  });
});
