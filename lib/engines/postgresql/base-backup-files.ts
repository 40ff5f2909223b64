import { DamagedError } from '../../catalog/errors.ts';
import type { Manifest, ManifestFile } from '../../catalog/manifest.ts';
import type { BaseBackupEvent, BaseBackupStream, Tablespace } from './base-backup-stream.ts';
import type { Lsn } from './lsn.ts';

/** A file of a base backup while it arrives: a tar archive, or at last the server's own manifest. */
export interface ArrivingFile {
  /** `base.tar`, `<oid>.tar` or `backup_manifest`. */
  readonly name: string;
  /** To be read to its end before the next file is asked for. A chunk's memory is used again when the next is. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where a base backup begins, and of what it consists. */
export interface BaseBackupStart {
  readonly lsn: Lsn;
  readonly timeline: number;
  readonly tablespaces: readonly Tablespace[];
  /** The server's estimate in bytes. */
  readonly estimatedBytes: number;
}

const BACKUP_MANIFEST = 'backup_manifest';

/** How the server's own manifest may be stored: as it is, or compressed. */
export const BACKUP_MANIFESTS: readonly string[] = [BACKUP_MANIFEST, `${BACKUP_MANIFEST}.zst`];

/** Whether a stored file is the server's own manifest. */
export const isBackupManifest = ({ name }: Pick<ManifestFile, 'name'>): boolean =>
  BACKUP_MANIFESTS.includes(name);

/** The server's own manifest in a stored backup. @throws DamagedError if there is none */
export function backupManifestOf({ id, files }: Pick<Manifest, 'id' | 'files'>): ManifestFile {
  const file = files.find(isBackupManifest);
  if (!file) throw new DamagedError(`${id} has no ${BACKUP_MANIFEST}`);
  return file;
}

/** Cuts the stream of events into its files, one after the other. */
export class BaseBackupFiles {
  readonly #stream: BaseBackupStream;
  readonly #events: AsyncIterator<BaseBackupEvent, undefined>;
  #next: BaseBackupEvent | undefined;

  constructor(stream: BaseBackupStream) {
    this.#stream = stream;
    this.#events = stream[Symbol.asyncIterator]();
  }

  /** Waits for the checkpoint with which the backup begins. */
  async start(): Promise<BaseBackupStart> {
    const event = await this.#take();
    if (event.type !== 'start') throw unexpected(event);
    return event;
  }

  /** The next file; after the last one the position at which the backup is consistent. */
  async next(): Promise<ArrivingFile | { readonly end: Lsn }> {
    const event = await this.#take();
    switch (event.type) {
      case 'archive':
        return { name: event.name, body: this.#body() };
      case 'manifest':
        return { name: BACKUP_MANIFEST, body: this.#body() };
      case 'end':
        return { end: event.lsn };
      default:
        throw unexpected(event);
    }
  }

  /** Leaves the stream where it is; the connection is cut unless everything has arrived. */
  async abandon(): Promise<void> {
    await this.#events.return?.();
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const event = await this.#take();
      if (event.type !== 'data') {
        this.#next = event;
        return;
      }
      yield event.data;
      this.#stream.release(event.data);
    }
  }

  async #take(): Promise<BaseBackupEvent> {
    const held = this.#next;
    this.#next = undefined;
    if (held) return held;
    const { value, done } = await this.#events.next();
    if (done) throw new Error('the server ended the backup before it was complete');
    return value;
  }
}

function unexpected(event: BaseBackupEvent): Error {
  return new Error(`the server sent an unexpected part of a backup: ${event.type}`);
}
