import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of the public log. */
export interface LogConfig {
  readonly origin: string;
  readonly everyMs: number;
  readonly witnesses: readonly string[];
  readonly lateSeconds: number;
}

/** The section `log`. */
export const logConfig: ConfigSection<LogConfig> = defineConfig<LogConfig>(
  'log',
  Type.Object({
    origin: Type.String({
      default: '',
      maxLength: 200,
      pattern: '^[^\\s+]*$',
      description:
        'Name of the log in its checkpoints, for ever: it applies when the log is made. When empty, the public address without its scheme, with /log.',
    }),
    everyMs: Type.Integer({
      default: 1_000,
      minimum: 10,
      maximum: 3_600_000,
      description: 'Milliseconds between two rounds in which entries get their places and a checkpoint is signed.',
    }),
    witnesses: Type.Array(Type.String({ maxLength: 400 }), {
      default: [],
      maxItems: 16,
      description:
        'Keys of the witnesses whose cosignatures are taken and published: `<name>+<id>+<key>` (vkey, cosignature/v1).',
    }),
    lateSeconds: Type.Integer({
      default: 300,
      minimum: 10,
      maximum: 86_400,
      description: 'The log counts as unhealthy when an entry has waited longer for its place, seconds.',
    }),
  }),
);
