import { readdirSync, readFileSync } from 'node:fs';
import { lintDefinition, parseDefinition, type ServiceDefinition } from '@tra/cases';
import { LicensingError } from './errors.ts';

/** The services that people can apply for. Cases stay with the version they began with. */
export interface ServiceRegistry {
  /** The newest version of every service, in the order of their ids. */
  all(): readonly ServiceDefinition[];
  /** The newest version of one. Throws `licensing.service_unknown`. */
  get(id: string): ServiceDefinition;
  /** One version. Throws `licensing.service_unknown`. */
  getVersion(id: string, version: string): ServiceDefinition;
}

/** Puts definitions in order. Throws `licensing.definition_unsound` when one does not make sense or comes twice. */
export function createServiceRegistry(definitions: readonly ServiceDefinition[]): ServiceRegistry {
  const versions = new Map<string, ServiceDefinition>();
  const newest = new Map<string, ServiceDefinition>();
  for (const definition of definitions) {
    const [finding] = lintDefinition(definition);
    const key = `${definition.id}@${definition.version}`;
    if (finding || versions.has(key)) {
      const params = { service: key, pointer: finding?.pointer ?? '/version', problem: finding?.code ?? 'duplicate' };
      throw new LicensingError('licensing.definition_unsound', { params });
    }
    versions.set(key, definition);
    const current = newest.get(definition.id);
    if (!current || compareVersions(definition.version, current.version) > 0) newest.set(definition.id, definition);
  }
  const all = [...newest.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  const found = (definition: ServiceDefinition | undefined): ServiceDefinition => {
    if (!definition) throw new LicensingError('licensing.service_unknown');
    return definition;
  };
  return {
    all: () => all,
    get: (id) => found(newest.get(id)),
    getVersion: (id, version) => found(versions.get(`${id}@${version}`)),
  };
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  const at = [0, 1, 2].find((index) => a[index] !== b[index]) ?? 0;
  return (a[at] ?? 0) - (b[at] ?? 0);
}

/** Reads the definitions that the package ships (`definitions/*.json`). Throws what is wrong with one. */
export function loadDefinitions(): ServiceDefinition[] {
  const folder = new URL('../definitions/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => parseDefinition(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
}
