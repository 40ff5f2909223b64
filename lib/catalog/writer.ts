import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { OBJECT_PARTS, PART_BYTES } from '../plan/limits.ts';
import { chunkMoved } from '../stores/garbage.ts';
import type { ObjectStore } from '../stores/store.ts';
import { TOOL } from '../version.ts';
import { CommitRefusedError } from './errors.ts';
import { plainDigest } from './files.ts';
import { dataPrefix, manifestKey, PARTS_FILE, SUMS_FILE } from './keys.ts';
import { MANIFEST_FORMAT, type Manifest, type ManifestFile, manifestSchema } from './manifest.ts';
import { partsLine, writeParts } from './parts-file.ts';
import { Slices } from './slices.ts';
import { writeSmall } from './small-objects.ts';
import { sumsText } from './sums.ts';
import { compressed } from './zstd.ts';

const MAX_OBJECT_BYTES = OBJECT_PARTS * PART_BYTES;

/** Room for some 30,000 files; readers accept twice as much. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

export type BackupHeader = Pick<
  Manifest,
  | 'id'
  | 'plan'
  | 'environment'
  | 'source'
  | 'engine'
  | 'kind'
  | 'tier'
  | 'class'
  | 'startedAt'
  | 'parent'
> &
  Partial<Pick<Manifest, 'label'>>;

export type BackupEnd = Pick<
  Manifest,
  'serverVersion' | 'completedAt' | 'consistentAt' | 'position' | 'counts'
>;

export interface WriteFileOptions {
  readonly encoding: ManifestFile['encoding'];
  /**
   * False: the content carries digests that every reader of it compares. Then only what is stored gets one; the frame's
   * own checksum is between the two.
   * @default true
   */
  readonly digest?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Writes one backup: its files, then what describes them, and last the manifest, which makes it exist.
 * What was written before a failure has no manifest and is seen by nothing.
 */
export class BackupWriter {
  readonly #store: ObjectStore;
  readonly #header: BackupHeader;
  readonly #prefix: string;
  readonly #maxObjectBytes: number;
  readonly #files: ManifestFile[] = [];
  /** Lines of parts.json by object: text takes less memory than as many objects. */
  readonly #parts = new Map<string, string>();
  #writing = 0;
  #failed = false;

  constructor(store: ObjectStore, header: BackupHeader, maxObjectBytes = MAX_OBJECT_BYTES) {
    this.#store = store;
    this.#header = header;
    this.#prefix = dataPrefix(header.class, header.source, header.id);
    this.#maxObjectBytes = maxObjectBytes;
  }

  /** Streams one file into the store. Its name gets `.zst` where it is compressed. */
  async writeFile(
    name: string,
    body: AsyncIterable<Uint8Array>,
    options: WriteFileOptions,
  ): Promise<ManifestFile> {
    this.#writing++;
    try {
      const file = await this.#write(name, body, options);
      this.#files.push(file);
      return file;
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#writing--;
    }
  }

  /** The commit point. @throws CommitRefusedError if a file failed or is still being written, or if there is none */
  async commit<E extends BackupEnd>(end: E): Promise<Manifest & Pick<E, 'position'>> {
    if (this.#failed || this.#writing > 0 || this.#files.length === 0) {
      throw new CommitRefusedError(
        `backup ${this.#header.id} is incomplete and was not committed; run the backup again`,
      );
    }
    const manifest = manifestSchema.parse({
      format: MANIFEST_FORMAT,
      ...this.#header,
      ...end,
      files: this.#files,
      storedBytes: this.#files.reduce((sum, { size }) => sum + size, 0),
      logicalBytes: this.#files.reduce((sum, { logicalSize }) => sum + logicalSize, 0),
      encryption: null,
      signature: null,
      tool: TOOL,
    });
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    if (text.length > MAX_MANIFEST_BYTES) {
      throw new CommitRefusedError(
        `the manifest of backup ${manifest.id} would have ${text.length} bytes for ${this.#files.length} files, more than ${MAX_MANIFEST_BYTES}; a base backup that spans less WAL has fewer files`,
      );
    }
    await writeSmall(this.#store, `${this.#prefix}${SUMS_FILE}`, sumsText(this.#files));
    await writeParts(
      this.#store,
      `${this.#prefix}${PARTS_FILE}`,
      this.#files.flatMap(({ objects }) => objects.map(({ name }) => this.#parts.get(name) ?? '')),
    );
    const key = manifestKey(manifest.class, manifest.source, manifest.id);
    await writeSmall(this.#store, key, text);
    // What was parsed is what was given.
    return { ...manifest, position: end.position };
  }

  async #write(
    plainName: string,
    body: AsyncIterable<Uint8Array>,
    { encoding, digest = true, signal }: WriteFileOptions,
  ): Promise<ManifestFile> {
    const name = encoding === 'zstd' ? `${plainName}.zst` : plainName;
    // What is stored as it is has the store's own digest: hashing it twice would cost a third of the speed.
    const hashed = encoding === 'zstd' && digest;
    const logical = { size: 0, hash: hashed ? createHash('sha256') : undefined };
    const plain = measured(body, logical);
    const encoded = encoding === 'zstd' ? compressed(plain) : plain;
    const slices = new Slices(encoded, this.#maxObjectBytes);
    const objects: ManifestFile['objects'] = [];
    try {
      while (objects.length === 0 || (await slices.more())) {
        const object =
          objects.length === 0 ? name : `${name}.${String(objects.length).padStart(4, '0')}`;
        const written = await this.#store.put(
          `${this.#prefix}${object}`,
          slices.next(),
          signal ? { signal } : {},
        );
        this.#parts.set(object, partsLine(object, written.parts));
        objects.push({ name: object, size: written.size, sha256: written.sha256 });
      }
    } finally {
      // A compressor that gives out nothing yet would go on reading the source.
      if (encoded instanceof Transform) encoded.destroy();
      // It may be waiting for its source, which nobody waits for here.
      void plain.return(undefined).catch(() => {});
    }
    return {
      name,
      size: objects.reduce((sum, object) => sum + object.size, 0),
      logicalSize: logical.size,
      logicalSha256:
        encoding === 'zstd' ? (logical.hash?.digest('hex') ?? null) : plainDigest(objects),
      encoding,
      objects,
    };
  }
}

async function* measured(
  body: AsyncIterable<Uint8Array>,
  into: { size: number; readonly hash: Hash | undefined },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    into.size += chunk.byteLength;
    into.hash?.update(chunk);
    chunkMoved(chunk.byteLength);
    yield chunk;
  }
}
