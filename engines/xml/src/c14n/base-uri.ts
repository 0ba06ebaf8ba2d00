interface Reference {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

function split(reference: string): Reference {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(reference);
  return { scheme: match?.[1], authority: match?.[2], path: match?.[3] ?? '', query: match?.[4] };
}

/** RFC 3986 clause 5.2.4, but leading `..` of a relative path stay, and no `//` is left (Canonical XML 1.1 clause 2.4). */
function withoutDots(path: string): string {
  const absolute = path.startsWith('/');
  const out: string[] = [];
  const segments = path.replace(/\/{2,}/g, '/').split('/');
  if (absolute) segments.shift();
  const last = segments.at(-1);
  for (const segment of segments) {
    if (segment === '.') continue;
    if (segment !== '..') out.push(segment);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!absolute) out.push('..');
  }
  if (last === '.' || last === '..') out.push('');
  return (absolute ? '/' : '') + out.join('/');
}

/** Joins an `xml:base` to the one above it where both may be relative (Canonical XML 1.1 clause 2.4, join-URI-References). */
export function joinUriReferences(above: string, reference: string): string {
  const base = split(/(?:^|\/)\.\.?$/.test(above) ? `${above}/` : above);
  const own = split(reference);
  if (own.scheme !== undefined) return compose({ ...own, path: withoutDots(own.path) });
  if (own.authority !== undefined) return compose({ ...own, scheme: base.scheme, path: withoutDots(own.path) });
  const { scheme, authority } = base;
  if (own.path === '') return compose({ scheme, authority, path: base.path, query: own.query ?? base.query });
  if (own.path.startsWith('/')) return compose({ scheme, authority, path: withoutDots(own.path), query: own.query });
  const folder = authority !== undefined && base.path === '' ? '/' : base.path.slice(0, base.path.lastIndexOf('/') + 1);
  return compose({ scheme, authority, path: withoutDots(folder + own.path), query: own.query });
}

function compose({ scheme, authority, path, query }: Reference): string {
  return `${scheme === undefined ? '' : `${scheme}:`}${authority === undefined ? '' : `//${authority}`}${path}${
    query === undefined ? '' : `?${query}`
  }`;
}
