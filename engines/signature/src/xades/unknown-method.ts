import type { XmlReferenceResult } from '@tra/xml';

/** Nobody compared: a digest or a transform that is not implemented. Both are named in what the key signed, so that nobody else chooses them. */
export const isMethodUnknown = (reason: XmlReferenceResult['reason']): boolean =>
  reason === 'xml.algorithm_unsupported' || reason === 'xml.transform_unsupported';
