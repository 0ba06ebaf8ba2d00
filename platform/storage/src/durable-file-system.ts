import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

interface EngineStream {
  readonly nfd?: number;
  readonly path?: string;
  readonly node: unknown;
}

interface HostFileSystem {
  readonly stream_ops: { fsync?: (stream: EngineStream) => number };
  readonly realPath: (node: unknown) => string;
}

interface EngineModule {
  readonly FS: { readonly filesystems: { readonly NODEFS: HostFileSystem } };
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The engine's files on the real disk, with an fsync that reaches it: PGlite's own file system answers every fsync without
 * doing anything. `syncs` counts the calls on the write-ahead log so that a start-up check can prove that they arrive.
 */
export class DurableFileSystem extends NodeFS {
  syncs = 0;

  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const install = (module: unknown): void => {
      const host = (module as EngineModule).FS.filesystems.NODEFS;
      host.stream_ops.fsync = (stream) => {
        if (stream.nfd === undefined) syncDirectory(host.realPath(stream.node));
        else fdatasyncSync(stream.nfd);
        if (stream.path?.includes('/pg_wal/')) this.syncs += 1;
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), install] } };
  }
}
