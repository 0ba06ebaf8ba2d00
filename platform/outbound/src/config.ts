import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of outgoing requests. */
export interface OutboundConfig {
  readonly allowedNetworks: readonly string[];
  readonly resolvers: readonly string[];
  readonly timeoutMs: number;
  /** No proxy when absent or empty. */
  readonly proxy?: string;
  /** Who resolves the names that a proxy is asked for; `here` when absent. */
  readonly proxyNames?: 'here' | 'proxy';
  /** Hosts that are asked without the proxy. */
  readonly proxyExcept?: readonly string[];
}

/** The section `outbound`. */
export const outboundConfig: ConfigSection<OutboundConfig> = defineConfig<OutboundConfig>(
  'outbound',
  Type.Object({
    allowedNetworks: Type.Array(Type.String({ maxLength: 64 }), {
      default: [],
      description:
        'Networks that outgoing requests may reach although they are not public, such as 10.1.0.0/16. Public addresses are always allowed, this machine and private networks never, unless named here.',
    }),
    resolvers: Type.Array(Type.String({ maxLength: 64 }), {
      default: [],
      description: 'DNS servers (address or address:port) to ask; those of the machine when empty.',
    }),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 120_000,
      description: 'Longest time of one outgoing request in milliseconds, redirects included.',
    }),
    proxy: Type.String({
      default: '',
      maxLength: 2000,
      description:
        'Proxy for outgoing requests, such as http://user:password@proxy.example.go.th:3128; none when empty. https goes through CONNECT.',
    }),
    proxyNames: Type.Union([Type.Literal('here'), Type.Literal('proxy')], {
      default: 'here',
      description:
        'Who looks up the names that the proxy is asked for. `here`: names with an address that is not public are refused before. `proxy`: for machines without DNS; then the proxy itself must refuse private networks.',
    }),
    proxyExcept: Type.Array(Type.String({ maxLength: 253 }), {
      default: [],
      description: 'Hosts that are asked without the proxy, such as ca.example.go.th or *.example.go.th.',
    }),
  }),
  { secret: ['proxy'] },
);
