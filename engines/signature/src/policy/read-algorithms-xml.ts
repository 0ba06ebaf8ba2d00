import { attributeOf, childElements, type ParsedElement, textOf } from '@tra/xml';
import { digestName, encryptionName } from './algorithm-names.ts';
import type { AlgorithmCatalogue, AlgorithmLevels, DigestEntry, SignatureEntry } from './algorithms.ts';
import type { WarningList } from './read-result.ts';
import type { Level } from './rules.ts';
import { knownLevel, pathOf, readLevel } from './xml-levels.ts';

/** A cryptographic part below the common one: its levels are kept; algorithms of its own are not supported and are named. */
export function readAlgorithmLevels(element: ParsedElement, into: Record<string, unknown>, list: WarningList): void {
  const level = attributeOf(element, 'Level');
  if (level !== undefined) {
    const found: AlgorithmLevels = { level: knownLevel(level, pathOf(element), list) };
    into.algorithms = found;
  }
  for (const child of childElements(element)) list.warn('policy.element_unknown', pathOf(child));
}

/** The common catalogue: what may be used, the shortest keys, and until when. */
export function readCatalogue(element: ParsedElement, list: WarningList): AlgorithmCatalogue {
  const find = (name: string): ParsedElement | undefined =>
    childElements(element).find(({ localName }) => localName === name);
  const known = ['AcceptableEncryptionAlgo', 'MiniPublicKeySize', 'AcceptableDigestAlgo', 'AlgoExpirationDate'];
  for (const child of childElements(element)) {
    if (!known.includes(child.localName)) list.warn('policy.element_unknown', pathOf(child));
  }
  const ends = find('AlgoExpirationDate');
  const level = readLevel(element, list);
  const levelOf = (part: ParsedElement | undefined): Level | undefined => {
    const text = part && attributeOf(part, 'Level');
    return part && text !== undefined ? knownLevel(text, pathOf(part), list) : undefined;
  };
  const afterUpdate = ends && attributeOf(ends, 'LevelAfterUpdate');
  const updated = ends && attributeOf(ends, 'UpdateDate');
  return withoutAbsent({
    level,
    digestLevel: levelOf(find('AcceptableDigestAlgo')),
    encryptionLevel: levelOf(find('AcceptableEncryptionAlgo')),
    keyLengthLevel: levelOf(find('MiniPublicKeySize')),
    expirationLevel: levelOf(ends),
    updated: updated !== undefined && isDay(updated) ? updated : undefined,
    expirationLevelAfterUpdate:
      ends && afterUpdate !== undefined ? knownLevel(afterUpdate, pathOf(ends), list) : undefined,
    digests: readDigests(algosOf(find('AcceptableDigestAlgo')), algosOf(ends), list),
    signatures: readSignatures(
      {
        listed: algosOf(find('AcceptableEncryptionAlgo')),
        shortest: algosOf(find('MiniPublicKeySize')),
        ends: algosOf(ends),
      },
      list,
    ),
  });
}

const withoutAbsent = <T extends object>(value: { [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;

interface Algo {
  readonly name: string;
  readonly size?: number;
  readonly date?: string;
  readonly element: ParsedElement;
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

function algosOf(element: ParsedElement | undefined): Algo[] {
  if (!element) return [];
  return childElements(element)
    .filter(({ localName }) => localName === 'Algo')
    .map((child) => {
      const size = attributeOf(child, 'Size');
      const date = attributeOf(child, 'Date');
      return {
        name: textOf(child).trim(),
        element: child,
        ...(size !== undefined && /^\d{1,6}$/.test(size) ? { size: Number(size) } : {}),
        ...(date !== undefined ? { date } : {}),
      };
    });
}

function dayOf(algo: Algo | undefined, list: WarningList): string | undefined {
  if (algo?.date === undefined) return undefined;
  const day = /^\d{4}$/.test(algo.date) ? `${algo.date}-01-01` : algo.date;
  if (isDay(day)) return day;
  list.warn('policy.value_unreadable', pathOf(algo.element), algo.date);
  // An end that cannot be read is taken as past: the strict side.
  return '1970-01-01';
}

function readDigests(listed: readonly Algo[], ends: readonly Algo[], list: WarningList): DigestEntry[] {
  return listed.flatMap((algo) => {
    const name = digestName(algo.name);
    const own = ends.filter((end) => digestName(end.name) === name);
    return own.length === 0 ? [{ name }] : own.map((end) => ({ name, ...untilOf(end, list) }));
  });
}

function untilOf(algo: Algo, list: WarningList): { until?: string } {
  const until = dayOf(algo, list);
  return until === undefined ? {} : { until };
}

interface SignatureSources {
  readonly listed: readonly Algo[];
  readonly shortest: readonly Algo[];
  readonly ends: readonly Algo[];
}

/** A method with ends is listed by the lengths that have one, none below the shortest allowed; without ends by the latter alone. */
function readSignatures({ listed, shortest, ends }: SignatureSources, list: WarningList): SignatureEntry[] {
  return listed.flatMap(({ name: text }) => {
    const name = encryptionName(text);
    const minimum = shortest.find((algo) => encryptionName(algo.name) === name)?.size ?? 0;
    const own = ends.filter((algo) => encryptionName(algo.name) === name).sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
    if (own.length === 0) return [{ name, keyLength: minimum }];
    return own.map((algo) => ({ name, keyLength: Math.max(algo.size ?? 0, minimum), ...untilOf(algo, list) }));
  });
}
