import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ObjectStore, PartDigest } from '../stores/store.ts';
import { DamagedError } from './errors.ts';

/** More than the parts of one object can need: S3 allows 10,000. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

const lineSchema = z.record(
  z.string(),
  z.array(z.strictObject({ offset: z.int(), size: z.int(), sha256: z.string() })),
);

/** The parts of one object as a line of parts.json. */
export const partsLine = (name: string, parts: readonly PartDigest[]): string =>
  `${JSON.stringify(name)}:${JSON.stringify(parts)}`;

/**
 * Writes parts.json: one JSON object, and one line for each stored object, so that it can also be read line by line,
 * whatever the backup's size.
 * @param lines in the order of the manifest's objects
 */
export async function writeParts(
  store: ObjectStore,
  key: string,
  lines: readonly string[],
): Promise<void> {
  const text = lines.map((line, index) => `${index === 0 ? '{' : ','}${line}\n`);
  await store.put(key, Readable.from([...text, '}\n'].map((line) => Buffer.from(line))));
}

export interface ObjectParts {
  readonly name: string;
  readonly parts: readonly PartDigest[];
}

/** The bytes of the line that describes one object. */
export interface LinePlace {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** The parts of each object and where its line is, in the order in which they were written. @throws DamagedError */
export async function* readParts(
  store: ObjectStore,
  key: string,
): AsyncGenerator<ObjectParts & { readonly line: LinePlace }> {
  let complete = false;
  let start = 0;
  for await (const line of lines(await store.get(key), key)) {
    if (complete) throw damaged(key);
    const end = start + line.byteLength - 1;
    const text = line.toString('utf8');
    if (text === '}') complete = true;
    else yield { ...describedIn(text, key), line: { start, end } };
    start = end + 2;
  }
  if (!complete) throw damaged(key);
}

/** The same of one object alone, whatever the size of the file. @throws DamagedError */
export async function readPartsLine(
  store: ObjectStore,
  key: string,
  place: LinePlace,
): Promise<ObjectParts> {
  if (place.end - place.start >= MAX_LINE_BYTES) throw damaged(key);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.get(key, place)) chunks.push(chunk);
  return describedIn(Buffer.concat(chunks).toString('utf8'), key);
}

function describedIn(line: string, key: string): ObjectParts {
  const parsed = lineSchema.safeParse(parse(`{${line.slice(1)}}`));
  const [entry, ...others] = Object.entries(parsed.data ?? {});
  if (!entry || others.length > 0) throw damaged(key);
  return { name: entry[0], parts: entry[1] };
}

async function* lines(body: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<Buffer> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield Buffer.concat([...pending, chunk.subarray(from, end)]);
      pending = [];
      size = 0;
      from = end + 1;
    }
    pending.push(chunk.subarray(from));
    size += chunk.byteLength - from;
    if (size > MAX_LINE_BYTES) throw damaged(key);
  }
  if (size > 0) throw damaged(key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const damaged = (key: string): DamagedError =>
  new DamagedError(`${key} does not describe the parts of this backup; it was altered`);
