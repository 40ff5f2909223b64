import type { ObjectInfo, ObjectStore } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { decompressed } from './files.ts';
import { WAL, walPrefix } from './keys.ts';

/** One stored piece of write-ahead log. */
export interface StoredWal {
  readonly key: string;
  readonly class: string;
  readonly systemId: string;
  readonly timeline: number;
  /** A whole segment, the beginning of one padded with zeros, or a timeline's history. */
  readonly kind: 'segment' | 'partial' | 'history';
  /** The name that the server knows it by: `000000010000000000000003`, `00000002.history`. */
  readonly name: string;
  /** Partials: everything before this position is in it. */
  readonly durable: bigint | undefined;
  /** Stored bytes. */
  readonly size: number;
  /** Set where it lies in an archive; it may have been thawed. */
  readonly archived?: true;
}

const TIMELINE_FOLDER = /^[0-9A-F]{8}$/;
const FILE = /^(?:([0-9A-F]{24})(?:\.partial-([0-9A-F]{16}))?|([0-9A-F]{8}\.history))\.zst$/;

/** Key of a whole segment, of a history file, or of a segment's beginning up to `durable`. */
export function walKey(
  prefix: { readonly class: string; readonly source: string; readonly systemId: string },
  timeline: number,
  name: string,
  durable?: bigint,
): string {
  const folder = timeline.toString(16).toUpperCase().padStart(8, '0');
  const file = durable === undefined ? name : partialName(name, durable);
  return `${walPrefix(prefix.class, prefix.source, prefix.systemId, folder)}${file}.zst`;
}

/** Name of a segment's beginning: everything before `durable` is in it. */
export function partialName(segment: string, durable: bigint): string {
  return `${segment}.partial-${durable.toString(16).toUpperCase().padStart(16, '0')}`;
}

/** System identifiers that the store has WAL of, for a source. */
export async function walSystemIds(store: ObjectStore, source: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const folder of store.listNames(`${WAL}/`)) {
    for await (const name of store.listNames(`${WAL}/${folder}${source}/`)) found.add(trim(name));
  }
  return found;
}

/** Everything stored of one cluster's WAL, in every class; ordered by name within a class and timeline. */
export async function* listWal(
  store: ObjectStore,
  source: string,
  systemId: string,
): AsyncGenerator<StoredWal> {
  for await (const folder of store.listNames(`${WAL}/`)) {
    const place = { class: trim(folder), source, systemId };
    for await (const info of store.list(walPrefix(place.class, source, systemId))) {
      const stored = storedWal(place, info);
      if (stored) yield stored;
    }
  }
}

/** What one class holds of one timeline from a segment on, ordered by name. */
export async function* listWalFrom(
  store: ObjectStore,
  place: { readonly class: string; readonly source: string; readonly systemId: string },
  timeline: string,
  segment: string,
): AsyncGenerator<StoredWal> {
  const prefix = walPrefix(place.class, place.source, place.systemId, timeline);
  for await (const info of store.list(prefix, { startAfter: `${prefix}${segment}` })) {
    const stored = storedWal(place, info);
    if (stored) yield stored;
  }
}

/** Undefined if the key names no segment, no beginning of one and no history. */
function storedWal(
  place: { readonly class: string; readonly source: string; readonly systemId: string },
  { key, size, archived }: ObjectInfo,
): StoredWal | undefined {
  const prefix = walPrefix(place.class, place.source, place.systemId);
  const [timeline = '', file = ''] = key.slice(prefix.length).split('/');
  const match = FILE.exec(file);
  if (!TIMELINE_FOLDER.test(timeline) || !match) return undefined;
  const [, segment, durable, history] = match;
  return {
    key,
    class: place.class,
    systemId: place.systemId,
    timeline: Number.parseInt(timeline, 16),
    kind: history ? 'history' : durable ? 'partial' : 'segment',
    name: history ?? segment ?? '',
    durable: durable === undefined ? undefined : BigInt(`0x${durable}`),
    size,
    ...(archived && { archived }),
  };
}

/** The decoded bytes. @throws DamagedError */
export async function* readWal(
  store: ObjectStore,
  { key }: Pick<StoredWal, 'key'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of decompressed(await store.get(key, signal ? { signal } : {}), key)) {
    size += chunk.byteLength;
    yield chunk;
  }
  if (size === 0) throw new DamagedError(`${key} is empty; it was cut short and must not be used`);
}

const trim = (folder: string): string => folder.replace(/\/$/, '');
