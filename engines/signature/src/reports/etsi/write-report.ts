import { fromHex, toBase64, toBase64Url } from '@tra/kernel';
import { DSIG_NAMESPACE, element, serializeXml, type XmlElement } from '@tra/xml';
import type { SignatureData } from '../../diagnostic/signature.ts';
import type { TimestampData } from '../../diagnostic/timestamp.ts';
import type { TokenId } from '../../diagnostic/token.ts';
import type { BlockReport, SignatureProcessReport, TimestampProcessReport } from '../../process/report.ts';
import { XADES_NAMESPACE } from '../../xades/names.ts';
import { signatureAttributes } from './attributes.ts';
import { REPORT_NAMESPACE, VALIDATION_PROCESS } from './names.ts';
import { type EtsiSource, ValidationObjects } from './objects.ts';
import { constraints, validationStatus } from './status.ts';
import { dateTime, digestChildren, isDigest, reference, vr, vrWith } from './write.ts';

/** More about who writes a report. */
export interface EtsiOptions {
  /** Certificate of the service that validated, DER: its identity in the report. */
  readonly validator?: Uint8Array;
}

/**
 * The validation report of ETSI TS 119 102-2 as XML in UTF-8 (namespace http://uri.etsi.org/19102/v1.2.1#): for each signature its
 * identifier, the policy with every constraint, times with their proofs, attributes, signer, status with chain, revocation and algorithms, then the
 * objects that were used. These are represented by their SHA-256, which clause 4.4.4 allows: the report holds no certificate but the validator's. A document with time-stamps alone gets a report for each. Undefined for a document that has
 * neither: the format has no words for it.
 *
 * @example
 * const { report, detailed, diagnostic } = await validateDocumentFully(input);
 * const xml = writeEtsiReport({ detailed, diagnostic, documentSha256: report.document.sha256 });
 */
export function writeEtsiReport(source: EtsiSource, { validator }: EtsiOptions = {}): Uint8Array | undefined {
  const writer = new EtsiWriter(source);
  const namespaces = { 'xmlns:vr': REPORT_NAMESPACE, 'xmlns:ds': DSIG_NAMESPACE, 'xmlns:XAdES': XADES_NAMESPACE };
  const reports = writer.reports();
  if (reports.length === 0) return undefined;
  const identity = validator && [
    vr('SignatureValidator', [
      vr('DigitalId', [
        element('tsl:X509Certificate', { 'xmlns:tsl': 'http://uri.etsi.org/02231/v2#' }, toBase64(validator)),
      ]),
    ]),
  ];
  const children = [...reports, writer.objects(), ...(identity ?? [])].filter((child) => child !== undefined);
  return serializeXml(element('vr:ValidationReport', namespaces, children));
}

class EtsiWriter {
  readonly #source: EtsiSource;
  readonly #objects: ValidationObjects;
  readonly #signatures: ReadonlyMap<TokenId, SignatureData>;
  readonly #timestamps: ReadonlyMap<TokenId, TimestampData>;

  constructor(source: EtsiSource) {
    this.#source = source;
    this.#objects = new ValidationObjects(source);
    this.#signatures = new Map(source.diagnostic.signatures.map((signature) => [signature.id, signature]));
    this.#timestamps = new Map(source.diagnostic.timestamps.map((timestamp) => [timestamp.id, timestamp]));
  }

  reports(): readonly XmlElement[] {
    const { signatures, timestamps } = this.#source.detailed;
    if (signatures.length > 0) return signatures.map((report) => this.#signature(report));
    return timestamps.map((report) => this.#timestamp(report, 'SignatureValidationReport', 'S'));
  }

  objects(): XmlElement | undefined {
    const { signatures, timestamps } = this.#source.detailed;
    return this.#objects.element((token) => {
      const report = signatures.length === 0 ? undefined : timestamps.find((entry) => entry.token === token);
      return report && this.#timestamp(report, 'ValidationReport', 'TS');
    });
  }

  #signature(report: SignatureProcessReport): XmlElement {
    const { token, indication, subIndication, archive, bestSignatureTime } = report;
    const signature = this.#signatures.get(token);
    const { diagnostic, detailed } = this.#source;
    const status = { token: signature, indication, decided: archive, ...(subIndication ? { subIndication } : {}) };
    const basic = detailed.tokens.find((entry) => entry.token === token)?.blocks ?? [];
    return vr('SignatureValidationReport', [
      vrWith('SignatureIdentifier', { id: this.#objects.signatureId(token) }, [
        signature && representation(signature),
        vr('HashOnly', 'false'),
        vr('DocHashOnly', 'false'),
        vr('DAIdentifier', token),
      ]),
      this.#policy([...basic, report.basic, report.longTerm, archive]),
      vr('ValidationTimeInfo', [
        vr('ValidationTime', dateTime(detailed.validationTime) ?? ''),
        this.#objects.proof('BestSignatureTime', bestSignatureTime),
      ]),
      ...(signature ? this.#about(signature) : []),
      vr('SignatureValidationProcess', [vr('SignatureValidationProcessID', VALIDATION_PROCESS)]),
      validationStatus(status, diagnostic, this.#objects),
    ]);
  }

  #about(signature: SignatureData): readonly (XmlElement | undefined)[] {
    const { digest, id } = this.#objects.signedData(signature);
    return [
      vr('SignersDocument', [
        vr('DigestAlgAndValue', digestChildren(digest.algorithm, digest.value)),
        reference('SignersDocumentRef', [id]),
      ]),
      signatureAttributes(signature, this.#source.diagnostic, this.#objects),
      this.#signer(signature),
    ];
  }

  #signer({ signingCertificate }: SignatureData): XmlElement | undefined {
    const certificate = this.#source.diagnostic.certificates.find(({ id }) => id === signingCertificate?.certificate);
    const ids = certificate ? this.#objects.idsOf([certificate.id]) : [];
    if (!certificate || ids.length === 0) return undefined;
    const pseudonym = certificate.names.pseudonym === undefined ? 'false' : 'true';
    return vrWith('SignerInformation', { Pseudonym: pseudonym }, [
      reference('SignerCertificate', ids),
      vr('Signer', certificate.subject),
    ]);
  }

  #timestamp(
    report: TimestampProcessReport,
    name: 'SignatureValidationReport' | 'ValidationReport',
    prefix: string,
  ): XmlElement {
    const { token, indication, subIndication, archive } = report;
    const timestamp = this.#timestamps.get(token);
    const status = { token: timestamp, indication, decided: archive, ...(subIndication ? { subIndication } : {}) };
    const basic = this.#source.detailed.tokens.find((entry) => entry.token === token)?.blocks ?? [];
    return vr(name, [
      vrWith('SignatureIdentifier', { id: `${prefix}-${this.#objects.idOf(token) ?? ''}` }, [
        vr('HashOnly', 'false'),
        vr('DocHashOnly', 'false'),
        vr('DAIdentifier', token),
      ]),
      this.#policy([...basic, report.basic, archive]),
      vr('ValidationTimeInfo', [
        vr('ValidationTime', dateTime(this.#source.detailed.validationTime) ?? ''),
        this.#objects.proof('BestSignatureTime', { time: this.#source.detailed.validationTime }),
      ]),
      vr('SignatureValidationProcess', [vr('SignatureValidationProcessID', VALIDATION_PROCESS)]),
      validationStatus(status, this.#source.diagnostic, this.#objects),
    ]);
  }

  /** The policy by the hash of its JSON (RFC 6920), and every constraint that was looked at. */
  #policy(blocks: readonly BlockReport[]): XmlElement {
    const { name, sha256 } = this.#source.detailed.policy;
    const digest = element('XAdES:SigPolicyHash', {}, digestChildren('SHA256', sha256));
    const identifier = element('XAdES:Identifier', {}, `ni:///sha-256;${toBase64Url(fromHex(sha256))}`);
    const policy = element('XAdES:SignaturePolicyId', {}, [element('XAdES:SigPolicyId', {}, [identifier]), digest]);
    return vr('ValidationConstraintsEvaluationReport', [
      vr('SignatureValidationPolicy', [vr('SignaturePolicyIdentifier', [policy]), vr('PolicyName', name)]),
      ...constraints(blocks),
    ]);
  }
}

/** Digest of the data to be signed (TS 119 102-2 clause 4.3.3.2): of what the key signed. */
function representation({ toBeSigned }: SignatureData): XmlElement | undefined {
  if (!toBeSigned || !isDigest(toBeSigned.value)) return undefined;
  return vr('DigestAlgAndValue', digestChildren(toBeSigned.algorithm, toBeSigned.value));
}
