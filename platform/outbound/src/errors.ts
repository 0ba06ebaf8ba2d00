import { CodedError } from '@tra/kernel';

/** Why an outgoing request was not made or its answer not taken. */
export type OutboundErrorCode =
  | 'outbound.url_invalid'
  | 'outbound.address_refused'
  | 'outbound.name_unknown'
  | 'outbound.unreachable'
  | 'outbound.timeout'
  | 'outbound.too_large'
  | 'outbound.redirects_exceeded'
  | 'outbound.network_invalid'
  | 'outbound.proxy_invalid'
  | 'outbound.proxy_refused';

/** Thrown by everything in this package; `params.host` names the other side where it is known. */
export class OutboundError extends CodedError<OutboundErrorCode> {}
