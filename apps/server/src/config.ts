import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { KEY_PURPOSES, type KeyPurpose } from '@tra/platform-keys';
import { Type } from 'typebox';

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
  readonly pkcs11Purposes: readonly KeyPurpose[];
  readonly absentPurposes: readonly KeyPurpose[];
  readonly pkcs11Library: string;
  readonly pkcs11Token: string;
  readonly pkcs11Pin: string;
  readonly pkcs11PinFile: string;
  readonly pkcs11Sessions: number;
}

const purposes = (description: string) =>
  Type.Array(Type.Union(KEY_PURPOSES.map((purpose) => Type.Literal(purpose))), { default: [], description });

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
    pkcs11Purposes: purposes('Purposes whose keys are made in a PKCS#11 token; the others are in encrypted files.'),
    absentPurposes: purposes(
      'Purposes whose keys are kept away from this server, such as `root-ca` when the root is offline.',
    ),
    pkcs11Library: Type.String({ default: '', description: "Path of the token maker's PKCS#11 library." }),
    pkcs11Token: Type.String({ default: '', description: 'Label of the token.' }),
    pkcs11Pin: Type.String({ default: '', description: 'User PIN of the token; a file is better.' }),
    pkcs11PinFile: Type.String({
      default: '',
      description: 'File with the user PIN of the token, read anew whenever the token is opened.',
    }),
    pkcs11Sessions: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description: 'Sessions with the token, and so signatures that it makes side by side.',
    }),
  }),
  { secret: ['passphrase', 'pkcs11Pin'] },
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
