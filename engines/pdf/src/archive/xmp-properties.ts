import { attributeOf, childElements, type ParsedElement, textOf, XML_NAMESPACE } from '@tra/xml';
import type { ArchiveFindings } from './findings.ts';

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const extension = 'http://www.aiim.org/pdfa/ns/extension/';
const schemaNames = 'http://www.aiim.org/pdfa/ns/schema#';
const propertyNames = 'http://www.aiim.org/pdfa/ns/property#';

/** How a value is written: one text, or a list of that kind. */
type Form = 'text' | 'Alt' | 'Seq' | 'Bag' | 'any';

const forms = (form: Form, names: string): [string, Form][] => names.split(' ').map((name) => [name, form]);

/** Properties of the XMP specification of 2005 that documents use, with their form; of other schemas of it any name is taken. */
const predefined: Readonly<Record<string, ReadonlyMap<string, Form> | 'any'>> = {
  'http://purl.org/dc/elements/1.1/': new Map([
    ...forms('Bag', 'contributor language publisher relation subject type'),
    ...forms('text', 'coverage format identifier source'),
    ...forms('Seq', 'creator date'),
    ...forms('Alt', 'description rights title'),
  ]),
  'http://ns.adobe.com/xap/1.0/': new Map([
    ...forms('Bag', 'Advisory Identifier'),
    ...forms('text', 'BaseURL CreateDate CreatorTool Label MetadataDate ModifyDate Nickname Rating'),
    ...forms('Alt', 'Thumbnails'),
  ]),
  'http://ns.adobe.com/xap/1.0/rights/': new Map([
    ...forms('text', 'Certificate Marked WebStatement'),
    ...forms('Bag', 'Owner'),
    ...forms('Alt', 'UsageTerms'),
  ]),
  'http://ns.adobe.com/xap/1.0/mm/': new Map([
    ...forms('any', 'DerivedFrom ManagedFrom History Versions Ingredients Manifest Pantry'),
    ...forms('text', 'DocumentID InstanceID OriginalDocumentID Manager ManageTo ManageUI ManagerVariant'),
    ...forms('text', 'RenditionClass RenditionParams VersionID LastURL RenditionOf SaveID'),
  ]),
  'http://ns.adobe.com/pdf/1.3/': new Map(forms('text', 'Keywords PDFVersion Producer')),
  'http://www.aiim.org/pdfa/ns/id/': new Map(forms('text', 'part amd corr conformance rev')),
  [extension]: new Map(forms('Bag', 'schemas')),
  'http://ns.adobe.com/xap/1.0/bj/': 'any',
  'http://ns.adobe.com/xap/1.0/t/pg/': 'any',
  'http://ns.adobe.com/xmp/1.0/DynamicMedia/': 'any',
  'http://ns.adobe.com/photoshop/1.0/': 'any',
  'http://ns.adobe.com/camera-raw-settings/1.0/': 'any',
  'http://ns.adobe.com/tiff/1.0/': 'any',
  'http://ns.adobe.com/exif/1.0/': 'any',
};

const mostProperties = 5_000;

/** Every property is one that is known, or that the packet describes, and is written as its kind demands (clause 6.6.2.3). */
export function checkProperties(findings: ArchiveFindings, root: ParsedElement): void {
  const descriptions = childElements(root).filter(
    (child) => child.namespace === rdf && child.localName === 'Description',
  );
  const described = new Map<string, ReadonlySet<string>>();
  for (const description of descriptions) readSchemas(findings, description, described);
  let count = 0;
  const seen = new Set<string>();
  for (const description of descriptions) {
    for (const element of childElements(description)) {
      count += 1;
      if (count > mostProperties) {
        findings.complete = false;
        return;
      }
      const name = `${element.namespace} ${element.localName}`;
      findings.demand(
        !seen.has(name),
        'pdfa.metadata_unreadable',
        `${element.prefix}:${element.localName}`.slice(0, 80),
      );
      seen.add(name);
      checkProperty(findings, element, { described, form: formOf(element) });
    }
    for (const attribute of description.attributes) {
      if (attribute.namespace === rdf || attribute.namespace === XML_NAMESPACE || attribute.namespace === '') continue;
      checkProperty(findings, attribute, { described, form: 'text' });
    }
  }
}

function checkProperty(
  findings: ArchiveFindings,
  { localName, namespace, prefix }: Pick<ParsedElement, 'localName' | 'namespace' | 'prefix'>,
  { described, form }: { readonly described: ReadonlyMap<string, ReadonlySet<string>>; readonly form: Form },
): void {
  const place = `${prefix}:${localName}`.slice(0, 80);
  const known = Object.hasOwn(predefined, namespace) ? predefined[namespace] : undefined;
  if (known === 'any' || described.get(namespace)?.has(localName)) return;
  const wanted = known?.get(localName);
  findings.demand(wanted !== undefined, 'pdfa.property_undefined', place);
  if (wanted !== undefined && wanted !== 'any') findings.demand(form === wanted, 'pdfa.property_type', place);
}

function formOf(element: ParsedElement): Form {
  if (attributeOf(element, 'parseType', rdf) === 'Resource') return 'any';
  const [first] = childElements(element);
  if (!first) return 'text';
  if (first.namespace !== rdf) return 'any';
  const { localName } = first;
  if (localName === 'Alt' || localName === 'Seq' || localName === 'Bag') return localName;
  return 'any';
}

/** A field of a structure: a child element, or an attribute where the structure is written in short. */
function field(holder: ParsedElement, namespace: string, name: string): string | undefined {
  const child = childElements(holder).find((one) => one.namespace === namespace && one.localName === name);
  return child ? textOf(child).trim() : attributeOf(holder, name, namespace);
}

function element(holder: ParsedElement, namespace: string, name: string): ParsedElement | undefined {
  return childElements(holder).find((one) => one.namespace === namespace && one.localName === name);
}

/** Entries of a list, each as the element that holds its fields. */
function entries(list: ParsedElement | undefined, kind: 'Bag' | 'Seq'): readonly ParsedElement[] | undefined {
  const container = list && element(list, rdf, kind);
  return container ? childElements(container).map((item) => element(item, rdf, 'Description') ?? item) : undefined;
}

/** Schemas that the packet itself describes (clause 6.6.2.3.3): their properties by namespace. */
function readSchemas(
  findings: ArchiveFindings,
  description: ParsedElement,
  described: Map<string, ReadonlySet<string>>,
): void {
  const list = element(description, extension, 'schemas');
  if (!list) return;
  const schemas = entries(list, 'Bag');
  findings.demand(schemas !== undefined && list.prefix === 'pdfaExtension', 'pdfa.extension_schema', 'pdfaExtension');
  for (const schema of schemas ?? []) {
    const namespace = field(schema, schemaNames, 'namespaceURI');
    const named = ['schema', 'prefix'].every((name) => field(schema, schemaNames, name) !== undefined);
    findings.demand(named && namespace !== undefined, 'pdfa.extension_schema', (namespace ?? '').slice(0, 120));
    const held = element(schema, schemaNames, 'property');
    const properties = held ? entries(held, 'Seq') : [];
    findings.demand(properties !== undefined, 'pdfa.extension_schema', (namespace ?? '').slice(0, 120));
    const names = (properties ?? []).flatMap((property) => propertyOf(findings, property) ?? []);
    if (namespace !== undefined) described.set(namespace, new Set([...(described.get(namespace) ?? []), ...names]));
  }
}

function propertyOf(findings: ArchiveFindings, property: ParsedElement): string | undefined {
  const read = (name: string): string | undefined => field(property, propertyNames, name);
  const name = read('name');
  const category = read('category');
  const told = read('valueType') !== undefined && read('description') !== undefined;
  const good = name !== undefined && told && (category === 'external' || category === 'internal');
  findings.demand(good, 'pdfa.extension_schema', (name ?? 'property').slice(0, 80));
  return name;
}
