/** Namespace of trusted lists (ETSI TS 119 612 annex C). */
export const TSL_NAMESPACE = 'http://uri.etsi.org/02231/v2#';
/** Value of TSLTag (clause 5.2.1). */
export const TSL_TAG = 'http://uri.etsi.org/19612/TSLTag';
/** Namespace of AdditionalTypes (annex C.2). */
export const ADDITIONAL_TYPES_NAMESPACE = 'http://uri.etsi.org/02231/v2/additionaltypes#';
/** Namespace of the Qualifications extension (clause 5.5.9.2). */
export const QUALIFICATIONS_NAMESPACE = 'http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#';
/** Purpose that the certificate of a list's signer carries: id-tsl-kp-tslSigning (clause 5.7.1). */
export const TSL_SIGNING_PURPOSE = '0.4.0.2231.3.0';
/** HistoricalInformationPeriod that says: kept for ever (clause 5.3.12). */
export const KEPT_FOR_EVER = 65_535;

const types = 'http://uri.etsi.org/TrstSvc/Svctype/';

/** Service types (clause 5.5.1). */
export const SERVICE_TYPE: {
  readonly nationalRoot: string;
  readonly qualifiedCa: string;
  readonly publicKeyCa: string;
  readonly timestamp: string;
  readonly qualifiedTimestamp: string;
  readonly ocsp: string;
  readonly qualifiedOcsp: string;
  readonly crl: string;
  readonly qualifiedCrl: string;
  readonly signatureValidation: string;
} = {
  nationalRoot: `${types}NationalRootCA-QC`,
  qualifiedCa: `${types}CA/QC`,
  publicKeyCa: `${types}CA/PKC`,
  timestamp: `${types}TSA`,
  qualifiedTimestamp: `${types}TSA/QTST`,
  ocsp: `${types}Certstatus/OCSP`,
  qualifiedOcsp: `${types}Certstatus/OCSP/QC`,
  crl: `${types}Certstatus/CRL`,
  qualifiedCrl: `${types}Certstatus/CRL/QC`,
  signatureValidation: `${types}AdESValidation`,
};

const statuses = 'http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/';

/** Service statuses (clause 5.5.4). */
export const SERVICE_STATUS: {
  readonly granted: string;
  readonly withdrawn: string;
  readonly recognised: string;
  readonly deprecated: string;
} = {
  granted: `${statuses}granted`,
  withdrawn: `${statuses}withdrawn`,
  recognised: `${statuses}recognisedatnationallevel`,
  deprecated: `${statuses}deprecatedatnationallevel`,
};

/** Types of list and approaches of schemes outside the European Union (clauses 5.3.3 and 5.3.8, annex D). `territory` is an ISO 3166-1 code. */
export function nationalScheme(territory: string): {
  readonly type: string;
  readonly statusDetermination: string;
  readonly rules: string;
} {
  const list = 'http://uri.etsi.org/TrstSvc/TrustedList/';
  return {
    type: `${list}TSLType/${territory}generic`,
    statusDetermination: `${list}StatusDetn/${territory}determination`,
    rules: `${list}schemerules/${territory}`,
  };
}
