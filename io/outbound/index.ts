/** HTTP calls to addresses that people wrote. */
export { wrongAllowEntry } from './address-guard.ts';
export { createOutbound, mistakeOfRequest, OUTBOUND_DEFAULTS, type OutboundOptions } from './outbound.ts';
export * from './port.ts';
