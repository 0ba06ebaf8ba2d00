import type { RouteApp } from '@tra/platform-http';
import { Type } from 'typebox';
import type { Licensing } from '../context.ts';
import { LicensingError } from '../errors.ts';
import { getPublicLicence } from '../service/licences.ts';
import { placeList, publicLicence, service, serviceList } from './schemas.ts';
import { publicLicenceView, serviceSummaryView, serviceView } from './views.ts';

const tags = ['licensing'];
const code = (digits: number) =>
  Type.Object({ code: Type.String({ minLength: 1, maxLength: 10, examples: ['10'.padEnd(digits, '01')] }) });
const hour = 'public, max-age=3600';

function mountPlaces(app: RouteApp, { addresses }: Licensing): void {
  app.get(
    '/api/v1/licensing/provinces',
    {
      schema: {
        tags,
        summary: 'Provinces',
        description: 'With the codes of the Department of Provincial Administration.',
        response: { 200: placeList },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', hour);
      return { items: addresses.provinces() };
    },
  );
  app.get(
    '/api/v1/licensing/provinces/:code/districts',
    { schema: { tags, summary: 'Districts of a province', params: code(2), response: { 200: placeList } } },
    async (request, reply) => {
      const items = addresses.findDistricts(request.params.code);
      if (!items) throw new LicensingError('licensing.place_unknown');
      reply.header('cache-control', hour);
      return { items };
    },
  );
  app.get(
    '/api/v1/licensing/districts/:code/sub-districts',
    {
      schema: {
        tags,
        summary: 'Sub-districts of a district',
        description: 'With their postal codes.',
        params: code(4),
        response: { 200: placeList },
      },
    },
    async (request, reply) => {
      const items = addresses.findSubDistricts(request.params.code);
      if (!items) throw new LicensingError('licensing.place_unknown');
      reply.header('cache-control', hour);
      return { items };
    },
  );
}

/** Mounts what anybody may read: services, places, and the status of a licence by its public id. */
export function mountPublicRoutes(app: RouteApp, licensing: Licensing): void {
  app.get(
    '/api/v1/licensing/services',
    { schema: { tags, summary: 'Services that people can apply for', response: { 200: serviceList } } },
    async () => ({ items: licensing.services.all().map(serviceSummaryView) }),
  );
  app.get(
    '/api/v1/licensing/services/:id',
    {
      schema: {
        tags,
        summary: 'One service with its form',
        description:
          'The public part of the definition: steps and fields of the form, fees, words for states and actions.',
        params: Type.Object({
          id: Type.String({ minLength: 1, maxLength: 200, examples: ['dbd.ecommerce-registration'] }),
        }),
        response: { 200: service },
      },
    },
    async (request) => serviceView(licensing.services.get(request.params.id)),
  );
  mountPlaces(app, licensing);
  app.get(
    '/api/v1/licensing/public-licences/:publicId',
    {
      schema: {
        tags,
        summary: 'Status of a licence by its public id',
        description:
          'What the QR code of a document leads to. No sign-in; never cached, so that a revocation shows at once.',
        params: Type.Object({ publicId: Type.String({ minLength: 1, maxLength: 100 }) }),
        response: { 200: publicLicence },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return publicLicenceView(licensing, await getPublicLicence(licensing, request.params.publicId));
    },
  );
}
