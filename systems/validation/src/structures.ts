import { compileSchema, type XmlSchema } from '@tra/xml';
import type { StructureResult } from './judging/judge-document.ts';
import type { Schemas } from './ports.ts';

/** A release in force of a message structure: an XML Schema of its own namespace. */
export interface StructureRelease {
  /** Such as `ecommerce-registration`. */
  readonly structure: string;
  readonly release: string;
  readonly namespace: string;
  readonly xsd: Uint8Array;
}

const headBytes = 16_384;
const largestXml = 1_048_576;
const shownFaults = 10;

/**
 * A register of structures over a few releases, for as long as there is no repository of them. XML belongs to the structure whose namespace its first
 * element declares; XML of more than 1 MiB is not of a structure that this register holds.
 */
export function registeredStructures(releases: readonly StructureRelease[]): Schemas {
  const compiled = new Map<string, Promise<XmlSchema>>();
  const schemaOf = ({ namespace, xsd }: StructureRelease): Promise<XmlSchema> => {
    const schema = compiled.get(namespace) ?? compileSchema(xsd);
    compiled.set(namespace, schema);
    return schema;
  };
  return {
    check: async ({ name, xml }) => {
      const declared = namespacesOf(xml);
      const found = releases.find(({ namespace }) => declared.includes(namespace));
      if (!found) return undefined;
      const { structure, release } = found;
      const about = { ...(name === undefined ? {} : { name }), structure, release };
      if (xml.length > largestXml) return failed(about, [{ line: 0, message: `more than ${largestXml} bytes` }]);
      const { valid, errors } = (await schemaOf(found)).validate(xml);
      return valid ? { ...about, status: 'passed', faults: [] } : failed(about, errors);
    },
  };
}

type About = Pick<StructureResult, 'name' | 'structure' | 'release'>;

function failed(about: About, errors: readonly { readonly line: number; readonly message: string }[]): StructureResult {
  const faults = errors.slice(0, shownFaults).map(({ line, message }) => ({ place: `line ${line}`, text: message }));
  return { ...about, status: 'failed', faults };
}

/** Namespaces that the first element declares; whether the XML is well formed is the schema's business. */
function namespacesOf(xml: Uint8Array): readonly string[] {
  const head = new TextDecoder().decode(xml.subarray(0, headBytes)).replace(/<\?[\s\S]*?\?>|<!--[\s\S]*?-->/g, '');
  const [first = ''] = /<[^!?/][^>]*>/.exec(head) ?? [];
  return [...first.matchAll(/\sxmlns(?::[\w.-]+)?\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}
