import type { IncomingMessage } from 'node:http';
import { addAbortSignal, Readable } from 'node:stream';
import { ObjectNotFoundError, StoreError } from '../errors.ts';
import { chunkMoved } from '../garbage.ts';
import type { GetOptions } from '../store.ts';
import type { GcsClient } from './client.ts';
import { explain } from './errors.ts';
import { bucketExists, hiddenObject } from './list.ts';
import { type GcsAnswer, unreachable } from './transport.ts';

/** Interruptions in a row, without a byte between them, after which a download is given up. */
const MAX_INTERRUPTIONS = 5;

/**
 * Reads an object. A connection that breaks in the middle is opened again at the byte where it ended, on the same
 * generation.
 */
export async function readObject(
  client: GcsClient,
  key: string,
  { start = 0, end, signal, hidden = false }: GetOptions,
): Promise<Readable> {
  const open = (from: number, generation: string | undefined): Promise<GcsAnswer> => {
    const whole = from === 0 && end === undefined;
    return client.send(`read ${key} from byte ${from}`, {
      method: 'GET',
      url: client.objectUrl(key, { alt: 'media', ...(generation && { generation }) }),
      headers: whole ? {} : { range: `bytes=${from}-${end ?? ''}` },
      accept: [NOTHING_THERE],
      signal,
    });
  };
  const first = await open(start, undefined).catch(async (error: unknown) => {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    const left = hidden ? await hiddenObject(client, key) : undefined;
    if (left?.hiddenVersion !== undefined) return open(start, left.hiddenVersion);
    await bucketExists(client, `read ${key}`);
    throw error;
  });
  if (first.status === NOTHING_THERE) {
    first.body.resume();
    throw new StoreError(`nothing of ${key} starts at byte ${start}: it is shorter than that`);
  }

  const generation = String(first.headers['x-goog-generation'] ?? '');
  const { 'content-length': length } = first.headers;
  // Without it, the connection itself tells whether everything came.
  const stop = length === undefined ? undefined : start + Number(length);
  let current: IncomingMessage = first.body;
  const stream = Readable.from(
    (async function* () {
      let at = start;
      for (let interruptions = 0; ; ) {
        let broken: unknown;
        try {
          for await (const chunk of current) {
            at += chunk.byteLength;
            interruptions = 0;
            chunkMoved(chunk.byteLength);
            yield chunk;
          }
        } catch (error) {
          broken = error;
        }
        if (stop === undefined ? broken === undefined : at >= stop) return;
        if (++interruptions > MAX_INTERRUPTIONS) {
          throw explain(client.location, `read ${key} at byte ${at}`, unreachable(broken));
        }
        current = (await open(at, generation)).body;
      }
    })(),
    { objectMode: false },
  );
  stream.once('close', () => current.destroy());
  return signal ? addAbortSignal(signal, stream) : stream;
}

/** The answer to a range that begins after the end. */
const NOTHING_THERE = 416;
