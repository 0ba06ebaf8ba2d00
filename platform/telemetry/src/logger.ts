import { type DestinationStream, type Logger as PinoLogger, pino, stdSerializers } from 'pino';

/** Writes structured lines: first what happened in fields, then one sentence for a person. Fields hold no personal data. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether lines at `level` are written; where this is missing, ask nobody and write. */
  writes?(level: LogLevel): boolean;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: object): Logger;
}

/** Levels from the most to the least talkative; `silent` writes nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where log lines go, one JSON object each. */
export type LogDestination = Pick<DestinationStream, 'write'>;

/** What stands in a log line in place of a value that must not be there. */
export const REDACTED = '[redacted]';

/** Names of fields whose values never reach a log, at the top of a line or up to two levels below it. */
export const REDACTED_FIELDS: readonly string[] = [
  'password',
  'passphrase',
  'secret',
  'secretAccessKey',
  'token',
  'csrfToken',
  'cookie',
  'cookies',
  'set-cookie',
  'authorization',
  'x-csrf-token',
  'body',
  'data',
  'query',
  'headers',
  'displayName',
  'fullName',
  'username',
  'email',
  'phone',
  'address',
  'nationalId',
  'national_id',
  'databaseUrl',
  'ip',
];

const longNumber = /(?<![0-9A-Za-z])(?:\d[ -]?){12}\d(?![0-9A-Za-z])/g;
const urlCredentials = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/@\s:]*:[^/@\s]*@/gi;
const queryString = /((?:\/|https?:\/\/)[^\s?"']*)\?[^\s"']+/g;

/** `text` without national ids (13 digits in a row), passwords inside URLs and query strings. */
export function scrub(text: string): string {
  return text
    .replace(urlCredentials, `$1${REDACTED}@`)
    .replace(queryString, `$1?${REDACTED}`)
    .replace(longNumber, REDACTED);
}

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return REDACTED;
  const described = stdSerializers.err(error) as { type?: string; stack?: string };
  const code = (error as { code?: unknown }).code;
  return {
    type: described.type ?? error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: scrub(error.message),
    stack: scrub((error.stack ?? '').split('\n').slice(0, 12).join('\n')),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function redactionPaths(): string[] {
  const quoted = REDACTED_FIELDS.map((name) => `["${name}"]`);
  return quoted.flatMap((name) => [name, `*${name}`, `*.*${name}`]);
}

function adapt(logger: PinoLogger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    writes: (level) => logger.isLevelEnabled(level),
    child: (fields) => adapt(logger.child(fields)),
  };
}

function scrubText(value: unknown): unknown {
  return typeof value === 'string' ? scrub(value) : value;
}

function scrubLine(line: Record<string, unknown>): Record<string, unknown> {
  const scrubbed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(line)) scrubbed[name] = name === 'err' ? value : scrubText(value);
  return scrubbed;
}

/** A logger over pino: JSON lines with the time as RFC 3339, and nothing that names a person or opens a door. */
export function createLogger(options: { level: LogLevel; destination: LogDestination }): Logger {
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: redactionPaths(), censor: REDACTED },
      serializers: { err: (error: unknown) => describeError(error), error: (error: unknown) => describeError(error) },
      formatters: { level: (label) => ({ level: label }), log: scrubLine },
    },
    options.destination as DestinationStream,
  );
  return adapt(logger);
}
