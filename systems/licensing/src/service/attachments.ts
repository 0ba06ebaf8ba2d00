import { type CaseAttachment, fieldsOf, isCleanText, type ServiceDefinition, visibleFields } from '@tra/cases';
import { uuidv7 } from '@tra/kernel';
import type { Caller } from '../caller.ts';
import type { Licensing } from '../context.ts';
import { LicensingError } from '../errors.ts';
import { insertAttachment, removeAttachment, updateCase } from '../store/case-store.ts';
import type { LicensingTables } from '../store/tables.ts';
import { getApplication } from './applications.ts';
import { detectFileType, isComplete } from './file-type.ts';
import { getEditableCase, getOpenCase, type OpenCase, type Precondition } from './open-case.ts';

/** A file that somebody uploads. */
export interface Upload {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The last part of a path as a name to show. Throws `licensing.attachment_name`. */
function cleanName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1)?.trim() ?? '';
  if (last === '' || last === '.' || last === '..' || [...last].length > 200 || !isCleanText(last)) {
    throw new LicensingError('licensing.attachment_name', { params: { max: 200 } });
  }
  return last;
}

function checkUpload(licensing: Licensing, upload: Upload): Omit<CaseAttachment, 'id' | 'sha256'> {
  const { field, bytes } = upload;
  const max = licensing.config.attachmentMaxBytes;
  if (bytes.length > max) throw new LicensingError('licensing.attachment_too_large', { params: { max } });
  if (bytes.length === 0) throw new LicensingError('licensing.attachment_empty');
  const mediaType = detectFileType(bytes);
  if (!mediaType) throw new LicensingError('licensing.attachment_type');
  if (!isComplete(bytes, mediaType)) throw new LicensingError('licensing.attachment_broken');
  return { field, name: cleanName(upload.name), size: bytes.length, mediaType };
}

function checkField(definition: ServiceDefinition, found: OpenCase, file: { field: string; mediaType: string }): void {
  const field = fieldsOf(definition).find((item) => item.id === file.field && item.kind === 'attachment');
  const visible = visibleFields(definition, found.row.data).some((item) => item.id === file.field);
  if (!field || !visible) throw new LicensingError('licensing.attachment_field_unknown');
  if (field.accept && !field.accept.includes(file.mediaType)) throw new LicensingError('licensing.attachment_type');
  const max = field.maxFiles ?? 1;
  if (found.attachments.filter((other) => other.field === file.field).length >= max) {
    throw new LicensingError('licensing.attachment_too_many', { params: { max } });
  }
}

/** Adds a file to a draft: checked, stored durably, then listed. Throws `licensing.attachment_…`, `licensing.not_editable`, `licensing.application_unknown`. */
export async function attachFile(
  licensing: Licensing,
  caller: Caller,
  given: { readonly id: string; readonly upload: Upload; readonly precondition: Precondition },
): Promise<OpenCase> {
  const { id, precondition } = given;
  const before = await getApplication(licensing, caller, id);
  const checked = checkUpload(licensing, given.upload);
  checkField(before.definition, before, checked);
  const { sha256 } = await licensing.blobs.put(given.upload.bytes, { maxBytes: licensing.config.attachmentMaxBytes });
  const file: CaseAttachment = { id: uuidv7(licensing.clock, licensing.random), ...checked, sha256 };
  return licensing.database.transaction<LicensingTables, OpenCase>(async (trx) => {
    const found = await getEditableCase(licensing, trx, { id, caller, precondition });
    checkField(found.definition, found, file);
    const now = licensing.clock.now();
    await insertAttachment(trx, id, file, now);
    await updateCase(trx, found.row, { updated_at: now });
    return getOpenCase(licensing, trx, { id, caller });
  });
}

/** Takes a file out of a draft. Throws `licensing.attachment_unknown`, `licensing.not_editable`, `licensing.application_unknown`. */
export async function detachFile(
  licensing: Licensing,
  caller: Caller,
  given: { readonly id: string; readonly attachmentId: string; readonly precondition: Precondition },
): Promise<OpenCase> {
  const { id, precondition, attachmentId } = given;
  return licensing.database.transaction<LicensingTables, OpenCase>(async (trx) => {
    const found = await getEditableCase(licensing, trx, { id, caller, precondition });
    if (!found.attachments.some((file) => file.id === attachmentId))
      throw new LicensingError('licensing.attachment_unknown');
    const now = licensing.clock.now();
    await removeAttachment(trx, id, attachmentId, now);
    await updateCase(trx, found.row, { updated_at: now });
    return getOpenCase(licensing, trx, { id, caller });
  });
}

/** The files of a case that somebody may see: its applicant those in the form, others those that were submitted. */
export function visibleFiles(found: OpenCase, caller: Caller): readonly CaseAttachment[] {
  const own = found.row.applicant === caller.accountId;
  const editable = found.definition.machine.states[found.row.state]?.editable === true;
  return own && editable ? found.attachments : found.state.attachments;
}

/** Reads a file with its bytes. Throws `licensing.attachment_unknown`, `licensing.application_unknown`. */
export async function readFile(
  licensing: Licensing,
  caller: Caller,
  given: { readonly id: string; readonly attachmentId: string },
): Promise<{ readonly file: CaseAttachment; readonly bytes: Uint8Array }> {
  const found = await getApplication(licensing, caller, given.id);
  const file = visibleFiles(found, caller).find((item) => item.id === given.attachmentId);
  if (!file) throw new LicensingError('licensing.attachment_unknown');
  return { file, bytes: await licensing.blobs.get(file.sha256) };
}
