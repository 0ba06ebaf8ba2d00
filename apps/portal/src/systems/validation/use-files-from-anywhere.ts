import { useEffect, useRef } from 'react';

/** Files dropped or pasted outside a field are taken too, instead of the browser leaving the page to open them. */
export function useFilesFromAnywhere(take: (files: readonly File[]) => void): void {
  const current = useRef(take);
  current.current = take;
  useEffect(() => {
    const give = (list: FileList | undefined | null): void => {
      const files = [...(list ?? [])].filter((file) => file.size > 0);
      if (files.length > 0) current.current(files);
    };
    const onOver = (event: DragEvent): void => event.preventDefault();
    const onDrop = (event: DragEvent): void => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      give(event.dataTransfer?.files);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!event.defaultPrevented) give(event.clipboardData?.files);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, []);
}
