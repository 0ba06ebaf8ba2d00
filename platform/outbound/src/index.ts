export { type AddressGuard, createAddressGuard } from './address-guard.ts';
export { type OutboundConfig, outboundConfig } from './config.ts';
export { OutboundError, type OutboundErrorCode } from './errors.ts';
export { createOutbound, type Outbound, type OutboundAnswer, type OutboundRequest } from './outbound.ts';
export { type CaaRecord, createResolver, type Resolver } from './resolve.ts';
