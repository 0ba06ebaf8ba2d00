import { attributeOf, childElements, type ParsedElement, parseXml, textOf } from '@tra/xml';
import { digestName, encryptionOf } from './algorithm-names.ts';
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
 * Reads a catalogue of cryptographic suites in XML: ETSI TS 119 322, which extends RFC 5698 (DSSC). A method of signing counts with the most
 * generous of its hashes, because every hash has an end of its own. Throws {@link PolicyError} `policy.invalid` when it is
 * no such file, and `XmlError` when it is no XML or too large.
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
    const parameters = all(evaluation, 'Parameter').map(
      (parameter) => [attributeOf(parameter, 'name') ?? '', texts(parameter, 'Min')[0] ?? ''] as const,
    );
    return evaluationOf(name, { parameters, end: texts(first(evaluation, 'Validity'), 'End')[0] }, list);
  });
  return { name, oids: texts(identifier, 'ObjectIdentifier'), uris: texts(identifier, 'URI'), evaluations };
}

interface RawEvaluation {
  readonly parameters: readonly (readonly [string, string])[];
  readonly end: string | undefined;
}

function evaluationOf(name: string, { parameters, end }: RawEvaluation, list: WarningList): Evaluation {
  const lengths = new Map(parameters.filter(([, value]) => /^\d{1,6}$/.test(value)));
  const text =
    lengths.get('moduluslength') ?? lengths.get('plength') ?? lengths.get('qlength') ?? lengths.get('keylength');
  const keyLength = text === undefined ? 0 : Number(text);
  if (end === undefined) return { keyLength };
  const day = end.slice(0, 10);
  const readable = /^\d{4}-\d{2}-\d{2}/.test(end) && !Number.isNaN(Date.parse(day));
  if (!readable) list.warn('policy.value_unreadable', `Algorithm ${name}`, end);
  return { keyLength, until: readable ? day : '1970-01-01' };
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

function readJsonAlgorithm(value: unknown, list: WarningList): Algorithm {
  const record = recordOf(value) ?? {};
  const identifier = recordOf(record.AlgorithmIdentifier) ?? {};
  const name = strings(identifier.Name)[0] ?? '';
  const evaluations = items(record.Evaluation).map((item) => {
    const evaluation = recordOf(item) ?? {};
    const parameters = items(evaluation.Parameter).map((entry) => {
      const parameter = recordOf(entry) ?? {};
      return [String(parameter.name ?? parameter.Name ?? ''), String(parameter.Min ?? '')] as const;
    });
    const end = recordOf(evaluation.Validity)?.End;
    return evaluationOf(name, { parameters, end: typeof end === 'string' ? end : undefined }, list);
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
  const signatures = new Map<string, SignatureEntry>();
  for (const algorithm of algorithms) {
    if (algorithm.oids.some((oid) => curveOids.test(oid))) continue;
    if (algorithm.oids.some((oid) => digestOids.test(oid))) {
      digests.push(digestEntry(algorithm));
      continue;
    }
    const name = encryptionOf(algorithm);
    if (name === undefined || algorithm.evaluations.length === 0) list.warn('policy.algorithm_unknown', algorithm.name);
    else for (const evaluation of algorithm.evaluations) mergeEntry(signatures, name, evaluation);
  }
  const day = issued?.slice(0, 10);
  return {
    level: 'FAIL',
    expirationLevelAfterUpdate: 'WARN',
    ...(day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) ? { updated: day } : {}),
    digests,
    signatures: [...signatures.values()].sort((a, b) =>
      a.name === b.name ? a.keyLength - b.keyLength : a.name < b.name ? -1 : 1,
    ),
  };
}

function digestEntry({ name, evaluations }: Algorithm): DigestEntry {
  const latest = evaluations.reduce<Evaluation | undefined>(
    (best, next) => (best && !outlives(next, best) ? best : next),
    undefined,
  );
  const until = latest === undefined ? '1970-01-01' : latest.until;
  return until === undefined ? { name: digestName(name) } : { name: digestName(name), until };
}

const outlives = (one: { until?: string }, other: { until?: string }): boolean =>
  one.until === undefined || (other.until !== undefined && one.until > other.until);

function mergeEntry(entries: Map<string, SignatureEntry>, name: string, evaluation: Evaluation): void {
  const key = `${name} ${evaluation.keyLength}`;
  const known = entries.get(key);
  if (!known || outlives(evaluation, known)) entries.set(key, { name, ...evaluation });
}
