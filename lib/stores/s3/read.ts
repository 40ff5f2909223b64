import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { ObjectNotFoundError, StoreError } from '../errors.ts';
import { chunkMoved } from '../garbage.ts';
import type { GetOptions } from '../store.ts';
import { answerOf, explain, isNetworkFailure } from './errors.ts';
import type { S3Location } from './location.ts';
import { hiddenObject } from './versions.ts';

/** Interruptions in a row, without a byte between them, after which a download is given up. */
const MAX_INTERRUPTIONS = 5;

/**
 * Reads an object. A connection that breaks in the middle, or that the server closed while the reader was busy, is
 * opened again at the byte where it ended.
 */
export async function readObject(
  client: S3Client,
  location: S3Location,
  key: string,
  { start = 0, end, signal, hidden = false }: GetOptions,
): Promise<Readable> {
  const target = { Bucket: location.bucket, Key: location.prefix + key };
  let version: { readonly VersionId?: string } = {};
  const open = async (from: number, ifMatch?: string): Promise<GetObjectCommandOutput> => {
    const whole = from === 0 && end === undefined;
    const command = new GetObjectCommand({
      ...target,
      ...version,
      ...(!whole && { Range: `bytes=${from}-${end ?? ''}` }),
      ...(ifMatch !== undefined && { IfMatch: ifMatch }),
    });
    try {
      return await client.send(command, signal ? { abortSignal: signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      const explained = explain(location, `read ${key} from byte ${from}`, error);
      if (!hidden || version.VersionId || !(explained instanceof ObjectNotFoundError)) {
        throw explained;
      }
      const left = await hiddenObject(client, location, key);
      if (left?.hiddenVersion === undefined) throw explained;
      version = { VersionId: left.hiddenVersion };
      return open(from, ifMatch);
    }
  };

  const first = await open(start);
  let current = bodyOf(first, key);
  const stream = Readable.from(
    (async function* () {
      let at = start;
      const stop = start + (first.ContentLength ?? 0);
      for (let interruptions = 0; ; ) {
        try {
          for await (const chunk of current) {
            at += chunk.byteLength;
            interruptions = 0;
            chunkMoved(chunk.byteLength);
            yield chunk;
          }
          if (at >= stop) return;
        } catch (error) {
          if (!isInterruption(error) || ++interruptions > MAX_INTERRUPTIONS) {
            throw explain(location, `read ${key} at byte ${at}`, error);
          }
        }
        current = bodyOf(await open(at, first.ETag), key);
      }
    })(),
    { objectMode: false },
  );
  stream.once('close', () => current.destroy());
  return signal ? addAbortSignal(signal, stream) : stream;
}

function bodyOf({ Body }: GetObjectCommandOutput, key: string): Readable {
  if (Body instanceof Readable) return Body;
  throw new StoreError(`the store answered the request for ${key} without a body`);
}

/** A body that ends before its announced length is reported as aborted. */
function isInterruption(error: unknown): boolean {
  return isNetworkFailure(error) || answerOf(error).message === 'aborted';
}
