import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { answerWanted } from '../answer-wanted.ts';
import { StoreError } from '../errors.ts';
import type { Part } from '../parts.ts';
import type { ObjectLock, PartDigest, WrittenObject } from '../store.ts';
import { type PartsOptions, writeParts } from '../write-parts.ts';
import { answerOf, explain } from './errors.ts';
import { isListed } from './listed.ts';
import type { S3Location } from './location.ts';

/** S3's limit. */
const MAX_PARTS = 10_000;
/** An upload that cannot be given up in this time is left to the bucket's lifecycle. */
const ABORT_WITHIN_MS = 10_000;

/** Metadata by which a write recognises its own object after an answer was lost. */
const WRITE_ID = 'tidemark-write';

export interface ObjectWriteOptions {
  readonly lock?: ObjectLock;
  /** @default S3's limit */
  readonly maxParts?: number;
}

/** One write of one object. */
export class ObjectWrite {
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #key: string;
  readonly #maxParts: number;
  readonly #target: { readonly Bucket: string; readonly Key: string };
  readonly #metadata = { [WRITE_ID]: randomUUID() };
  readonly #since = Date.now();
  readonly #lock: ReturnType<typeof lockHeaders>;
  /** Set when a second part shows that the object needs several. */
  #upload: Promise<string> | undefined;
  readonly #sent: CompletedPart[] = [];

  constructor(
    client: S3Client,
    location: S3Location,
    key: string,
    { lock, maxParts = MAX_PARTS }: ObjectWriteOptions = {},
  ) {
    this.#maxParts = maxParts;
    this.#lock = lockHeaders(lock);
    this.#client = client;
    this.#location = location;
    this.#key = key;
    this.#target = { Bucket: location.bucket, Key: location.prefix + key };
  }

  async run(body: AsyncIterable<Uint8Array>, options: PartsOptions): Promise<WrittenObject> {
    try {
      const written = await writeParts(body, options, (part, digest, signal) =>
        this.#store(part, digest, signal),
      );
      options.signal?.throwIfAborted();
      await this.#complete(written.size, options.signal);
      return { key: this.#key, ...written };
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

  async #store(part: Part, digest: PartDigest, signal: AbortSignal): Promise<void> {
    const body = { Body: part.bytes, ChecksumSHA256: base64(digest) };
    if (part.index === 0 && part.last) {
      const input = {
        ...this.#target,
        ...body,
        ...this.#lock,
        Metadata: this.#metadata,
        IfNoneMatch: '*',
      };
      return this.#once(
        () => this.#client.send(new PutObjectCommand(input), { abortSignal: signal }),
        part.bytes.byteLength,
        signal,
      );
    }
    if (part.index >= this.#maxParts) {
      throw new StoreError(
        `${this.#key} is larger than ${this.#maxParts} parts of ${part.buffer.byteLength} bytes, the most that S3 stores; raise partSize in the store's URL`,
      );
    }
    this.#upload ??= this.#create(signal);
    const UploadId = await this.#upload;
    const PartNumber = part.index + 1;
    const command = new UploadPartCommand({ ...this.#target, ...body, UploadId, PartNumber });
    const { ETag } = await this.#attempt(signal, () =>
      this.#client.send(command, { abortSignal: signal }),
    );
    this.#sent[part.index] = { PartNumber, ETag, ChecksumSHA256: body.ChecksumSHA256 };
  }

  async #create(signal: AbortSignal): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...this.#target,
      ...this.#lock,
      Metadata: this.#metadata,
      ChecksumAlgorithm: 'SHA256',
      ChecksumType: 'COMPOSITE',
    });
    const { UploadId } = await answerWanted(signal, (late) =>
      this.#attempt(signal, () => this.#client.send(command, { abortSignal: late })),
    );
    if (UploadId === undefined) throw new StoreError(`the store began no upload of ${this.#key}`);
    return UploadId;
  }

  async #complete(size: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#upload) return;
    const command = new CompleteMultipartUploadCommand({
      ...this.#target,
      UploadId: await this.#upload,
      MultipartUpload: { Parts: this.#sent },
      MpuObjectSize: size,
      IfNoneMatch: '*',
    });
    const options = signal ? { abortSignal: signal } : {};
    await this.#once(() => this.#client.send(command, options), size, signal);
  }

  /** The request that makes the object visible: repeated after a lost answer, it is refused because of its own success. */
  async #once(
    send: () => Promise<unknown>,
    size: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.#attempt(signal, async () => {
      try {
        await send();
      } catch (error) {
        const { name, status } = answerOf(error);
        const refused = status === 412 || name === 'NoSuchUpload';
        if (!refused || !(await this.#isOurs(size, signal))) throw error;
      }
    });
  }

  async #isOurs(size: number, signal: AbortSignal | undefined): Promise<boolean> {
    const options = signal ? { abortSignal: signal } : {};
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#target), options);
      return head.Metadata?.[WRITE_ID] === this.#metadata[WRITE_ID];
    } catch (error) {
      const { status } = answerOf(error);
      if (status === 404) return false;
      if (status !== 403) throw error;
      return isListed(this.#client, this.#target, { size, since: this.#since }, options);
    }
  }

  /** Gives up the parts that were sent, so that they are not kept and paid for. */
  async #abandon(): Promise<void> {
    const UploadId = await this.#upload?.catch(() => undefined);
    if (UploadId === undefined) return;
    const command = new AbortMultipartUploadCommand({ ...this.#target, UploadId });
    // The failure that led here is the one to report. What cannot be removed now, the lifecycle rule for
    // incomplete uploads removes.
    await this.#client
      .send(command, { abortSignal: AbortSignal.timeout(ABORT_WITHIN_MS) })
      .catch(() => {});
  }

  async #attempt<T>(signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(this.#location, `write ${this.#key}`, error);
    }
  }
}

const base64 = ({ sha256 }: PartDigest): string => Buffer.from(sha256, 'hex').toString('base64');

function lockHeaders(lock: ObjectLock | undefined) {
  if (!lock) return {};
  const mode = lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  return { ObjectLockMode: mode, ObjectLockRetainUntilDate: lock.until } as const;
}
