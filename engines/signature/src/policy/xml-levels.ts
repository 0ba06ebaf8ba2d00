import { attributeOf, type ParsedElement } from '@tra/xml';
import type { WarningList } from './read-result.ts';
import { type Level, levels } from './rules.ts';

/** Names of an element and of those around it. */
export function pathOf(element: ParsedElement): string {
  const names: string[] = [];
  for (let at: ParsedElement['parent'] = element; at.kind === 'element'; at = at.parent) names.unshift(at.localName);
  return names.join('/');
}

/** The level of a rule; one without a level is taken as the strictest (DSS leaves it out). */
export function readLevel(element: ParsedElement, list: WarningList): Level {
  const text = attributeOf(element, 'Level');
  if (text === undefined) {
    list.warn('policy.level_unknown', pathOf(element));
    return 'FAIL';
  }
  return knownLevel(text, pathOf(element), list);
}

/** A level by its name; one that is not known counts as the strictest. */
export function knownLevel(text: string, where: string, list: WarningList): Level {
  const found = levels.find((level) => level === text.toUpperCase());
  if (found) return found;
  list.warn('policy.level_unknown', where, text);
  return 'FAIL';
}
