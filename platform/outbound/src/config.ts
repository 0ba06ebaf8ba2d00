import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of outgoing requests. */
export interface OutboundConfig {
  readonly allowedNetworks: readonly string[];
  readonly resolvers: readonly string[];
  readonly timeoutMs: number;
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
  }),
);
