/** Namespace of XAdES 1.3.2, which ETSI EN 319 132-1 uses. */
export const XADES_NAMESPACE = 'http://uri.etsi.org/01903/v1.3.2#';

/** Namespaces of QualifyingProperties that are read: XAdES 1.3.2, 1.2.2 and 1.1.1. */
export const xadesNamespaces: readonly string[] = [
  XADES_NAMESPACE,
  'http://uri.etsi.org/01903/v1.2.2#',
  'http://uri.etsi.org/01903/v1.1.1#',
];

/** Type of the reference to SignedProperties (ETSI EN 319 132-1 clause 4.4.2). */
export const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties';

/** The same in any version. */
export const signedPropertiesTypes: RegExp = /^http:\/\/uri\.etsi\.org\/01903(?:\/v\d\.\d\.\d)?#SignedProperties$/;

/** Namespace of the properties that XAdES 1.4.1 added. */
export const XADES_141_NAMESPACE = 'http://uri.etsi.org/01903/v1.4.1#';

/** Namespace of SealingEvidenceRecords (ETSI TS 119 132-3). */
export const XADES_RECORD_NAMESPACE = 'http://uri.etsi.org/19132/v1.1.1#';
