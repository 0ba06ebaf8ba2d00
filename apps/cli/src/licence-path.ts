import type { ApiClient } from './api-client.ts';

/** What the path needs of an application. */
export interface ApplicationView {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly attachments: readonly { readonly field: string }[];
  readonly licence?: {
    readonly id: string;
    readonly publicId: string;
    readonly number: string;
    readonly status: string;
  };
}

const applications = '/api/v1/licensing/applications';

/** Opens an application for `service`, fills it in with complete `data` and the given attachments, and submits it. */
export async function apply(
  citizen: ApiClient,
  service: string,
  data: unknown,
  attachments: Readonly<Record<string, Uint8Array>>,
): Promise<ApplicationView> {
  const draft = await citizen.json<ApplicationView>(applications, { method: 'POST', body: { service } });
  return act(citizen, await fillIn(citizen, draft, data, attachments), 'submit');
}

/** Fills a draft in; attachments that it holds already are left alone. */
export async function fillIn(
  citizen: ApiClient,
  draft: ApplicationView,
  data: unknown,
  attachments: Readonly<Record<string, Uint8Array>>,
): Promise<ApplicationView> {
  const path = `${applications}/${draft.id}`;
  let application = await citizen.json<ApplicationView>(`${path}/data`, {
    method: 'PUT',
    version: draft.version,
    body: { data },
  });
  for (const [field, bytes] of Object.entries(attachments)) {
    if (application.attachments.some((attachment) => attachment.field === field)) continue;
    const form = new FormData();
    form.set('field', field);
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), `${field}.png`);
    application = await citizen.json<ApplicationView>(`${path}/attachments`, { method: 'POST', body: form });
  }
  return application;
}

/** Takes one action on an application as the signed-in person and returns the application after it. */
export function act(
  client: ApiClient,
  application: ApplicationView,
  action: string,
  extra: object = {},
): Promise<ApplicationView> {
  return client.json<ApplicationView>(`${applications}/${application.id}/actions`, {
    method: 'POST',
    version: application.version,
    body: { action, ...extra },
  });
}

/** Waits until the application has left `issuing`, at most a minute; asks again every `everyMs` milliseconds. */
export async function untilIssued(
  client: ApiClient,
  application: ApplicationView,
  everyMs = 15,
): Promise<ApplicationView> {
  const end = Date.now() + 60_000;
  for (;;) {
    const current = await client.json<ApplicationView>(`${applications}/${application.id}`);
    if (current.state !== 'issuing' || Date.now() > end) return current;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
