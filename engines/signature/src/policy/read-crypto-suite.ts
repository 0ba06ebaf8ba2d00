import { attributeOf, childElements, type ParsedElement, parseXml, textOf } from '@tra/xml';
import { digestName, methodOf } from './algorithm-names.ts';
import type { AlgorithmCatalogue, DigestEntry, SignatureEntry } from './algorithms.ts';
import { PolicyError } from './errors.ts';
import { type ReadWarning, type WarningList, warningList } from './read-result.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:dssc';
const limits = { maxBytes: 4 * 1024 * 1024, maxDepth: 20, maxNodes: 200_000 };

/** A catalogue that was read, and what of the file it does not hold. */
export interface ReadCryptoSuite {
  readonly algorithms: AlgorithmCatalogue;
  readonly warnings: readonly ReadWarning[];
}

interface Evaluation {
  /** Bits, 0 where no key is asked for. */
  readonly keyLength: number;
  readonly longest?: number;
  readonly from?: string;
  /** Absent: reliable without an end. */
  readonly until?: string;
}

interface Algorithm {
  readonly name: string;
  readonly oids: readonly string[];
  readonly uris: readonly string[];
  readonly evaluations: readonly Evaluation[];
}

/**
 * Reads a catalogue of cryptographic suites in XML: ETSI TS 119 322, which extends RFC 5698 (DSSC). An algorithm that names a hash beside the
 * method of signing decides about the two together. Throws {@link PolicyError} `policy.invalid` when it is no such file,
 * and `XmlError` when it is no XML or too large.
 */
export function readCryptoSuiteXml(bytes: Uint8Array): ReadCryptoSuite {
  const { root } = parseXml(bytes, limits);
  if (root.localName !== 'SecuritySuitabilityPolicy' || root.namespace !== NAMESPACE) {
    throw new PolicyError('policy.invalid', { params: { where: root.localName } });
  }
  const list = warningList();
  const issued = first(root, 'PolicyIssueDate');
  const algorithms = all(root, 'Algorithm').map((element) => readAlgorithm(element, list));
  return { algorithms: catalogueOf(algorithms, issued && textOf(issued).trim(), list), warnings: list.warnings };
}

/**
 * Reads the same catalogue in JSON (ETSI TS 119 322 annex: `SecuritySuitabilityPolicy` with the member names of the XML). Throws
 * {@link PolicyError} `policy.invalid`.
 */
export function readCryptoSuiteJson(text: string): ReadCryptoSuite {
  const root = suiteOf(text);
  const list = warningList();
  const algorithms = items(root.Algorithm).map((item) => readJsonAlgorithm(item, list));
  const issued = typeof root.PolicyIssueDate === 'string' ? root.PolicyIssueDate : undefined;
  return { algorithms: catalogueOf(algorithms, issued, list), warnings: list.warnings };
}

const all = (element: ParsedElement, name: string): ParsedElement[] =>
  childElements(element).filter(({ localName }) => localName === name);
const first = (element: ParsedElement, name: string): ParsedElement | undefined => all(element, name)[0];
const texts = (element: ParsedElement | undefined, name: string): string[] =>
  element
    ? all(element, name)
        .map((child) => textOf(child).trim())
        .filter((text) => text !== '')
    : [];

function readAlgorithm(element: ParsedElement, list: WarningList): Algorithm {
  const identifier = first(element, 'AlgorithmIdentifier');
  const name = texts(identifier, 'Name')[0] ?? '';
  const evaluations = all(element, 'Evaluation').map((evaluation) => {
    const parameters = all(evaluation, 'Parameter').map((parameter) => ({
      name: attributeOf(parameter, 'name') ?? '',
      shortest: texts(parameter, 'Min')[0],
      longest: texts(parameter, 'Max')[0],
    }));
    const validity = first(evaluation, 'Validity');
    return evaluationOf(name, { parameters, start: texts(validity, 'Start')[0], end: texts(validity, 'End')[0] }, list);
  });
  return { name, oids: texts(identifier, 'ObjectIdentifier'), uris: texts(identifier, 'URI'), evaluations };
}

interface Parameter {
  readonly name: string;
  readonly shortest: string | undefined;
  readonly longest: string | undefined;
}

interface RawEvaluation {
  readonly parameters: readonly Parameter[];
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** Parameters that state the length of a key, the one that counts first (TS 119 312 clause 6). */
const lengths: readonly string[] = ['moduluslength', 'plength', 'qlength', 'keylength'];
const bitsOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;

function evaluationOf(name: string, { parameters, start, end }: RawEvaluation, list: WarningList): Evaluation {
  const key = lengths.flatMap((length) => parameters.find((parameter) => parameter.name === length) ?? [])[0];
  const longest = bitsOf(key?.longest);
  const from = dayOf(name, start, list);
  const until = dayOf(name, end, list);
  return {
    keyLength: bitsOf(key?.shortest) ?? 0,
    ...(longest === undefined ? {} : { longest }),
    ...(from === undefined ? {} : { from: from === 'unreadable' ? '9999-12-31' : from }),
    ...(until === undefined ? {} : { until: until === 'unreadable' ? '1970-01-01' : until }),
  };
}

/** The day of a date; what cannot be read is named, and taken on the strict side. */
function dayOf(name: string, text: string | undefined, list: WarningList): string | undefined {
  if (text === undefined) return undefined;
  const day = text.slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(day))) return day;
  list.warn('policy.value_unreadable', `Algorithm ${name}`, text);
  return 'unreadable';
}

function suiteOf(text: string): Record<string, unknown> {
  if (text.length > limits.maxBytes) throw new PolicyError('policy.too_large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PolicyError('policy.invalid', { params: { where: 'JSON' }, cause });
  }
  const record = recordOf(value);
  const suite = recordOf(record?.SecuritySuitabilityPolicy) ?? record;
  if (suite?.Algorithm === undefined)
    throw new PolicyError('policy.invalid', { params: { where: 'SecuritySuitabilityPolicy/Algorithm' } });
  return suite;
}

const recordOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const strings = (value: unknown): string[] => items(value).filter((item): item is string => typeof item === 'string');

const numberText = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;

function readJsonAlgorithm(value: unknown, list: WarningList): Algorithm {
  const record = recordOf(value) ?? {};
  const identifier = recordOf(record.AlgorithmIdentifier) ?? {};
  const name = strings(identifier.Name)[0] ?? '';
  const evaluations = items(record.Evaluation).map((item) => {
    const evaluation = recordOf(item) ?? {};
    const parameters = items(evaluation.Parameter).map((entry) => {
      const parameter = recordOf(entry) ?? {};
      return {
        name: String(parameter.name ?? parameter.Name ?? ''),
        shortest: numberText(parameter.Min),
        longest: numberText(parameter.Max),
      };
    });
    const validity = recordOf(evaluation.Validity) ?? {};
    const [start] = strings(validity.Start);
    const [end] = strings(validity.End);
    return evaluationOf(name, { parameters, start, end }, list);
  });
  return { name, oids: strings(identifier.ObjectIdentifier), uris: strings(identifier.URI), evaluations };
}

const digestOids =
  /^(1\.3\.14\.3\.2\.26|1\.2\.840\.113549\.2\.\d+|2\.16\.840\.1\.101\.3\.4\.2(\.\d+)?|1\.3\.36\.3\.2\.1|1\.0\.10118\.3\.0\.55)$/;
/** Curves are listed as algorithms of their own; the length of the key stands for them. */
const curveOids =
  /^(1\.2\.840\.10045\.3\.1\.7|1\.3\.132\.0\.3[45]|1\.3\.36\.3\.3\.2\.8\.1\.1\.\d+|1\.2\.250\.1\.223\.101\.256\.1)$/;

function catalogueOf(
  algorithms: readonly Algorithm[],
  issued: string | undefined,
  list: WarningList,
): AlgorithmCatalogue {
  const digests: DigestEntry[] = [];
  const signatures: SignatureEntry[] = [];
  for (const algorithm of algorithms) {
    if (algorithm.oids.some((oid) => curveOids.test(oid))) continue;
    if (algorithm.oids.some((oid) => digestOids.test(oid))) {
      digests.push(...digestEntries(algorithm));
      continue;
    }
    const method = methodOf(algorithm);
    if (method === undefined || algorithm.evaluations.length === 0)
      list.warn('policy.algorithm_unknown', algorithm.name);
    else signatures.push(...algorithm.evaluations.map((evaluation) => ({ ...method, ...evaluation })));
  }
  const day = issued?.slice(0, 10);
  return {
    level: 'FAIL',
    expirationLevelAfterUpdate: 'WARN',
    ...(day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? { updated: day } : {}),
    digests,
    signatures: signatures.sort(
      (a, b) => compare(a.name, b.name) || compare(a.digest ?? '', b.digest ?? '') || a.keyLength - b.keyLength,
    ),
  };
}

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);

function digestEntries({ name: text, evaluations }: Algorithm): DigestEntry[] {
  const name = digestName(text);
  if (evaluations.length === 0) return [{ name, until: '1970-01-01' }];
  return evaluations.map(({ from, until }) => ({
    name,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }));
}
