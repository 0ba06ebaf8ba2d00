import { fromBase64, isUuid, toBase64Url, utf8Decode, utf8Encode } from '@tra/kernel';
import { LicensingError } from '../errors.ts';

/** Where a page of a list ended: the values that the list is ordered by. */
export interface Cursor {
  readonly id: string;
  /** Only in lists ordered by the time something is due. */
  readonly due?: string;
}

/** The opaque text of a cursor. */
export function encodeCursor(cursor: Cursor): string {
  return toBase64Url(utf8Encode(cursor.due === undefined ? cursor.id : `${cursor.id} ${cursor.due}`));
}

/** The cursor behind a text from a client. Throws `licensing.cursor_invalid`. */
export function decodeCursor(text: string, kind: 'id' | 'due'): Cursor {
  try {
    const [id = '', due, ...rest] = utf8Decode(fromBase64(text)).split(' ');
    const dated = due === 'infinity' || (due !== undefined && new Date(due).toISOString() === due);
    if (isUuid(id) && rest.length === 0 && (kind === 'id' ? due === undefined : dated)) {
      return due === undefined ? { id } : { id, due };
    }
  } catch (cause) {
    throw new LicensingError('licensing.cursor_invalid', { cause });
  }
  throw new LicensingError('licensing.cursor_invalid');
}
