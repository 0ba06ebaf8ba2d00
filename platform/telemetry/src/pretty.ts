import type { LogDestination } from './logger.ts';

const hidden = new Set(['level', 'time', 'message', 'err']);

function renderFields(line: Record<string, unknown>): string {
  return Object.entries(line)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

/** One line for a person out of one JSON log line; a line that is no JSON passes unchanged. */
export function renderPretty(json: string): string {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const time = String(line.time ?? '').slice(11, 19);
  const level = String(line.level ?? '')
    .toUpperCase()
    .padEnd(5);
  const stack = (line.err as { stack?: string } | undefined)?.stack;
  return `${time} ${level} ${line.message ?? ''}${renderFields(line)}${stack ? `\n${stack}` : ''}\n`;
}

/** A destination that writes each JSON line to `target` the way a person reads it. */
export function prettyDestination(target: LogDestination): LogDestination {
  return { write: (json) => target.write(renderPretty(json)) };
}
