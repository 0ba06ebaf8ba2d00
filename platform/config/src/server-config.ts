import { Type } from 'typebox';
import { type ConfigSection, defineConfig } from './section.ts';

/** The settings of the process as a whole. */
export interface ServerConfig {
  readonly environment: 'development' | 'production';
  /** Folder of everything the process keeps on disk. */
  readonly data: string;
  /** PostgreSQL connection URL; the embedded database when absent. */
  readonly databaseUrl?: string;
  /** Whether there is a database at all. */
  readonly storage: 'database' | 'none';
  readonly port: number;
  readonly host: string;
  /** Address under which people reach the product; no slash at the end. */
  readonly publicUrl: string;
  /** Demo accounts and a demo trust hierarchy; true in development unless set, never in production. */
  readonly demo: boolean;
  /** Systems to run; all when empty. */
  readonly systems: readonly string[];
}

/** The section `server`, whose environment names have no section word: `TRA_ENV`, `TRA_PORT`, … */
export const serverConfig: ConfigSection<ServerConfig> = defineConfig<ServerConfig>(
  'server',
  Type.Object({
    environment: Type.Union([Type.Literal('development'), Type.Literal('production')], {
      default: 'development',
      description: 'What the process is for. Production refuses demo accounts and demo keys.',
    }),
    data: Type.String({
      default: './data',
      minLength: 1,
      description: 'Folder of the embedded database, files and keys.',
    }),
    databaseUrl: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description: 'PostgreSQL connection URL. When absent, the embedded database in the data folder is used.',
      }),
    ),
    storage: Type.Union([Type.Literal('database'), Type.Literal('none')], {
      default: 'database',
      description:
        'Whether there is a database. `none` serves time-stamping alone, with units that were brought here and records in files; whatever else needs a database is refused.',
    }),
    port: Type.Integer({ default: 8420, minimum: 0, maximum: 65535, description: 'TCP port; 0 takes a free one.' }),
    host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on.' }),
    publicUrl: Type.String({
      default: 'http://localhost:8420',
      pattern: '^https?://[^/?#\\s]+$',
      description:
        'Address under which people reach the product, without a slash at the end. It stands in issued documents.',
    }),
    demo: Type.Optional(
      Type.Boolean({
        description:
          'Whether demo accounts and a demo trust hierarchy are made. True in development unless set; refused in production.',
      }),
    ),
    systems: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]*$' }), {
      default: [],
      description: 'Systems to run in this process; all when empty.',
    }),
  }),
  {
    secret: ['databaseUrl'],
    environment: {
      environment: 'TRA_ENV',
      data: 'TRA_DATA',
      databaseUrl: 'TRA_DATABASE_URL',
      storage: 'TRA_STORAGE',
      port: 'TRA_PORT',
      host: 'TRA_HOST',
      publicUrl: 'TRA_PUBLIC_URL',
      demo: 'TRA_DEMO',
      systems: 'TRA_SYSTEMS',
    },
  },
);
