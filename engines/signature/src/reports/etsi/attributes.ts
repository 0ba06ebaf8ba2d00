import { fromHex, toBase64 } from '@tra/kernel';
import type { XmlElement } from '@tra/xml';
import type { DiagnosticData } from '../../diagnostic/model.ts';
import type { SignatureData } from '../../diagnostic/signature.ts';
import type { RelatedCertificate, RelatedRevocation, TokenOrigin } from '../../diagnostic/token.ts';
import { timestampAttributes, uriText } from './names.ts';
import type { ValidationObjects } from './objects.ts';
import { dateTime, digestChildren, isDigest, reference, vr, vrWith } from './write.ts';

const signed = { Signed: 'true' } as const;
const unsigned = { Signed: 'false' } as const;

/** The attributes of a signature that the data know of (TS 119 102-2 annex A); undefined when there are none. */
export function signatureAttributes(
  signature: SignatureData,
  diagnostic: DiagnosticData,
  objects: ValidationObjects,
): XmlElement | undefined {
  const attributes = [
    ...claims(signature),
    ...signingCertificate(signature, objects),
    ...timestampsOf(signature, diagnostic, objects),
    ...values(signature, objects),
    ...pdfAttributes(signature),
  ];
  return attributes.length === 0 ? undefined : vr('SignatureAttributes', attributes);
}

function claims(signature: SignatureData): readonly XmlElement[] {
  const { claimedRoles, certifiedRoles, claimedSigningTime, commitmentTypes, contentType, mimeType } = signature;
  const time = claimedSigningTime === undefined ? undefined : dateTime(claimedSigningTime);
  const role = (type: 'certified' | 'claimed') => (text: string) =>
    vr('RoleDetails', [vr('Role', text), vr('EndorsementType', type)]);
  const roles = [...claimedRoles.map(role('claimed')), ...certifiedRoles.map(role('certified'))];
  const format = [
    contentType === undefined ? undefined : vr('ContentType', uriText(contentType)),
    mimeType === undefined ? undefined : vr('MimeType', mimeType),
  ];
  const digest = signature.digestMatchers.find(({ type }) => type === 'message-digest')?.digest?.value;
  const place = [signature.productionPlace?.city, signature.productionPlace?.country].filter(
    (line) => line !== undefined,
  );
  return [
    ...(time === undefined ? [] : [vrWith('SigningTime', signed, [vr('Time', time)])]),
    ...(format.every((child) => child === undefined) ? [] : [vrWith('DataObjectFormat', signed, format)]),
    ...commitmentTypes.map((type) =>
      vrWith('CommitmentTypeIndication', signed, [vr('CommitmentTypeIdentifier', uriText(type))]),
    ),
    ...(signature.policy
      ? [vrWith('SigPolicyIdentifier', signed, [vr('SigPolicyId', uriText(signature.policy.id))])]
      : []),
    ...(place.length === 0
      ? []
      : [
          vrWith(
            'SignatureProductionPlace',
            signed,
            place.map((line) => vr('AddressString', line)),
          ),
        ]),
    ...(roles.length === 0 ? [] : [vrWith('SignerRole', signed, roles)]),
    ...(isDigest(digest) ? [vrWith('MessageDigest', signed, [vr('Digest', toBase64(fromHex(digest)))])] : []),
  ];
}

function signingCertificate({ foundCertificates }: SignatureData, objects: ValidationObjects): readonly XmlElement[] {
  const references = foundCertificates.flatMap(({ certificate, references: found = [] }) =>
    found.filter(({ origin }) => origin === 'signing-certificate').map(({ digest }) => ({ certificate, digest })),
  );
  if (references.length === 0) return [];
  const ids = objects.idsOf(references.map(({ certificate }) => certificate));
  const digests = references.flatMap(({ digest }) =>
    isDigest(digest?.value) ? [vr('CertID', digestChildren(digest.algorithm, digest.value))] : [],
  );
  return [vrWith('SigningCertificate', signed, [...objectReferences(ids), ...digests])];
}

function objectReferences(ids: readonly string[]): readonly XmlElement[] {
  return ids.length === 0 ? [] : [reference('AttributeObject', ids)];
}

function timestampsOf(
  { timestamps }: SignatureData,
  diagnostic: DiagnosticData,
  objects: ValidationObjects,
): readonly XmlElement[] {
  const own = new Set(timestamps);
  return diagnostic.timestamps.flatMap(({ id, type, productionTime }) => {
    const name = timestampAttributes[type];
    const time = dateTime(productionTime);
    if (!own.has(id) || name === undefined || time === undefined) return [];
    const isSigned = name.endsWith('DataObjectsTimeStamp');
    return [
      vrWith(name, isSigned ? signed : unsigned, [
        ...objectReferences(objects.idsOf([id])),
        vr('TimeStampValue', time),
      ]),
    ];
  });
}

/** Attributes that hold evidence, with what is in them. */
const holders: readonly (readonly [name: string, kind: 'certificates' | 'revocations', origin: TokenOrigin])[] = [
  ['CertificateValues', 'certificates', 'certificate-values'],
  ['RevocationValues', 'revocations', 'revocation-values'],
  ['AttrAuthoritiesCertValues', 'certificates', 'attribute-certificate-values'],
  ['TimeStampValidationData', 'certificates', 'timestamp-validation-data'],
];

function values({ foundCertificates, foundRevocations }: SignatureData, objects: ValidationObjects): XmlElement[] {
  const from = (origin: TokenOrigin): Readonly<Record<'certificates' | 'revocations', readonly string[]>> => ({
    certificates: idsFrom(foundCertificates, origin, objects),
    revocations: idsFrom(foundRevocations, origin, objects),
  });
  const held = holders.flatMap(([name, kind, origin]) => {
    const ids = from(origin)[kind];
    return ids.length === 0 ? [] : [vrWith(name, unsigned, [reference('AttributeObject', ids)])];
  });
  return [...held, ...store('DSS', from('dss-dictionary')), ...store('VRI', from('vri-dictionary'))];
}

function idsFrom(
  related: readonly (RelatedCertificate | RelatedRevocation)[],
  origin: TokenOrigin,
  objects: ValidationObjects,
): readonly string[] {
  const found = related.filter(({ origins }) => origins.includes(origin));
  return objects.idsOf(found.map((entry) => ('certificate' in entry ? entry.certificate : entry.revocation)));
}

/** The security store of a PDF and the part of it that belongs to one signature (annexes A.27 and A.28). */
function store(
  name: 'DSS' | 'VRI',
  { certificates, revocations }: { readonly certificates: readonly string[]; readonly revocations: readonly string[] },
): readonly XmlElement[] {
  const lists = [
    ['Certs', certificates],
    ['CRLs', revocations.filter((id) => id.startsWith('R-'))],
    ['OCSPs', revocations.filter((id) => id.startsWith('O-'))],
  ] as const;
  const children = lists.flatMap(([list, ids]) => (ids.length === 0 ? [] : [reference(list, ids)]));
  return children.length === 0 ? [] : [vrWith(name, unsigned, children)];
}

function pdfAttributes({ pdfRevision }: SignatureData): readonly XmlElement[] {
  if (!pdfRevision) return [];
  const { byteRange, filter, reason, subFilter } = pdfRevision;
  return [
    ...(reason === undefined ? [] : [vrWith('Reason', signed, [vr('ReasonElement', reason)])]),
    ...(subFilter === undefined ? [] : [vrWith('SubFilter', signed, [vr('SubFilterElement', subFilter)])]),
    ...(byteRange.length > 0 && byteRange.every(Number.isSafeInteger) ? [vr('ByteRange', byteRange.join(' '))] : []),
    ...(filter === undefined ? [] : [vr('Filter', [vr('Filter', filter)])]),
  ];
}
