import { LicensingError } from '../errors.ts';
import type { Upload } from '../service/attachments.ts';

interface FilePart {
  readonly type: 'file';
  readonly fieldname: string;
  readonly filename: string;
  toBuffer(): Promise<Buffer>;
}

interface TextPart {
  readonly type: 'field';
  readonly fieldname: string;
  readonly value: unknown;
}

/** A multipart/form-data request, as far as an upload needs it. */
interface MultipartRequest {
  parts(options: {
    limits: { fileSize: number; files: number; fields: number };
  }): AsyncIterableIterator<FilePart | TextPart>;
}

/** Reads one upload. Throws `licensing.attachment_missing`, `licensing.attachment_field_unknown`, `licensing.attachment_too_large`. */
export async function readUpload(request: MultipartRequest, maxBytes: number): Promise<Upload> {
  let field: string | undefined;
  let file: { name: string; bytes: Uint8Array } | undefined;
  for await (const part of request.parts({ limits: { fileSize: maxBytes, files: 1, fields: 5 } })) {
    if (part.type === 'field') {
      if (part.fieldname !== 'field' || typeof part.value !== 'string' || part.value.length > 40) {
        throw new LicensingError('licensing.attachment_field_unknown');
      }
      field = part.value;
    } else {
      file = { name: part.filename, bytes: await readBytes(part, maxBytes) };
    }
  }
  if (!file) throw new LicensingError('licensing.attachment_missing');
  if (field === undefined) throw new LicensingError('licensing.attachment_field_unknown');
  return { field, ...file };
}

async function readBytes(part: FilePart, maxBytes: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.toBuffer());
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code !== 'FST_REQ_FILE_TOO_LARGE') throw cause;
    throw new LicensingError('licensing.attachment_too_large', { params: { max: maxBytes }, cause });
  }
}
