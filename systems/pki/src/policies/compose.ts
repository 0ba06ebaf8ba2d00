import type { Language, LocalizedText } from '@tra/kernel';
import { formatNumber } from '@tra/platform-i18n';
import type { ContentBlock, PolicyContent } from './content.ts';
import type { PolicyFacts } from './facts.ts';
import type { PolicyDocument } from './policy-oids.ts';
import { statementsOf } from './statements.ts';
import { tableOf } from './tables.ts';
import type { PolicyBlock, PolicySection, PolicyText } from './text.ts';

/** What the documents are made of. */
export interface PolicySource {
  readonly content: PolicyContent;
  readonly facts: PolicyFacts;
}

const placeholder = /\{(\w+)\}/g;

/** The text with every `{name}` replaced. Throws for a name without a value: the shipped files must fit the facts. */
function fill(text: string, language: Language, { values }: PolicyFacts): string {
  return text.replace(placeholder, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for {${name}} in the policy documents`);
    if (typeof value === 'number') return formatNumber(value, language);
    return typeof value === 'string' ? value : value[language];
  });
}

function holds(condition: string | undefined, { holds: known }: PolicyFacts): boolean {
  if (condition === undefined) return true;
  const name = condition.replace(/^!/, '');
  const value = known[name];
  if (value === undefined) throw new TypeError(`no fact ${name} for the policy documents`);
  return condition.startsWith('!') ? !value : value;
}

function blockOf(block: ContentBlock, language: Language, source: PolicySource): PolicyBlock {
  const { facts, content } = source;
  if ('table' in block) return tableOf(block.table, language, { facts, words: content.words });
  if ('list' in block) {
    const items = block.list.filter((item) => holds(item.if, facts));
    return { kind: 'list', items: items.map((item) => fill(item[language], language, facts)) };
  }
  return { kind: 'text', text: fill(block[language], language, facts) };
}

const titles: Readonly<Record<PolicyDocument, LocalizedText>> = {
  cp: { th: 'นโยบายใบรับรองอิเล็กทรอนิกส์ (CP)', en: 'Certificate Policy (CP)' },
  cps: { th: 'แนวปฏิบัติในการออกใบรับรองอิเล็กทรอนิกส์ (CPS)', en: 'Certification Practice Statement (CPS)' },
};
const nothing: LocalizedText = { th: 'ไม่มีข้อกำหนด', en: 'No stipulation.' };

/** Title of a document. */
export function policyTitle(document: PolicyDocument): LocalizedText {
  return titles[document];
}

/**
 * A document in one language: every section of RFC 3647 section 6, in its order. What neither the product nor the organisation states is
 * said to have no stipulation.
 */
export function composePolicy(document: PolicyDocument, language: Language, source: PolicySource): PolicyText {
  const { outline, sections } = source.content;
  const stated = statementsOf(source.facts.statements);
  const isParent = (number: string): boolean => outline.some((other) => other.number.startsWith(`${number}.`));
  return {
    title: titles[document][language],
    sections: outline.map((entry): PolicySection => {
      const { number } = entry;
      const shipped = (sections[number] ?? []).filter(
        (block) => (block.in ?? document) === document && holds(block.if, source.facts),
      );
      const blocks = shipped.map((block) => blockOf(block, language, source));
      const own = stated.get(number);
      if (own) blocks.push({ kind: 'text', text: own[language] });
      if (blocks.length === 0 && !isParent(number)) blocks.push({ kind: 'none', text: nothing[language] });
      return { number, title: entry[language], blocks };
    }),
  };
}
