/** Text in which a search looks: composed, lower case, one space between words. */
export function searchText(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** The LIKE pattern that finds `query` anywhere; its own wildcards are plain characters. */
export function likePattern(query: string): string {
  return `%${searchText(query).replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
