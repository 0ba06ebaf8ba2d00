import type { Field } from '@tra/cases';
import { type ReactNode, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { type FileItem, FileUpload } from '../ui/file-upload.tsx';
import { fieldElementId, type ShownError } from './form-errors.ts';

/** An attachment as the application holds it. */
export interface Attached {
  readonly id: string;
  readonly field: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
}

/** How files reach the application; each resolves when the server has it. */
export interface AttachmentActions {
  attach(
    field: string,
    file: File,
    options: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
  ): Promise<void>;
  detach(id: string): Promise<void>;
  href(id: string): string;
  /** What to say when either was refused. */
  explain(problem: unknown): string;
}

export interface AttachmentInputProps {
  readonly field: Field;
  readonly attached: readonly Attached[];
  readonly errors: readonly ShownError[];
  readonly actions: AttachmentActions;
}

/** The server refuses more than this for one file. */
const maxBytes = 5_000_000;

interface Upload extends FileItem {
  readonly abort: AbortController;
}

let lastKey = 0;

/** Files of one field. They are sent one after the other, since each makes a new version of the application. */
export function AttachmentInput(props: AttachmentInputProps): ReactNode {
  const { pick } = useI18n();
  const { field, actions } = props;
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [refused, setRefused] = useState<string>();
  const queue = useRef<Promise<void>>(Promise.resolve());

  const patch = (key: string, change: Partial<Upload>): void =>
    setUploads((list) => list.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)));
  const drop = (key: string): void => setUploads((list) => list.filter((upload) => upload.key !== key));

  const send = async (file: File, upload: Upload): Promise<void> => {
    const { signal } = upload.abort;
    if (signal.aborted) return;
    try {
      const onProgress = (share: number): void => patch(upload.key, { progress: share });
      await actions.attach(field.id, file, { signal, onProgress });
      drop(upload.key);
    } catch (problem) {
      if (!signal.aborted) patch(upload.key, { error: actions.explain(problem) });
    }
  };
  const add = (files: readonly File[]): void => {
    setRefused(undefined);
    for (const file of files) {
      lastKey += 1;
      const key = `upload-${lastKey}`;
      const { name, size, type } = file;
      const upload: Upload = { key, name, size, mediaType: type, progress: 0, abort: new AbortController() };
      setUploads((list) => [...list, upload]);
      queue.current = queue.current.then(() => send(file, upload));
    }
  };
  const remove = (key: string): void => {
    const upload = uploads.find((candidate) => candidate.key === key);
    if (upload) {
      upload.abort.abort();
      drop(key);
      return;
    }
    setRefused(undefined);
    queue.current = queue.current.then(() =>
      actions.detach(key).catch((problem: unknown) => setRefused(actions.explain(problem))),
    );
  };
  const files: FileItem[] = props.attached.map(({ id, name, size, mediaType }) => ({
    key: id,
    name,
    size,
    mediaType,
    href: actions.href(id),
  }));
  const error = refused ?? props.errors[0]?.message;
  return (
    <FileUpload
      id={fieldElementId(field.id)}
      label={pick(field.label)}
      {...(field.hint ? { hint: pick(field.hint) } : {})}
      {...(error ? { error } : {})}
      optional={!field.required}
      accept={field.accept ?? []}
      maxBytes={maxBytes}
      maxFiles={field.maxFiles ?? 1}
      camera={field.accept?.includes('image/jpeg') ?? false}
      files={[...files, ...uploads]}
      onAdd={add}
      onRemove={remove}
    />
  );
}
