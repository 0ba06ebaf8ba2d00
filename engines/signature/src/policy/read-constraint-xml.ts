import { attributeOf, childElements, type ParsedElement, parseXml, textOf } from '@tra/xml';
import { digestName, encryptionName } from './algorithm-names.ts';
import type { AlgorithmCatalogue, AlgorithmLevels, DigestEntry, SignatureEntry } from './algorithms.ts';
import {
  basicTable,
  certificateTable,
  containerTable,
  evidenceRecordTable,
  pdfATable,
  revocationTable,
  signatureTable,
  signedAttributesTable,
  timestampTable,
  trustedListsTable,
  unsignedAttributesTable,
} from './constraint-tables.ts';
import { PolicyError } from './errors.ts';
import { warnOfGaps } from './essential.ts';
import { PROCESS_POLICY_VERSION, type ProcessPolicy, type ValidityModel } from './policy.ts';
import { type ReadWarning, type WarningList, warningList } from './read-result.ts';
import { type DurationUnit, type Level, levels, type RuleKind } from './rules.ts';

const NAMESPACE = 'http://dss.esig.europa.eu/validation/policy';

/** Limits of a policy file: real ones have 30 KB and a thousand nodes. */
const limits = { maxBytes: 1024 * 1024, maxDepth: 20, maxNodes: 50_000 };

type Table = Readonly<Record<string, RuleKind>>;

interface PartShape {
  readonly table: Table;
  /** Elements that hold a part of their own: element name, field, shape. */
  readonly parts: readonly (readonly [string, string, PartShape])[];
  readonly algorithms?: boolean;
}

const certificate: PartShape = { table: certificateTable, parts: [], algorithms: true };
const signedAttributes: PartShape = { table: signedAttributesTable, parts: [] };
const basic: PartShape = {
  table: basicTable,
  parts: [
    ['SigningCertificate', 'signingCertificate', certificate],
    ['CACertificate', 'caCertificate', certificate],
  ],
  algorithms: true,
};
const signature: PartShape = {
  table: signatureTable,
  parts: [
    ['BasicSignatureConstraints', 'basic', basic],
    ['SignedAttributes', 'signedAttributes', signedAttributes],
    ['UnsignedAttributes', 'unsignedAttributes', { table: unsignedAttributesTable, parts: [] }],
  ],
};
const sections: Readonly<Record<string, readonly [string, PartShape]>> = {
  ContainerConstraints: ['container', { table: containerTable, parts: [] }],
  PDFAConstraints: ['pdfA', { table: pdfATable, parts: [] }],
  SignatureConstraints: ['signature', signature],
  CounterSignatureConstraints: ['counterSignature', signature],
  Timestamp: [
    'timestamp',
    {
      table: timestampTable,
      parts: [
        ['BasicSignatureConstraints', 'basic', basic],
        ['SignedAttributes', 'signedAttributes', signedAttributes],
      ],
    },
  ],
  Revocation: ['revocation', { table: revocationTable, parts: [['BasicSignatureConstraints', 'basic', basic]] }],
  EvidenceRecord: ['evidenceRecord', { table: evidenceRecordTable, parts: [], algorithms: true }],
  eIDAS: ['trustedLists', { table: trustedListsTable, parts: [] }],
};

/** A policy that was read, and everything in the file that it does not hold. */
export interface ReadPolicy {
  readonly policy: ProcessPolicy;
  readonly warnings: readonly ReadWarning[];
}

/**
 * Reads a validation policy in the format of DSS (`constraint.xml`, namespace `http://dss.esig.europa.eu/validation/policy`), so that its
 * users can go on with theirs. What is not known is listed in `warnings`, never left out in silence. Throws {@link PolicyError}
 * `policy.invalid` when it is no such policy, and `XmlError` when it is no XML or too large.
 *
 * @example
 * const { policy, warnings } = readConstraintXml(bytes);
 */
export function readConstraintXml(bytes: Uint8Array): ReadPolicy {
  const { root } = parseXml(bytes, limits);
  if (root.localName !== 'ConstraintsParameters' || root.namespace !== NAMESPACE) {
    throw new PolicyError('policy.invalid');
  }
  const list = warningList();
  const parts: Record<string, unknown> = {};
  let model: ValidityModel = 'shell';
  let algorithms: AlgorithmCatalogue | undefined;
  for (const element of childElements(root)) {
    const section = sections[element.localName];
    if (section) parts[section[0]] = readPart(element, section[1], list);
    else if (element.localName === 'Cryptographic') algorithms = readCatalogue(element, list);
    else if (element.localName === 'Model') model = readModel(element, list);
    else if (element.localName !== 'Description') list.warn('policy.element_unknown', pathOf(element));
  }
  const description = childElements(root).find(({ localName }) => localName === 'Description');
  const policy: ProcessPolicy = {
    version: PROCESS_POLICY_VERSION,
    name: attributeOf(root, 'Name') ?? 'constraint.xml',
    ...(description ? { description: textOf(description).trim().replace(/\s+/g, ' ') } : {}),
    model,
    ...parts,
    algorithms: algorithms ?? { level: 'FAIL', digests: [], signatures: [] },
  };
  warnOfGaps(policy, list);
  return { policy, warnings: list.warnings };
}

/** `CRLNextUpdatePresent` is `crlNextUpdatePresent`, `CA` is `ca`, `NotRevoked` is `notRevoked`. */
function fieldOf(name: string): string {
  return name.replace(/^[A-Z0-9]+(?=[A-Z][a-z]|$)|^[A-Z]/, (start) => start.toLowerCase());
}

function pathOf(element: ParsedElement): string {
  const names: string[] = [];
  for (let at: ParsedElement['parent'] = element; at.kind === 'element'; at = at.parent) names.unshift(at.localName);
  return names.join('/');
}

function readPart(element: ParsedElement, shape: PartShape, list: WarningList): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const child of childElements(element)) {
    const part = shape.parts.find(([name]) => name === child.localName);
    const field = fieldOf(child.localName);
    const kind = Object.hasOwn(shape.table, field) ? shape.table[field] : undefined;
    if (part) result[part[1]] = readPart(child, part[2], list);
    else if (shape.algorithms && child.localName === 'Cryptographic') readLevels(child, result, list);
    else if (kind !== undefined) {
      const rule = readRule(child, kind, list);
      if (rule) result[field] = rule;
    } else list.warn('policy.element_unknown', pathOf(child));
  }
  return result;
}

function readRule(element: ParsedElement, kind: RuleKind, list: WarningList): unknown {
  const level = readLevel(element, list);
  if (level === undefined) return undefined;
  if (kind === 'level') return { level };
  if (kind === 'values') return { level, values: idsOf(element) };
  if (kind === 'value')
    return { level, value: idsOf(element)[0] ?? attributeOf(element, 'value') ?? textOf(element).trim() };
  if (kind === 'certificates') {
    return {
      level,
      extensions: idsBelow(element, 'CertificateExtensions'),
      policies: idsBelow(element, 'CertificatePolicies'),
    };
  }
  const text = attributeOf(element, 'Value') ?? attributeOf(element, 'value') ?? '';
  const value = /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
  if (value === undefined) {
    list.warn('policy.value_unreadable', pathOf(element), text);
    return undefined;
  }
  if (kind === 'number') return { level, minimum: value };
  return { level, value, unit: readUnit(element, list) };
}

function readUnit(element: ParsedElement, list: WarningList): DurationUnit {
  const text = (attributeOf(element, 'Unit') ?? 'DAYS').toLowerCase();
  if (text === 'milliseconds' || text === 'seconds' || text === 'minutes' || text === 'hours' || text === 'days')
    return text;
  list.warn('policy.value_unreadable', pathOf(element), text);
  return 'days';
}

/** The level of a rule; one without a level is taken as the strictest (DSS leaves it out). */
function readLevel(element: ParsedElement, list: WarningList): Level | undefined {
  const text = attributeOf(element, 'Level');
  if (text === undefined) {
    list.warn('policy.level_unknown', pathOf(element));
    return 'FAIL';
  }
  return knownLevel(text, pathOf(element), list);
}

function knownLevel(text: string, where: string, list: WarningList): Level {
  const found = levels.find((level) => level === text.toUpperCase());
  if (found) return found;
  list.warn('policy.level_unknown', where, text);
  return 'FAIL';
}

const idsOf = (element: ParsedElement): string[] =>
  childElements(element)
    .filter(({ localName }) => localName === 'Id')
    .map((child) => textOf(child).trim());

const idsBelow = (element: ParsedElement, name: string): string[] =>
  childElements(element)
    .filter(({ localName }) => localName === name)
    .flatMap(idsOf);

function readModel(element: ParsedElement, list: WarningList): ValidityModel {
  const text = (attributeOf(element, 'Value') ?? 'SHELL').toLowerCase();
  if (text === 'shell' || text === 'chain' || text === 'hybrid') return text;
  list.warn('policy.value_unreadable', pathOf(element), text);
  return 'shell';
}

/** A cryptographic part below the common one: its levels are kept; algorithms of its own are not supported and are named. */
function readLevels(element: ParsedElement, into: Record<string, unknown>, list: WarningList): void {
  const level = attributeOf(element, 'Level');
  if (level !== undefined) {
    const found: AlgorithmLevels = { level: knownLevel(level, pathOf(element), list) };
    into.algorithms = found;
  }
  for (const child of childElements(element)) list.warn('policy.element_unknown', pathOf(child));
}

/** The common catalogue: what may be used, the shortest keys, and until when. */
function readCatalogue(element: ParsedElement, list: WarningList): AlgorithmCatalogue {
  const find = (name: string): ParsedElement | undefined =>
    childElements(element).find(({ localName }) => localName === name);
  const known = ['AcceptableEncryptionAlgo', 'MiniPublicKeySize', 'AcceptableDigestAlgo', 'AlgoExpirationDate'];
  for (const child of childElements(element)) {
    if (!known.includes(child.localName)) list.warn('policy.element_unknown', pathOf(child));
  }
  const ends = find('AlgoExpirationDate');
  const level = readLevel(element, list) ?? 'FAIL';
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
  return listed.map((algo) => {
    const name = digestName(algo.name);
    const until = dayOf(
      ends.find((end) => digestName(end.name) === name),
      list,
    );
    return until === undefined ? { name } : { name, until };
  });
}

interface SignatureSources {
  readonly listed: readonly Algo[];
  readonly shortest: readonly Algo[];
  readonly ends: readonly Algo[];
}

function readSignatures({ listed, shortest, ends }: SignatureSources, list: WarningList): SignatureEntry[] {
  const entries: SignatureEntry[] = [];
  for (const { name: text } of listed) {
    const name = encryptionName(text);
    const minimum = shortest.find((algo) => encryptionName(algo.name) === name)?.size ?? 0;
    const own = ends.filter((algo) => encryptionName(algo.name) === name).sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
    const entry = (keyLength: number, algo: Algo | undefined): SignatureEntry => {
      const until = dayOf(algo, list);
      return until === undefined ? { name, keyLength } : { name, keyLength, until };
    };
    // Keys between the shortest and the first one with a date fall under the rule of the latter.
    const first = own.filter(({ size }) => (size ?? 0) <= minimum).at(-1) ?? own[0];
    entries.push(entry(minimum, first));
    for (const algo of own) if ((algo.size ?? 0) > minimum) entries.push(entry(algo.size ?? 0, algo));
  }
  return entries;
}
