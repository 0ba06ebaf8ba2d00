import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

type Messages = Record<string, string>;

const portal = new URL('../', import.meta.url);
const systems = new URL('../../../systems/', import.meta.url);

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');
}

/** What is wrong between the two languages of one folder; empty when every key has both and the same placeholders. */
export function compareLanguages(th: Messages, en: Messages): string[] {
  const problems: string[] = [];
  for (const key of Object.keys(th)) if (!(key in en)) problems.push(`${key}: missing in en.json`);
  for (const key of Object.keys(en)) if (!(key in th)) problems.push(`${key}: missing in th.json`);
  for (const [key, text] of Object.entries(th)) {
    const other = en[key];
    if (other !== undefined && placeholders(text) !== placeholders(other)) {
      problems.push(`${key}: th has ${placeholders(text) || 'none'}, en has ${placeholders(other) || 'none'}`);
    }
    if (text.trim() === '' || other?.trim() === '') problems.push(`${key}: empty text`);
  }
  return problems;
}

function read(folder: URL, name: string): Messages {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Messages;
}

function messageFolders(): URL[] {
  const entries = readdirSync(systems, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = entries.map((entry) => new URL(`${entry.name}/messages/`, systems));
  return [new URL('messages/', portal), ...folders].filter((folder) => existsSync(folder));
}

/** Fails the build when a text is missing in Thai or English, or when their placeholders differ. */
export function checkMessages(): Plugin {
  return {
    name: 'tra:check-messages',
    buildStart() {
      for (const folder of messageFolders()) {
        for (const name of readdirSync(folder).filter((file) => file.endsWith('th.json'))) {
          const problems = compareLanguages(read(folder, name), read(folder, name.replace(/th\.json$/, 'en.json')));
          if (problems.length > 0) this.error(`${fileURLToPath(folder)}${name}:\n  ${problems.join('\n  ')}`);
        }
      }
    },
  };
}
