import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Configuration of the server itself. */
export interface ServerConfig {
  readonly env: 'development' | 'production';
  readonly demo?: boolean;
  readonly data: string;
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly systems: string;
  readonly stopGraceSeconds: number;
}

export const serverConfig: ConfigSection<ServerConfig> = defineConfig<ServerConfig>(
  'server',
  Type.Object({
    env: Type.Union([Type.Literal('development'), Type.Literal('production')], {
      default: 'development',
      description: 'production refuses demo accounts, demo certificates and generated key files.',
    }),
    demo: Type.Optional(
      Type.Boolean({
        description:
          'Create demo accounts and a demo trust hierarchy. Default: true in development, false in production.',
      }),
    ),
    data: Type.String({
      default: './data',
      minLength: 1,
      description: 'Folder of the embedded database, the files and the keys.',
    }),
    databaseUrl: Type.String({
      default: '',
      description: 'PostgreSQL server (postgres://…) instead of the embedded database.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address to listen on; 0.0.0.0 for every one.',
    }),
    port: Type.Integer({
      default: 8420,
      minimum: 0,
      maximum: 65_535,
      description: 'Port to listen on; 0 takes a free one.',
    }),
    publicUrl: Type.String({
      default: '',
      description: 'Address that people, QR codes and certificates use. Default: http://localhost:PORT.',
    }),
    systems: Type.String({ default: '', description: 'Serve only these systems, separated by commas. Default: all.' }),
    stopGraceSeconds: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 600,
      description: 'How long requests and jobs may finish after a stop signal, in seconds.',
    }),
  }),
  { secret: ['databaseUrl'] },
);

/** Configuration of where files are kept. */
export interface BlobsConfig {
  readonly store: 'file' | 's3';
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly pathStyle: boolean;
}

export const blobsConfig: ConfigSection<BlobsConfig> = defineConfig<BlobsConfig>(
  'blobs',
  Type.Object({
    store: Type.Union([Type.Literal('file'), Type.Literal('s3')], {
      default: 'file',
      description: 'Where documents and attachments are kept: files below the data folder, or an S3-compatible store.',
    }),
    endpoint: Type.String({ default: '', description: 'Address of the S3-compatible store.' }),
    bucket: Type.String({ default: '', description: 'Bucket of the S3-compatible store.' }),
    region: Type.String({ default: 'us-east-1', description: 'Region of the S3-compatible store.' }),
    accessKeyId: Type.String({ default: '', description: 'Access key of the S3-compatible store.' }),
    secretAccessKey: Type.String({ default: '', description: 'Secret key of the S3-compatible store.' }),
    pathStyle: Type.Boolean({ default: true, description: 'Put the bucket into the path instead of the host name.' }),
  }),
  { secret: ['accessKeyId', 'secretAccessKey'] },
);

/** Configuration of the key store. */
export interface KeysConfig {
  readonly passphrase: string;
  readonly file: string;
}

export const keysConfig: ConfigSection<KeysConfig> = defineConfig<KeysConfig>(
  'keys',
  Type.Object({
    passphrase: Type.String({
      default: '',
      description: 'Passphrase that opens the key store. In production this or a key file is required.',
    }),
    file: Type.String({
      default: '',
      description:
        'File with 32 random bytes that opens the key store. Default in development: generated below the data folder.',
    }),
  }),
  { secret: ['passphrase'] },
);

/** Configuration of logs. */
export interface TelemetryConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly pretty: boolean;
}

export const telemetryConfig: ConfigSection<TelemetryConfig> = defineConfig<TelemetryConfig>(
  'telemetry',
  Type.Object({
    level: Type.Union(
      [
        Type.Literal('debug'),
        Type.Literal('info'),
        Type.Literal('warn'),
        Type.Literal('error'),
        Type.Literal('silent'),
      ],
      { default: 'info', description: 'Least severe log line that is written.' },
    ),
    pretty: Type.Boolean({ default: false, description: 'Write lines for people instead of JSON.' }),
  }),
);
