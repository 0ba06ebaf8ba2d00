import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTelemetry, REDACTED, scrub } from '../src/index.ts';

function capture(): { lines: () => Record<string, unknown>[]; write: (line: string) => void } {
  const written: string[] = [];
  return {
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    write: (line) => void written.push(line),
  };
}

function logged(fields: object, message = 'something happened'): Record<string, unknown> {
  const destination = capture();
  createTelemetry({ level: 'debug', destination, processMetrics: false }).logger.info(fields, message);
  return destination.lines()[0]!;
}

describe('log lines', () => {
  it('are JSON with level, time and message', () => {
    const line = logged({ port: 8420 });
    expect(line).toMatchObject({ level: 'info', port: 8420, message: 'something happened' });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('carry the fields of their parent', () => {
    const destination = capture();
    const { logger } = createTelemetry({ level: 'info', destination, processMetrics: false });
    logger.child({ system: 'identity' }).warn({ n: 1 }, 'child');
    expect(destination.lines()[0]).toMatchObject({ system: 'identity', n: 1, level: 'warn' });
  });

  it('leave out what is below the level', () => {
    const destination = capture();
    createTelemetry({ level: 'warn', destination, processMetrics: false }).logger.info({}, 'quiet');
    expect(destination.lines()).toEqual([]);
  });

  it.each([
    'password',
    'token',
    'cookie',
    'authorization',
    'body',
    'headers',
    'displayName',
    'nationalId',
    'query',
    'ip',
  ])('never show %s, at the top or below', (name) => {
    expect(JSON.stringify(logged({ [name]: 'must-not-be-seen' }))).not.toContain('must-not-be-seen');
    expect(JSON.stringify(logged({ request: { [name]: 'must-not-be-seen' } }))).not.toContain('must-not-be-seen');
    expect(JSON.stringify(logged({ a: { b: { [name]: 'must-not-be-seen' } } }))).not.toContain('must-not-be-seen');
  });

  it('describe errors with their causes and without secrets in their words', () => {
    const cause = new Error('connect postgres://tra:secret@db/tra failed for 1234567890121');
    const line = JSON.stringify(logged({ err: new Error('outer', { cause }) }));
    expect(line).toContain('outer');
    expect(line).toContain('connect');
    expect(line).not.toContain('secret');
    expect(line).not.toContain('1234567890121');
  });

  it('do not show what was thrown and is no error', () => {
    expect(JSON.stringify(logged({ err: { nationalId: '1' } }))).toContain(REDACTED);
  });

  it('can be written for a person', () => {
    const written: string[] = [];
    const destination = { write: (line: string) => void written.push(line) };
    createTelemetry({ level: 'info', pretty: true, destination, processMetrics: false }).logger.info(
      { port: 1 },
      'listening',
    );
    expect(written[0]).toMatch(/^\d\d:\d\d:\d\d INFO {2}listening port=1\n$/);
  });
});

describe('scrub', () => {
  it.each([
    ['1-2345-67890-12-1', REDACTED],
    ['id 1234567890121 refused', `id ${REDACTED} refused`],
    ['GET /v1/x?name=somchai failed', `GET /v1/x?${REDACTED} failed`],
    ['postgres://u:p@h/d', `postgres://${REDACTED}@h/d`],
  ])('%s becomes %s', (given, expected) => {
    expect(scrub(given)).toBe(expected);
  });

  it.each([
    'took 1234 ms',
    'a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
    '01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b',
    'what? nothing',
  ])('leaves %s alone', (text) => {
    expect(scrub(text)).toBe(text);
  });

  it('lets no thirteen digits in a row through', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,5} \d{13} [a-z ]{0,5}$/), (text) => {
        expect(scrub(text)).not.toMatch(/\d{13}/);
      }),
    );
  });
});
