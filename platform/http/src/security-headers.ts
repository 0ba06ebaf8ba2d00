import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

const self = "'self'";

/**
 * The two style elements that the portal's component library (react-aria) inserts when somebody presses a button or opens a dialog.
 * Exactly these texts are allowed, by their hash; every other inline style stays refused.
 */
const libraryStyles: readonly string[] = [
  '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
  '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
];

/** How a policy names an inline text that it allows (CSP level 3 section 2.3.1). */
function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Security headers on every answer. Nothing inline and nothing from elsewhere runs; WebAssembly and workers from blobs are for
 * the PDF preview. HTTPS is enforced only when people reach the product by it.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return headersOf(optionsFor(publicUrl.startsWith('https://')));
}

/**
 * Security headers on answers of direct routes, of those on every answer: bytes for machines are no page, so a policy that lets a browser
 * do nothing with them stands for all that a page would need.
 */
export function machineHeaders(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = ['strict-transport-security', 'x-content-type-options', 'cross-origin-resource-policy'];
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...Object.fromEntries(Object.entries(all).filter(([name]) => kept.includes(name))),
  };
}

/** Sets `everywhere` on every answer, `direct` on those of direct routes. */
export function registerSecurityHeaders(
  app: FastifyInstance,
  { everywhere, direct }: Readonly<Record<'everywhere' | 'direct', Readonly<Record<string, string>>>>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.routeOptions.config.direct ? direct : everywhere);
    done();
  });
}

/** The headers that helmet would set on every answer: they never differ, so they are asked for once. */
function headersOf(options: HelmetOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'permissions-policy': 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()',
  };
  const collector = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, collector as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return headers;
}

function optionsFor(https: boolean): HelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [self],
        baseUri: ["'none'"],
        connectSrc: [self],
        fontSrc: [self, 'data:'],
        formAction: [self],
        frameAncestors: ["'none'"],
        frameSrc: ["'none'"],
        imgSrc: [self, 'data:', 'blob:'],
        manifestSrc: [self],
        mediaSrc: ["'none'"],
        objectSrc: ["'none'"],
        scriptSrc: [self, "'wasm-unsafe-eval'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: [self, ...libraryStyles.map(sourceOf)],
        workerSrc: [self, 'blob:'],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    crossOriginEmbedderPolicy: false,
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  };
}
