import type { SignatureReport, TimestampReport, ValidationReport } from '@tra/signature';

/** What a row states: of several objects `mixed` says that they differ. */
export type Truth = 'true' | 'false' | 'mixed';

/** Fields of a row; those that it leaves out are not compared. */
export interface Expectation {
  readonly signatureIntact?: Truth;
  readonly dataIntact?: Truth;
  readonly messageImprintIntact?: Truth;
  readonly levels?: readonly string[];
  readonly timestamps?: number;
  readonly [field: string]: unknown;
}

/** One fact out of a report, and how it is held against what a row states. */
export interface Fact {
  readonly value: unknown;
  fits(expected: unknown): boolean;
}

const fact = (value: unknown): Fact => ({ value, fits: (expected) => expected === value });

const has = ({ checks }: SignatureReport, ...codes: readonly string[]): boolean =>
  checks.some(({ code }) => codes.includes(code));

/** Reports about signatures; those about time-stamps and evidence records are counted apart in the corpus. */
const apart: ReadonlySet<string> = new Set(['document-timestamp', 'timestamp-token', 'evidence-record']);

/** Every field of the corpus, in its terms, from a report. */
export function factsOf(report: ValidationReport): Readonly<Record<string, Fact>> {
  const signatures = report.signatures.filter(({ level }) => !apart.has(level));
  const others = report.signatures.filter(({ level }) => apart.has(level));
  const stamps = stampsOf(signatures, others);
  const of = (test: (signature: SignatureReport) => boolean): Fact => fact(overall(signatures, test));
  const proven = signatures.length === 0 ? imprints(stamps) : undefined;
  return {
    signatureIntact: proven ?? of(signatureIntact),
    dataIntact: proven ?? eitherWay(overall(signatures, dataIntact), objects(signatures, 'signature.reference_intact')),
    dataFound: proven ?? eitherWay(overall(signatures, dataFound), objects(signatures, ...foundReferences)),
    signatureValid: proven ?? of(technicallyValid),
    bLevelTechnicallyValid: proven ?? of(technicallyValid),
    messageImprintIntact: imprints(stamps),
    signingCertIdentified: of((one) => has(one, 'signature.signer_certificate_bound')),
    structuralValid: of((one) => !has(one, 'signature.structure_invalid', 'signature.signature_malformed')),
    byteRangeValid: of((one) => has(one, 'signature.byte_range_valid')),
    pdfModificationsDetected: fact(signatures.some(isModified) ? 'true' : 'false'),
    pdfDictionaryConsistent: fact(
      signatures.some((one) => has(one, 'pdf.change_signature_replaced', 'pdf.change_signature_removed'))
        ? 'false'
        : 'true',
    ),
    signatures: fact(signatures.length),
    timestamps: counted({ signatures, others }, stamps),
    levels: levels(signatures),
  };
}

function overall<T>(list: readonly T[], test: (one: T) => boolean): Truth {
  const passed = list.filter(test).length;
  if (passed === 0) return 'false';
  return passed === list.length ? 'true' : 'mixed';
}

const structural: readonly string[] = [
  'signature.byte_range_invalid',
  'signature.hole_not_contents',
  'signature.contents_empty',
  'signature.contents_not_cms',
  'signature.subfilter_unsupported',
  'signature.content_missing',
];

/**
 * What the corpus calls a modification: pages that look different without their annotations, that came or went, or annotations that lie over each other.
 * What was done to fields, annotations and the rest is another matter there.
 */
const modifications: readonly string[] = [
  'pdf.change_page_added',
  'pdf.change_page_removed',
  'pdf.change_page_order',
  'pdf.change_page_content',
  'pdf.change_page_resources',
  'pdf.change_page_geometry',
  'pdf.change_layers',
];

const isModified = (signature: SignatureReport): boolean =>
  has(signature, ...modifications) || (signature.revision?.overlappingAnnotationPages ?? []).length > 0;

const brokenReferences: readonly string[] = [
  'signature.reference_differs',
  'signature.reference_missing',
  'signature.reference_unreadable',
  'signature.reference_ambiguous',
];

/** Of JWS what is signed is the header with the payload: only the value tells whether they are intact. */
const isJson = ({ level }: SignatureReport): boolean => level.startsWith('JAdES') || level === 'JWS';

const isXml = ({ level }: SignatureReport): boolean => level.startsWith('XAdES') || level === 'XMLDSig';

/** The signature value verifies over what the signature says it covers, and that is at hand: otherwise the corpus does not call it intact. */
function signatureIntact(signature: SignatureReport): boolean {
  if (isXml(signature)) return has(signature, 'signature.value_valid') && !has(signature, ...brokenReferences);
  if (has(signature, 'signature.hash_mismatch') && !manifestHolds(signature)) return false;
  // A manifest that is signed may name files that are missing: the signature over it is intact all the same.
  if (has(signature, 'signature.reference_missing')) return has(signature, 'signature.value_valid');
  return has(signature, 'signature.value_valid') && !has(signature, ...structural);
}

/** What is signed directly heads the references: a manifest, or the header that holds digests of the files. */
function manifestHolds(signature: SignatureReport): boolean {
  const own = signature.checks.filter(({ code }) => [...foundReferences, 'signature.reference_missing'].includes(code));
  return signature.level.startsWith('CAdES') ? own[0]?.code === 'signature.reference_intact' : own.length > 0;
}

/** Entries of a manifest that are not at hand do not change that what is signed directly is intact. */
const dataIntact = (signature: SignatureReport): boolean =>
  (has(signature, 'signature.hash_matches') && (!isJson(signature) || has(signature, 'signature.value_valid'))) ||
  (has(signature, 'signature.manifest_entry_missing') &&
    !has(signature, 'signature.hash_mismatch', 'signature.counter_signature_misplaced', ...brokenReferences));

/** In a container a manifest is what is signed: it is found although files that it names are missing. */
const dataFound = (signature: SignatureReport): boolean =>
  isXml(signature) || isJson(signature)
    ? !has(signature, 'signature.reference_missing') &&
      (isXml(signature) || !has(signature, 'signature.content_missing'))
    : has(signature, 'signature.reference_missing') || !has(signature, 'signature.content_missing');

/** The signature is intact, and so is every entry of a manifest that it signs and what it counter-signs. */
const technicallyValid = (signature: SignatureReport): boolean =>
  signatureIntact(signature) &&
  !has(signature, 'signature.counter_signature_misplaced', 'signature.content_wrapped') &&
  !(isJson(signature) && has(signature, ...brokenReferences));

const foundReferences: readonly string[] = ['signature.reference_intact', 'signature.reference_differs'];

/** Of everything that signatures refer to, the signed properties among it, how much is so; undefined where nothing is referred to. */
function objects(signatures: readonly SignatureReport[], ...good: readonly string[]): Truth | undefined {
  const all = signatures.flatMap(({ checks }) =>
    checks.filter(({ code }) => brokenReferences.includes(code) || foundReferences.includes(code)),
  );
  return all.length === 0 ? undefined : overall(all, ({ code }) => good.includes(code));
}

/** Tests of the corpus state this of the signature, or of each object that it refers to: where one is broken others may hold, and the whole is mixed. */
function eitherWay(ofSignatures: Truth, ofObjects: Truth | undefined): Fact {
  if (ofSignatures === 'true' || ofObjects === undefined) return fact(ofSignatures);
  const value = ofSignatures === 'false' && ofObjects !== 'false' ? 'mixed' : ofSignatures;
  return { value, fits: (expected) => expected === ofSignatures || expected === value };
}

/** Time-stamps inside signatures, and those over files and in records; one over a whole PDF is counted once. */
function stampsOf(signatures: readonly SignatureReport[], others: readonly SignatureReport[]): TimestampReport[] {
  const inside = signatures.flatMap(({ timestamps }) =>
    timestamps.filter(({ kind }) => kind !== 'document' && kind !== 'container'),
  );
  const beside = others.filter((one) => !has(one, 'signature.timestamp_type_invalid'));
  return [...inside, ...beside.flatMap(({ timestamps }) => timestamps)];
}

/** A row that says `false` comes from a test that names the broken time-stamps alone: intact ones may stand beside them, but never only such. */
function imprints(stamps: readonly TimestampReport[]): Fact {
  const value = overall(stamps, ({ imprint }) => imprint === 'matches');
  // Rows about a document without time-stamps state those of evidence that the test gives beside it.
  if (stamps.length === 0) return { value: 'none', fits: () => true };
  return { value, fits: (expected) => expected === value || (expected === 'false' && value === 'mixed') };
}

/** Some tests of the corpus count the time-stamps of the document, others those of each signature, or of each evidence record in it. */
function counted(
  {
    others,
    signatures,
  }: { readonly signatures: readonly SignatureReport[]; readonly others: readonly SignatureReport[] },
  stamps: readonly TimestampReport[],
): Fact {
  const own = ({ timestamps }: SignatureReport): readonly TimestampReport[] =>
    timestamps.filter(({ kind, record }) => record === undefined && kind !== 'container');
  const ofEach = signatures.map((one) => own(one).length);
  const records = signatures.flatMap(({ timestamps }) => {
    const numbers = [...new Set(timestamps.flatMap(({ record }) => record ?? []))];
    return numbers.map((number) => timestamps.filter(({ record }) => record === number).length);
  });
  const areAll = (counts: readonly number[], expected: unknown): boolean =>
    counts.length > 0 && counts.every((count) => count === expected);
  const beside = others.filter(({ level }) => level === 'evidence-record').map((one) => one.timestamps.length);
  return {
    value: stamps.length,
    fits: (expected) =>
      expected === stamps.length ||
      expected === signatures.flatMap(own).length ||
      areAll(ofEach, expected) ||
      areAll(records, expected) ||
      areAll(beside, expected),
  };
}

const plain: ReadonlyMap<string, string> = new Map([
  ['XMLDSig', 'XML_NOT_ETSI'],
  ['CMS', 'CMS_NOT_ETSI'],
  ['CMS-T', 'CMS_NOT_ETSI'],
  ['JWS', 'JSON_NOT_ETSI'],
  ['PDF', 'PDF_NOT_ETSI'],
  ['PDF-PKCS7', 'PKCS7_B'],
  ['PDF-PKCS7-T', 'PKCS7_T'],
  ['PDF-PKCS7-LT', 'PKCS7_LT'],
  ['PDF-PKCS7-LTA', 'PKCS7_LTA'],
]);

/** The corpus lists the levels that its test names: of one signature, or of several in any order. */
function levels(signatures: readonly SignatureReport[]): Fact {
  const names = signatures.map(
    ({ level }) => plain.get(level) ?? level.replace('-B-', '-BASELINE-').replaceAll('-', '_'),
  );
  const found = [...new Set(names)].sort();
  return {
    value: found,
    fits: (expected) => {
      const wanted = new Set(expected as readonly string[]);
      return wanted.size === 1
        ? wanted.has(names[0] ?? '')
        : found.every((name) => wanted.has(name)) && found.length === wanted.size;
    },
  };
}
