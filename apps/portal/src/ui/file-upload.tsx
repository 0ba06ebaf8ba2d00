import {
  type ClipboardEvent,
  type DragEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { formatBytes } from '../i18n/format.ts';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { describedBy, FieldMessage, type FieldProps, OptionalMark } from './field.tsx';
import { refusal, typeList } from './file-rules.ts';
import { Icon } from './icon.tsx';
import { Progress } from './progress.tsx';
import './file-upload.css';

/** A file that is there already, or on its way (`progress` from 0 to 1), or refused (`error`). */
export interface FileItem {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType?: string;
  readonly progress?: number;
  readonly error?: string;
  /** Address to open the file. */
  readonly href?: string;
}

export interface FileUploadProps extends FieldProps {
  /** Media types, e.g. `application/pdf`. */
  readonly accept: readonly string[];
  /** What may be given, in words, where the media type of a file tells nothing (`accept` is then empty). */
  readonly types?: string;
  readonly maxBytes: number;
  /** Largest file of all where some kinds may be larger than `maxBytes`, which is what people are told. */
  readonly largest?: number;
  readonly maxFiles: number;
  readonly files: readonly FileItem[];
  /** Called with the files that have an accepted type and size. */
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (key: string) => void;
  /** Offers the camera on phones. */
  readonly camera?: boolean;
}

interface Taking {
  readonly refused: string | undefined;
  readonly room: number;
  take(list: FileList | null | undefined): void;
}

/** Takes what can be taken of the given files and says why not of the rest. */
function useTaking(props: FileUploadProps): Taking {
  const { t } = useI18n();
  const [refused, setRefused] = useState<string>();
  const { accept, maxBytes, largest = maxBytes, maxFiles } = props;
  const room = maxFiles - props.files.filter((file) => !file.error).length;
  const take = (list: FileList | null | undefined): void => {
    const given = [...(list ?? [])];
    if (given.length === 0) return;
    const good = given.filter((file) => !refusal(file, accept, largest));
    const bad = given.find((file) => refusal(file, accept, largest));
    const reason = bad && refusal(bad, accept, largest);
    const limits = { name: bad?.name, types: typeList(accept), size: formatBytes(maxBytes) };
    if (reason) setRefused(t(`file.refused.${reason}`, limits));
    else setRefused(good.length > room ? t('file.refused.count', { count: maxFiles }) : undefined);
    const fitting = good.slice(0, Math.max(0, room));
    if (fitting.length > 0) props.onAdd(fitting);
  };
  return { refused, room, take };
}

interface KeptFocus {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

/**
 * Keeps the focus in the field. What has it goes away with the last free place, with the end of an upload and with a file that is removed: the next
 * thing to do gets it then, not the whole page, where whoever uses a keyboard or listens would begin anew.
 */
function useKeptFocus(): KeptFocus {
  const ref = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  useLayoutEffect(() => {
    if (!held.current || document.activeElement !== document.body) return;
    const again = ref.current?.querySelector<HTMLElement>('input[type=file]');
    const last = ref.current?.querySelector<HTMLElement>('.file-item:last-child :is(a, button)');
    (again ?? last)?.focus({ preventScroll: true });
  });
  return {
    ref,
    onFocus: () => {
      held.current = true;
    },
    // While the dialog of the system is open the window has no focus, but the control stays the active element.
    onBlur: () => {
      held.current = ref.current?.contains(document.activeElement) ?? false;
    },
  };
}

/** Choose, drop, paste or photograph files; shows type, size, progress, and offers removal. */
export function FileUpload(props: FileUploadProps): ReactNode {
  const { t } = useI18n();
  const { refused, room, take } = useTaking(props);
  const onPaste = (event: ClipboardEvent): void => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    take(event.clipboardData.files);
  };
  const error = props.error ?? refused;
  const focus = useKeptFocus();
  return (
    <div className="field" data-invalid={error ? true : undefined} onPaste={onPaste} {...focus}>
      <label className="field-label" htmlFor={props.id}>
        {props.label}
        <OptionalMark optional={props.optional} />
      </label>
      <div className="field-hint" id={`${props.id}-hint`}>
        {props.hint && <div>{props.hint}</div>}
        {t('file.limits', { types: props.types ?? typeList(props.accept), size: formatBytes(props.maxBytes) })}
      </div>
      <div role="status">{error && <FieldMessage id={`${props.id}-error`}>{error}</FieldMessage>}</div>
      <FileList files={props.files} onRemove={props.onRemove} />
      {room > 0 && <DropZone {...props} hint error={error} take={take} />}
    </div>
  );
}

type DropZoneProps = FileUploadProps & { readonly take: Taking['take'] };

function DropZone(props: DropZoneProps): ReactNode {
  const { t } = useI18n();
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    props.take(event.dataTransfer.files);
  };
  const input = {
    id: props.id,
    describedBy: describedBy(props),
    accept: props.accept.join(','),
    multiple: props.maxFiles > 1,
    take: props.take,
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the file control inside
    <div
      className="file-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <FileInput {...input} icon="upload" label={t('file.choose')} />
      {props.camera && (
        <FileInput {...input} id={`${props.id}-camera`} icon="camera" label={t('file.camera')} capture />
      )}
      <span className="file-drop-hint small soft">{t('file.dropHint')}</span>
    </div>
  );
}

interface FileInputProps {
  readonly id: string;
  readonly label: string;
  readonly icon: 'upload' | 'camera';
  readonly accept: string;
  readonly multiple: boolean;
  readonly describedBy: string | undefined;
  readonly capture?: boolean;
  readonly take: (files: FileList | null) => void;
}

function FileInput(props: FileInputProps): ReactNode {
  return (
    <span className={`file-input ${props.capture ? 'file-camera' : ''}`}>
      <input
        type="file"
        id={props.id}
        accept={props.capture ? 'image/jpeg,image/png' : props.accept}
        multiple={props.multiple && !props.capture}
        aria-describedby={props.describedBy}
        {...(props.capture ? { capture: 'environment', 'aria-label': props.label } : {})}
        onChange={(event) => {
          props.take(event.target.files);
          event.target.value = '';
        }}
      />
      <span className="button secondary" aria-hidden="true">
        <Icon name={props.icon} />
        <span>{props.label}</span>
      </span>
    </span>
  );
}

/** Files with what is known of each. */
export function FileList(props: { files: readonly FileItem[]; onRemove?: (key: string) => void }): ReactNode {
  const { t } = useI18n();
  if (props.files.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
    <ul role="list" className="file-list">
      {props.files.map((file) => (
        <li key={file.key} className="file-item" data-invalid={file.error ? true : undefined}>
          <Icon name="file" size="large" />
          <div className="file-text">
            {file.href ? (
              <a href={file.href} target="_blank" rel="noreferrer">
                {file.name}
              </a>
            ) : (
              <span>{file.name}</span>
            )}
            <span className="small soft">
              {[file.mediaType && typeList([file.mediaType]), formatBytes(file.size)].filter(Boolean).join(' · ')}
            </span>
            {file.error && <FieldMessage>{file.error}</FieldMessage>}
            {file.progress !== undefined && !file.error && (
              <Progress label={t('file.uploading', { name: file.name })} value={file.progress} hideLabel />
            )}
          </div>
          {props.onRemove && (
            <Button tone="quiet" icon="trash" onClick={() => props.onRemove?.(file.key)}>
              {t('ui.remove')} <span className="visually-hidden">{file.name}</span>
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
