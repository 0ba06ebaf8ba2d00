/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * JSON text with one form for one value: members sorted by UTF-16 code units, no white space (RFC 8785). Hash chains and
 * signatures are made over it. Throws a TypeError for numbers that JSON cannot carry.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a JSON number');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return arrayText(value);
  const record = value as { readonly [name: string]: Json };
  let text = '';
  for (const name of Object.keys(record).sort()) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${canonicalJson(record[name] ?? null)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function arrayText(items: readonly Json[]): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    text += `${index === 0 ? '' : ','}${canonicalJson(items[index] ?? null)}`;
  }
  return `${text}]`;
}
