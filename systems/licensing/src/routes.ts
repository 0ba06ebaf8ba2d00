import type { RouteApp } from '@tra/platform-http';
import type { Licensing } from './context.ts';
import { mountApplicationRoutes } from './routes/application-routes.ts';
import { mountLicenceRoutes } from './routes/licence-routes.ts';
import { mountPublicRoutes } from './routes/service-routes.ts';

/** Mounts the routes of this system. */
export async function mountRoutes(app: RouteApp, licensing: Licensing): Promise<void> {
  mountPublicRoutes(app, licensing);
  mountApplicationRoutes(app, licensing);
  mountLicenceRoutes(app, licensing);
}
