import {
  type DerElement,
  isString,
  readDer,
  readExplicit,
  readOctetString,
  readOid,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import type { ErrorParams } from '@tra/kernel';
import type { Certificate } from '../../certificate.ts';
import { readGeneralNames } from '../../extensions.ts';
import type { GeneralName } from '../../general-name.ts';
import { readName } from '../../name.ts';
import { inspectPublicKey, type PublicKeyFacts } from '../keys/public-key.ts';
import type { CertificateProfile, ProfileRules } from '../profiles/profile.ts';
import { PROFILES } from '../profiles/profiles.ts';

/** One attribute of a name as encoded. */
export interface NameValue {
  readonly oid: string;
  readonly tag: number;
  /** Absent when the value is no character string. */
  readonly text?: string;
}

/** One extension as encoded. */
export interface ExtensionView {
  readonly oid: string;
  readonly critical: boolean;
  /** Whether `critical FALSE` is written out, which DER forbids. */
  readonly defaultWritten: boolean;
  readonly value: Uint8Array;
}

/** A certificate as lint rules look at it: the parsed fields and those facts of the encoding that parsing leaves behind. */
export interface LintView {
  readonly certificate: Certificate;
  readonly key: PublicKeyFacts;
  readonly profile?: CertificateProfile;
  readonly rules?: ProfileRules;
  /** The issuer's certificate; absent for a root, and for a foreign certificate that is looked at alone. */
  readonly issuer?: Certificate;
  readonly serial: Uint8Array;
  readonly times: readonly DerElement[];
  readonly subject: readonly NameValue[];
  readonly issuerName: readonly NameValue[];
  readonly hasUniqueIds: boolean;
  readonly extensions: readonly ExtensionView[];
}

/** A rule: what it looks for, and the clause that demands it. */
export interface LintRule {
  /** Message key of the finding. */
  readonly code: string;
  readonly clause: string;
  /** A recommendation of the clause: reported as indeterminate, and no reason to refuse. */
  readonly advice?: true;
  /** Set on a rule that looks at values which differ between certificates of one shape: names, key, serial number. */
  readonly varies?: true;
  /** Every breach with what the message names; true for one without anything to name. */
  find(view: LintView): readonly ErrorParams[] | boolean;
}

/** What is known beside the certificate. */
export interface LintContext {
  readonly profile?: CertificateProfile | undefined;
  readonly issuer?: Certificate | undefined;
  readonly key?: PublicKeyFacts | undefined;
}

/** Reads what the rules need. Throws `Asn1Error` for what `parseCertificate` would refuse too. */
export function viewOf(certificate: Certificate, { profile, issuer, key }: LintContext): LintView {
  const tbs = new SequenceReader(readDer(certificate.signedBytes), 'tbsCertificate');
  tbs.takeOptional(0xa0);
  const serial = tbs.take(TAG.integer, 'serialNumber').content;
  tbs.take(TAG.sequence, 'signature');
  const issuerName = tbs.take(TAG.sequence, 'issuer');
  const times = new SequenceReader(tbs.take(TAG.sequence, 'validity'), 'Validity').rest();
  const subject = tbs.take(TAG.sequence, 'subject');
  tbs.take(TAG.sequence, 'subjectPublicKeyInfo');
  const hasUniqueIds = tbs.takeOptional(0x81, 0x82) !== undefined;
  tbs.takeOptional(0x82);
  const extensions = tbs.takeOptional(0xa3);
  return {
    certificate,
    key: key ?? inspectPublicKey(certificate.publicKey),
    ...(profile ? { profile, rules: PROFILES[profile] } : {}),
    ...(issuer ? { issuer } : {}),
    serial,
    times,
    subject: nameValues(subject),
    issuerName: nameValues(issuerName),
    hasUniqueIds,
    extensions: extensions ? extensionViews(extensions) : [],
  };
}

/** What differs between certificates of one shape, in bulk issuing. */
export interface VaryingParts {
  readonly serial: Uint8Array;
  /** Encoded Name. */
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly key: PublicKeyFacts;
  /** Encoded subjectAltName extension. */
  readonly alternative: Uint8Array | undefined;
}

/** The view of a certificate of the same shape as `sample`, good for rules that vary; nothing else is read again. */
export function variedView(sample: LintView, parts: VaryingParts): LintView {
  const name = readDer(parts.subject);
  return {
    ...sample,
    key: parts.key,
    serial: parts.serial,
    subject: nameValues(name),
    certificate: {
      ...sample.certificate,
      subject: readName(name),
      publicKey: parts.publicKey,
      subjectAltNames: parts.alternative ? alternativesIn(readDer(parts.alternative)) : [],
    },
  };
}

function alternativesIn(extension: DerElement): readonly GeneralName[] {
  const value = new SequenceReader(extension, 'Extension').rest().at(-1);
  return value ? readGeneralNames(readOctetString(value)) : [];
}

function nameValues(name: DerElement): readonly NameValue[] {
  return new SequenceReader(name, 'Name').rest().flatMap((rdn) =>
    new SequenceReader(rdn, 'RelativeDistinguishedName', TAG.set).rest().map((attribute) => {
      const reader = new SequenceReader(attribute, 'AttributeTypeAndValue');
      const oid = readOid(reader.take(TAG.oid, 'type'));
      const value = reader.take(undefined, 'value');
      return { oid, tag: value.tag, ...(isString(value) ? { text: readString(value) } : {}) };
    }),
  );
}

function extensionViews(element: DerElement): readonly ExtensionView[] {
  return new SequenceReader(readExplicit(element, 'extensions'), 'Extensions').rest().map((item) => {
    const reader = new SequenceReader(item, 'Extension');
    const oid = readOid(reader.take(TAG.oid, 'extnID'));
    const flag = reader.takeOptional(TAG.boolean);
    const value = readOctetString(reader.take(TAG.octetString, 'extnValue'));
    const critical = flag !== undefined && flag.content[0] !== 0;
    return { oid, critical, defaultWritten: flag !== undefined && !critical, value };
  });
}
