import { readdirSync, readFileSync } from 'node:fs';
import { archiveNotChecked, archiveRules } from '@tra/pdf';
import { loadMessages } from '@tra/platform-i18n';
import {
  policyErrorCodes,
  policyWarningCodes,
  processCheckCodes,
  processErrorCodes,
  processFailureCodes,
  reportCodes,
} from '@tra/signature';
import { describe, expect, it } from 'vitest';
import { validation } from '../src/index.ts';

const messages = loadMessages([new URL('messages/', validation.root)]);
const keys = new Set(messages.keys());

function sourceOf(engine: string): string {
  const folder = new URL(`../../../engines/${engine}/src/`, import.meta.url);
  const files = readdirSync(folder, { recursive: true }).map(String);
  const sources = files.filter((name) => name.endsWith('.ts') && !name.endsWith('testing.ts'));
  expect(sources.length).toBeGreaterThan(3);
  return sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
}

/** Codes in a source that are not in its union of thrown ones. */
function reportedCodes(engine: string): readonly string[] {
  const source = sourceOf(engine);
  const thrown = /export type \w+ErrorCode =([^;]*);/.exec(source)?.[1] ?? '';
  const all = new Set([...source.matchAll(new RegExp(`'(${engine}\\.[a-z_]+)'`, 'g'))].map((match) => match[1] ?? ''));
  for (const match of thrown.matchAll(/'([a-z_.]+)'/g)) all.delete(match[1] ?? '');
  for (const match of source.matchAll(new RegExp(`\\bcheck\\([^';]*'(${engine}\\.[a-z_]+)'`, 'g')))
    all.add(`${match[1]}_ok`);
  return [...all];
}

const processCodes = [
  ...processCheckCodes.flatMap((code) => [code, `${code}.failed`]),
  ...processFailureCodes,
  ...processErrorCodes,
  ...policyErrorCodes,
  ...policyWarningCodes,
];

const archiveCodes = [...Object.keys(archiveRules), ...archiveNotChecked];

const trustListCodes = [...new Set(sourceOf('trust-list').match(/\btrust_list\.[a-z_]+/g))];

describe('the words of validation', () => {
  it('cover every code of the signature engine', () => {
    expect(reportCodes.length).toBeGreaterThan(100);
    expect(reportCodes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every check of the validation process and every fault of a policy', () => {
    expect(processCodes.length).toBeGreaterThan(400);
    expect(processCodes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it.each(['pki', 'cms', 'timestamp'])('cover every check of engines/%s', (engine) => {
    const codes = reportedCodes(engine);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every code of engines/trust-list', () => {
    expect(trustListCodes.length).toBeGreaterThan(20);
    expect(trustListCodes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every problem of engines/pdf', () => {
    const union = /export type PdfProblemCode =([^;]*);/.exec(sourceOf('pdf'))?.[1] ?? '';
    const codes = [...union.matchAll(/'(pdf\.[a-z_]+)'/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every requirement of PDF/A', () => {
    expect(archiveCodes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every change that engines/pdf tells apart', () => {
    const union = /export type PdfChangeCode =([^;]*);/.exec(sourceOf('pdf'))?.[1] ?? '';
    const codes = [...union.matchAll(/'(pdf\.[a-z_]+)'/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !keys.has(code))).toEqual([]);
  });

  it('cover every error of the system and the words of the text report', () => {
    for (const code of Object.keys(validation.problems)) expect(keys).toContain(code);
    const source = readFileSync(new URL('../../../engines/signature/src/render-text.ts', import.meta.url), 'utf8');
    const used = [...source.matchAll(/'(validation\.[a-z_.]+)'/g)].map((match) => match[1] ?? '');
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((key) => !keys.has(key))).toEqual([]);
  });

  it('cover every word of the reports, and hold no other', () => {
    const prefix = 'validation.report.';
    const folder = new URL('../../../engines/signature/src/reports/content/', import.meta.url);
    const own = new URL('../src/reports/', import.meta.url);
    const sources = [folder, own].flatMap((place) =>
      readdirSync(place, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(new URL(name, place), 'utf8')),
    );
    const source = sources.join('\n');
    const asked = [...source.matchAll(/\b(?:label|row|exact|heading|say)\(\s*'([a-z0-9_]+)'/g)].map(
      (match) => match[1] ?? '',
    );
    expect(asked.length).toBeGreaterThan(40);
    expect(asked.filter((name) => !keys.has(`${prefix}${name}`))).toEqual([]);
    const built = [...source.matchAll(/label\(`([a-z_]+\.)\$/g)].map((match) => match[1] ?? '');
    const known = (key: string): boolean =>
      source.includes(`'${key}'`) || [...built, 'role.'].some((start) => key.startsWith(start));
    const reports = [...keys].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    expect(reports.filter((key) => !known(key))).toEqual([]);
  });

  it('hold nothing that no code asks for', () => {
    const engines = ['pki', 'cms', 'timestamp'].flatMap(reportedCodes);
    const asked = new Set([
      ...reportCodes,
      ...processCodes,
      ...engines,
      ...trustListCodes,
      ...archiveCodes,
      ...Object.keys(validation.problems),
    ]);
    const others = [...keys].filter((key) => !asked.has(key) && !key.startsWith('pdf.') && !key.startsWith('cms.'));
    const allowed =
      /^validation\.(question|verdict|text|report|structure)\.|^timestamp\.token_valid$|^pki\.path_valid$/;
    expect(others.filter((key) => !allowed.test(key))).toEqual([]);
  });

  it('are Thai in Thai and English in English', () => {
    for (const key of keys) {
      expect(messages.translate(key, 'th'), key).toMatch(/[\u0e00-\u0e7f]/);
      expect(messages.translate(key, 'en'), key).not.toMatch(/[\u0e00-\u0e7f]/);
    }
  });
});
