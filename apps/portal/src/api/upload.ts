import { ApiProblem } from './problem.ts';

/** How far an upload is; `total` is 0 while it is not known. */
export interface Progress {
  readonly sent: number;
  readonly total: number;
}

export interface TransferRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form?: FormData;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface TransferAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Blob;
}

export type Transfer = (url: string, request: TransferRequest) => Promise<TransferAnswer>;

/** Sends a form and tells its progress, which `fetch` cannot do yet. Never times out by itself: a person can cancel. */
export const sendWithProgress: Transfer = (url, request) =>
  new Promise((resolve, reject) => {
    const exchange = new XMLHttpRequest();
    const abort = (): void => exchange.abort();
    exchange.open(request.method ?? 'POST', url);
    exchange.responseType = 'blob';
    for (const [name, value] of Object.entries(request.headers)) exchange.setRequestHeader(name, value);
    exchange.upload.onprogress = (event) =>
      request.onProgress?.({ sent: event.loaded, total: event.lengthComputable ? event.total : 0 });
    exchange.onload = () =>
      resolve({
        status: exchange.status,
        headers: { get: (name) => exchange.getResponseHeader(name) },
        body: exchange.response instanceof Blob ? exchange.response : new Blob(),
      });
    exchange.onerror = () =>
      reject(new ApiProblem({ code: navigator.onLine ? 'client.unreachable' : 'client.offline', status: 0 }));
    exchange.onabort = () => reject(new DOMException('The upload was cancelled', 'AbortError'));
    exchange.onloadend = () => request.signal?.removeEventListener('abort', abort);
    if (request.signal?.aborted) {
      reject(new DOMException('The upload was cancelled', 'AbortError'));
      return;
    }
    request.signal?.addEventListener('abort', abort);
    exchange.send(request.form ?? null);
  });
