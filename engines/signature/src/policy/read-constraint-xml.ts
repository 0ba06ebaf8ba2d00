import { attributeOf, childElements, type ParsedElement, parseXml, textOf } from '@tra/xml';
import type { AlgorithmCatalogue } from './algorithms.ts';
import { PolicyError } from './errors.ts';
import { warnOfGaps } from './essential.ts';
import { PROCESS_POLICY_VERSION, type ProcessPolicy, type ValidityModel } from './policy.ts';
import { readAlgorithmLevels, readCatalogue } from './read-algorithms-xml.ts';
import { type ReadWarning, type WarningList, warningList } from './read-result.ts';
import type { DurationUnit, RuleKind } from './rules.ts';
import { type PartShape, policyParts } from './shape.ts';
import { pathOf, readLevel } from './xml-levels.ts';

const NAMESPACE = 'http://dss.esig.europa.eu/validation/policy';

/** Limits of a policy file: real ones have 30 KB and a thousand nodes. */
const limits = { maxBytes: 1024 * 1024, maxDepth: 20, maxNodes: 50_000 };

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
    throw new PolicyError('policy.invalid', { params: { where: root.localName } });
  }
  const list = warningList();
  const parts: Record<string, unknown> = {};
  let model: ValidityModel = 'shell';
  let algorithms: AlgorithmCatalogue | undefined;
  for (const element of childElements(root)) {
    const section = policyParts.find((part) => part.element === element.localName);
    if (section) parts[section.field] = readPart(element, section.shape, list);
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

function readPart(element: ParsedElement, shape: PartShape, list: WarningList): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const child of childElements(element)) {
    const part = shape.parts.find((inner) => inner.element === child.localName);
    const field = fieldOf(child.localName);
    const kind = Object.hasOwn(shape.table, field) ? shape.table[field] : undefined;
    if (part) result[part.field] = readPart(child, part.shape, list);
    else if (shape.algorithms && child.localName === 'Cryptographic') readAlgorithmLevels(child, result, list);
    else if (kind !== undefined) {
      const rule = readRule(child, kind, list);
      if (rule) result[field] = rule;
    } else list.warn('policy.element_unknown', pathOf(child));
  }
  return result;
}

function readRule(element: ParsedElement, kind: RuleKind, list: WarningList): unknown {
  const level = readLevel(element, list);
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
