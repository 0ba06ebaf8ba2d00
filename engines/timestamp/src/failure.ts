/** PKIFailureInfo bits of RFC 3161 section 2.4.2, by their names there. */
export type FailureName =
  | 'badAlg'
  | 'badRequest'
  | 'badDataFormat'
  | 'timeNotAvailable'
  | 'unacceptedPolicy'
  | 'unacceptedExtension'
  | 'addInfoNotAvailable'
  | 'systemFailure';

/** Bit numbers. */
export const FAILURE_BITS: Readonly<Record<FailureName, number>> = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
};

/** What a refusal says in words; English, since the protocol has no way to ask for a language. */
export const FAILURE_TEXTS: Readonly<Record<FailureName, string>> = {
  badAlg: 'unrecognized or unsupported algorithm identifier',
  badRequest: 'transaction not permitted or supported',
  badDataFormat: 'the data submitted has the wrong format',
  timeNotAvailable: "the authority's time source is not available",
  unacceptedPolicy: 'the requested policy is not supported',
  unacceptedExtension: 'the requested extension is not supported',
  addInfoNotAvailable: 'the additional information requested is not available',
  systemFailure: 'the request cannot be handled due to system failure',
};
