import { type ListedAnchor, type ListedState, trustedServiceStatuses } from '@tra/signature';
import { SERVICE_TYPE } from './identifiers.ts';
import type { ServiceState, TrustedList, TrustService, TrustServiceProvider } from './model.ts';
import { statesOf } from './snapshot.ts';

/** A service as a trust anchor during one stretch of time in which its status was a trusted one. */
export interface ServiceAnchor extends ListedAnchor {
  readonly provider: TrustServiceProvider;
  readonly service: TrustService;
  /** Since when the service was trusted without a break. */
  readonly from: Date;
  /** When the trust ended; absent while it goes on. */
  readonly until?: Date;
}

/** Which anchors {@link trustAnchorsOf} gives. */
export interface AnchorSelection {
  /** Service type URIs; the anchor's whole history must have one of them. All unless told. */
  readonly serviceType?: string | readonly string[];
  /** Only services that were trusted at this instant. */
  readonly at?: Date;
  /** Name of the list in diagnostic data ({@link listSnapshot}): then the anchors carry the statuses of their services. */
  readonly list?: string;
}

const timestampTypes: readonly string[] = [
  SERVICE_TYPE.timestamp,
  SERVICE_TYPE.qualifiedTimestamp,
  'http://uri.etsi.org/TrstSvc/Svctype/TSA/TSS-QC',
];

/**
 * The services of a list as trust anchors, one per certificate and stretch of trust: the status history decides from when until when a
 * path may end there (`validFrom`, `validUntil`), and certificates issued after the end do not count. A service with a critical extension
 * that is not understood gives none (ETSI TS 119 612 clause 5.5.9). Ask only of a list that was verified.
 *
 * @example
 * const anchors = trustAnchorsOf(list, { serviceType: SERVICE_TYPE.nationalRoot, at });
 * validatePath({ certificate, anchors, intermediates, crls, at, purpose: 'document-signing' });
 */
export function trustAnchorsOf(list: TrustedList, selection: AnchorSelection = {}): ServiceAnchor[] {
  const { at, serviceType } = selection;
  const types = typeof serviceType === 'string' ? [serviceType] : serviceType;
  return list.providers.flatMap((provider) =>
    provider.services
      .filter(({ type }) => types === undefined || types.includes(type))
      .flatMap((service) => {
        const services = selection.list === undefined ? undefined : statesOf(service, selection.list);
        return stretchesOf(service)
          .filter(({ from, until }) => !at || (from <= at && (!until || at < until)))
          .flatMap((stretch) => anchorsOf({ provider, service, ...(services ? { services } : {}) }, stretch));
      }),
  );
}

interface Stretch {
  readonly from: Date;
  readonly until?: Date;
}

/** Stretches of trust, oldest first: neighbouring trusted statuses make one. */
function stretchesOf(service: TrustService): Stretch[] {
  const states = [service, ...service.history].sort((a, b) => a.startingTime.getTime() - b.startingTime.getTime());
  const stretches: Stretch[] = [];
  states.forEach((state, index) => {
    if (!isTrusted(state, service)) return;
    const until = states[index + 1]?.startingTime;
    const before = stretches.at(-1);
    const joined = before?.until?.getTime() === state.startingTime.getTime() ? stretches.pop() : undefined;
    stretches.push({ from: joined?.from ?? state.startingTime, ...(until ? { until } : {}) });
  });
  return stretches;
}

function isTrusted({ extensions, status, type }: ServiceState, service: TrustService): boolean {
  return trustedServiceStatuses.has(status) && type === service.type && extensions.unknownCritical.length === 0;
}

interface Named {
  readonly provider: TrustServiceProvider;
  readonly service: TrustService;
  readonly services?: readonly ListedState[];
}

function anchorsOf({ provider, service, services }: Named, { from, until }: Stretch): ServiceAnchor[] {
  // The instant of the change belongs to the new status.
  const last = until && new Date(until.getTime() - 1);
  return service.identity.certificates.map((certificate) => ({
    certificate,
    constraints: {
      validFrom: from,
      ...(last ? { validUntil: last, distrustIssuedAfter: last } : {}),
      ...(timestampTypes.includes(service.type) ? { purposes: ['time-stamping' as const] } : {}),
    },
    ...(services ? { services } : {}),
    provider,
    service,
    from,
    ...(until ? { until } : {}),
  }));
}
