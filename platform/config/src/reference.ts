import { allowedValues } from './allowed.ts';
import { type ConfigKey, type ConfigSection, keysOf } from './section.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function defaultOf(key: ConfigKey): string {
  if (key.required) return 'must be given';
  const value = key.schema.default;
  if (value === undefined || key.secret) return 'none';
  return `\`${cell(Array.isArray(value) ? value.join(',') : String(value))}\``.replace('``', 'empty');
}

function rowOf(key: ConfigKey): string {
  const meaning = `${key.schema.description ?? ''}${key.secret ? ' Secret.' : ''}`;
  const allowed = cell(allowedValues(key.schema));
  return `| \`${key.variable}\` | \`${key.key}\` | ${allowed} | ${defaultOf(key)} | ${cell(meaning)} |`;
}

function renderSection(section: ConfigSection<unknown>): string {
  const rows = keysOf(section).map(rowOf);
  const head = '| Environment | In the file | Allowed | Default | Meaning |\n| --- | --- | --- | --- | --- |';
  return `## ${section.name}\n\n${rows.length === 0 ? 'Nothing to set.' : `${head}\n${rows.join('\n')}`}\n`;
}

/** The reference page of all `sections` as Markdown, for docs/reference/configuration.md. */
export function renderConfigReference(sections: readonly ConfigSection<unknown>[]): string {
  const introduction = [
    '# Configuration',
    '',
    'Generated from the schemas; do not edit. Each setting comes from, the later wins: its default, `tra.config.json` (one object',
    'per section), the environment. A value that is not allowed, or a name that nobody knows, stops the start and is named.',
    '',
  ].join('\n');
  return `${introduction}\n${sections.map(renderSection).join('\n')}`;
}
