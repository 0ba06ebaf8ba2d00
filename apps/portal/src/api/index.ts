export {
  type ApiClient,
  type ApiRequest,
  createApiClient,
  newIdempotencyKey,
  type SignInAgain,
  urlOf,
} from './client.ts';
export {
  type ActionRequest,
  type LicenceActionName,
  type ListQuery,
  licensing,
  type UploadOptions,
} from './licensing.ts';
export { api, session } from './portal-client.ts';
export { ApiProblem, type ClientProblemCode, type FieldProblem } from './problem.ts';
export { keepApplication, keepLicence, queries, worthRetrying } from './queries.ts';
export { createSessionStore, type SessionState, type SessionStore } from './session.ts';
export type * from './types.ts';
export type { Progress } from './upload.ts';
export { hasRole, useAccount, useSession } from './use-session.ts';
export { type ValidationParts, type ValidationTerms, validations } from './validation.ts';
