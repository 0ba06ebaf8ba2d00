import type { Language } from '@tra/kernel';
import { httpProblem, type Principal, requireIfMatch } from '@tra/platform-http';
import type { Caller } from '../caller.ts';
import type { Precondition } from '../service/open-case.ts';

type Request = Parameters<typeof requireIfMatch>[0];

/** The caller behind a principal. */
export function callerOf(principal: Principal, language: Language): Caller {
  const { accountId, roles, agencyId } = principal;
  return { accountId, roles, language, ...(agencyId === undefined ? {} : { agencyId }) };
}

/** The version that the client must have seen. Refuses a request without If-Match before anything is read. */
export function versionSeen(request: Request): Precondition {
  if (request.headers['if-match'] === undefined) throw httpProblem('http.precondition_required');
  return (version) => requireIfMatch(request, version);
}

/** The same where a client need not name a version: several files may be added side by side. */
export function versionSeenIfAny(request: Request): Precondition {
  return (version) => {
    if (request.headers['if-match'] !== undefined) requireIfMatch(request, version);
  };
}

/** A value for Content-Disposition (RFC 6266) with the name in UTF-8 (RFC 8187). */
export function disposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
