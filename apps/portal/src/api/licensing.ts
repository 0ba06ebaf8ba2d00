import { newIdempotencyKey, urlOf } from './client.ts';
import { api } from './portal-client.ts';
import type {
  Application,
  ApplicationSummary,
  FormValues,
  Licence,
  Page,
  Place,
  PublicLicence,
  PublicService,
  ServiceSummary,
} from './types.ts';
import type { Progress } from './upload.ts';

const base = '/licensing';

export interface ListQuery {
  readonly scope: 'mine' | 'queue';
  readonly state?: string;
  readonly q?: string;
  readonly after?: string;
  readonly limit?: number;
}

export interface UploadOptions {
  readonly version: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** One function per operation of the licensing system; each resolves with what the server now holds. */
export const licensing = {
  services: (signal?: AbortSignal): Promise<readonly ServiceSummary[]> => items(`${base}/services`, signal),
  service: (id: string, signal?: AbortSignal): Promise<PublicService> =>
    api.json(`${base}/services/${encodeURIComponent(id)}`, withSignal(signal)),
  provinces: (signal?: AbortSignal): Promise<readonly Place[]> => items(`${base}/provinces`, signal),
  districts: (province: string, signal?: AbortSignal): Promise<readonly Place[]> =>
    items(`${base}/provinces/${encodeURIComponent(province)}/districts`, signal),
  subDistricts: (district: string, signal?: AbortSignal): Promise<readonly Place[]> =>
    items(`${base}/districts/${encodeURIComponent(district)}/sub-districts`, signal),

  list: (query: ListQuery, signal?: AbortSignal): Promise<Page<ApplicationSummary>> =>
    api.json(`${base}/applications`, { query: { ...query }, ...withSignal(signal) }),
  application: (id: string, signal?: AbortSignal): Promise<Application> =>
    api.json(applicationPath(id), withSignal(signal)),
  start: (service: string, idempotencyKey: string = newIdempotencyKey()): Promise<Application> =>
    api.json(`${base}/applications`, { method: 'POST', body: { service }, idempotencyKey }),
  save: (id: string, data: FormValues, version: number, signal?: AbortSignal): Promise<Application> =>
    api.json(`${applicationPath(id)}/data`, { method: 'PUT', body: { data }, version, ...withSignal(signal) }),
  attach: (id: string, field: string, file: File, options: UploadOptions): Promise<Application> => {
    const form = new FormData();
    form.append('field', field);
    form.append('file', file, file.name);
    return api.json(`${applicationPath(id)}/attachments`, {
      method: 'POST',
      form,
      version: options.version,
      onProgress: options.onProgress ?? (() => undefined),
      ...withSignal(options.signal),
    });
  },
  detach: (id: string, attachment: string, version: number): Promise<void> =>
    api.none(`${applicationPath(id)}/attachments/${attachment}`, { method: 'DELETE', version }),
  attachmentUrl: (id: string, attachment: string): string => urlOf(`${applicationPath(id)}/attachments/${attachment}`),
  attachment: (id: string, attachment: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
    api.bytes(`${applicationPath(id)}/attachments/${attachment}`, withSignal(signal)),
  act: (id: string, version: number, action: ActionRequest): Promise<Application> =>
    api.json(`${applicationPath(id)}/actions`, {
      method: 'POST',
      body: action,
      version,
      idempotencyKey: newIdempotencyKey(),
    }),

  licences: (
    query: { q?: string; after?: string; limit?: number } = {},
    signal?: AbortSignal,
  ): Promise<Page<Licence>> => api.json(`${base}/licences`, { query, ...withSignal(signal) }),
  licence: (id: string, signal?: AbortSignal): Promise<Licence> => api.json(licencePath(id), withSignal(signal)),
  licenceDocument: (id: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
    api.bytes(`${licencePath(id)}/document`, withSignal(signal)),
  licenceDocumentUrl: (id: string): string => urlOf(`${licencePath(id)}/document`),
  licenceDataUrl: (id: string): string => urlOf(`${licencePath(id)}/data`),
  actOnLicence: (id: string, action: LicenceActionName, reason: string): Promise<Licence> =>
    api.json(`${licencePath(id)}/actions`, {
      method: 'POST',
      body: { action, reason },
      idempotencyKey: newIdempotencyKey(),
    }),
  publicLicence: (publicId: string, signal?: AbortSignal): Promise<PublicLicence> =>
    api.json(`${base}/public-licences/${encodeURIComponent(publicId)}`, { askToSignIn: false, ...withSignal(signal) }),
};

export interface ActionRequest {
  readonly action: string;
  readonly reason?: string;
  readonly receiptNumber?: string;
}

export type LicenceActionName = 'revoke' | 'suspend' | 'reinstate';

function applicationPath(id: string): string {
  return `${base}/applications/${encodeURIComponent(id)}`;
}

function licencePath(id: string): string {
  return `${base}/licences/${encodeURIComponent(id)}`;
}

async function items<T>(path: string, signal?: AbortSignal): Promise<readonly T[]> {
  return (await api.json<{ items: readonly T[] }>(path, withSignal(signal))).items;
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
