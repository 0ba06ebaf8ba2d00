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
import type { RuleKind } from './rules.ts';

/** A part of a policy: its rules and the parts within it. The readers and the JSON Schema walk along these. */
export interface PartShape {
  readonly table: Readonly<Record<string, RuleKind>>;
  readonly parts: readonly InnerPart[];
  /** Whether the part may set levels for the common algorithms. */
  readonly algorithms?: boolean;
}

/** A part within another: its field, and its element in constraint.xml. */
export interface InnerPart {
  readonly field: string;
  readonly element: string;
  readonly shape: PartShape;
}

const leaf = (field: string, element: string, table: PartShape['table']): InnerPart => ({
  field,
  element,
  shape: { table, parts: [] },
});

const certificate: PartShape = { table: certificateTable, parts: [], algorithms: true };

const basic: InnerPart = {
  field: 'basic',
  element: 'BasicSignatureConstraints',
  shape: {
    table: basicTable,
    parts: [
      { field: 'signingCertificate', element: 'SigningCertificate', shape: certificate },
      { field: 'caCertificate', element: 'CACertificate', shape: certificate },
    ],
    algorithms: true,
  },
};

const signedAttributes = leaf('signedAttributes', 'SignedAttributes', signedAttributesTable);
const unsignedAttributes = leaf('unsignedAttributes', 'UnsignedAttributes', unsignedAttributesTable);
const signature: PartShape = { table: signatureTable, parts: [basic, signedAttributes, unsignedAttributes] };

/** The parts of a policy. */
export const policyParts: readonly InnerPart[] = [
  leaf('container', 'ContainerConstraints', containerTable),
  leaf('pdfA', 'PDFAConstraints', pdfATable),
  { field: 'signature', element: 'SignatureConstraints', shape: signature },
  { field: 'counterSignature', element: 'CounterSignatureConstraints', shape: signature },
  { field: 'timestamp', element: 'Timestamp', shape: { table: timestampTable, parts: [basic, signedAttributes] } },
  { field: 'revocation', element: 'Revocation', shape: { table: revocationTable, parts: [basic] } },
  {
    field: 'evidenceRecord',
    element: 'EvidenceRecord',
    shape: { table: evidenceRecordTable, parts: [], algorithms: true },
  },
  leaf('trustedLists', 'eIDAS', trustedListsTable),
];
