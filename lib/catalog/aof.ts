import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ObjectStore } from '../stores/store.ts';
import { timestamp, WAL, walPrefix } from './keys.ts';

/**
 * Layout of an append-only log in a store. A *generation* is a base (the whole data set at one moment) and the log that
 * follows it, in pieces. Names say everything that a reader needs: positions, times and digests of the bytes before
 * compression. A generation exists if and only if its base does, which is written before its first piece.
 */

/** The data set that a generation begins with. */
export interface StoredBase {
  readonly key: string;
  /** Number of the server's file in which the log goes on. */
  readonly sequence: number;
  /** When the server had written it: it holds nothing that is younger. */
  readonly writtenAt: Date;
  /** Bytes before compression. */
  readonly size: number;
  readonly sha256: string;
  readonly storedBytes: number;
}

/** Consecutive bytes of the log: whole commands and whole transactions. */
export interface StoredPiece {
  readonly key: string;
  /** Position of its first byte, counted from the base. */
  readonly from: number;
  /** Position behind its last byte. */
  readonly to: number;
  /** Number of the server's file that it is from. */
  readonly sequence: number;
  /** When it was looked at: it holds nothing that is younger. */
  readonly asOf: Date;
  readonly sha256: string;
  readonly storedBytes: number;
}

export interface StoredGeneration {
  /** `20261121T020000Z-9f86d081`: when its shipping began. */
  readonly id: string;
  readonly class: string;
  readonly base: StoredBase;
  /** By position; some repeat what others hold, in one object instead of many. */
  readonly pieces: readonly StoredPiece[];
}

/** Where a generation lies. Its name begins with a digit and has capitals, as no source's name does. */
export interface GenerationPlace {
  readonly class: string;
  readonly source: string;
  readonly id: string;
}

const NUMBER_DIGITS = 16;
const SEQUENCE_DIGITS = 10;
const GENERATION = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
const INSTANT = String.raw`(\d{8}T\d{6})(\d{3})Z`;
const BASE = new RegExp(String.raw`^base-(\d{10})-${INSTANT}-(\d{16})-([0-9a-f]{64})\.zst$`);
const PIECE = new RegExp(
  String.raw`^log-(\d{16})-(\d{16})-(\d{10})-${INSTANT}-([0-9a-f]{64})\.zst$`,
);

export const generationSchema = z.string().regex(GENERATION);

export const generationId = (at: Date): string =>
  `${timestamp(at)}-${randomBytes(4).toString('hex')}`;

/** When the shipping of a generation began, by its id. */
export const beganAt = (id: string): Date => parseInstant(id.slice(0, 15), '000');

const prefixOf = ({ class: name, source, id }: GenerationPlace): string =>
  walPrefix(name, source, id);

export function baseKey(
  place: GenerationPlace,
  base: Pick<StoredBase, 'sequence' | 'writtenAt' | 'size' | 'sha256'>,
): string {
  const { sequence, writtenAt, size, sha256 } = base;
  const words = [digits(sequence, SEQUENCE_DIGITS), instant(writtenAt), digits(size), sha256];
  return `${prefixOf(place)}base-${words.join('-')}.zst`;
}

export function pieceKey(
  place: GenerationPlace,
  piece: Pick<StoredPiece, 'from' | 'to' | 'sequence' | 'asOf' | 'sha256'>,
): string {
  const { from, to, sequence, asOf, sha256 } = piece;
  const words = [digits(from), digits(to), digits(sequence, SEQUENCE_DIGITS), instant(asOf)];
  return `${prefixOf(place)}log-${words.join('-')}-${sha256}.zst`;
}

/** Places of all generations of a source, in every class, oldest first. */
export async function listGenerations(
  store: ObjectStore,
  source: string,
): Promise<GenerationPlace[]> {
  const found: GenerationPlace[] = [];
  for await (const folder of store.listNames(`${WAL}/`)) {
    const className = folder.replace(/\/$/, '');
    for await (const name of store.listNames(`${WAL}/${folder}${source}/`)) {
      const id = name.replace(/\/$/, '');
      if (GENERATION.test(id)) found.push({ class: className, source, id });
    }
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** What is stored of a generation; undefined where its base is not, or no longer. */
export async function readGeneration(
  store: ObjectStore,
  place: GenerationPlace,
): Promise<StoredGeneration | undefined> {
  const prefix = prefixOf(place);
  let base: StoredBase | undefined;
  const pieces: StoredPiece[] = [];
  for await (const { key, size } of store.list(prefix)) {
    const name = key.slice(prefix.length);
    base ??= parseBase(key, name, size);
    const piece = parsePiece(key, name, size);
    if (piece) pieces.push(piece);
  }
  return base && { id: place.id, class: place.class, base, pieces };
}

/**
 * The pieces that hold the log from the base on, without a gap, as far as it leads: the fewest that do. Two shippers that
 * overlapped may have left one that nothing continues.
 * @param wanted only pieces that this is true of; the log ends before the first position that has none
 */
export function chainOf(
  { pieces }: Pick<StoredGeneration, 'pieces'>,
  wanted: (piece: StoredPiece) => boolean = () => true,
): StoredPiece[] {
  /** By where it begins: the piece behind which the log leads furthest, and up to where. */
  const best = new Map<number, { readonly piece: StoredPiece; readonly end: number }>();
  const usable = pieces.filter((piece) => piece.to > piece.from && wanted(piece));
  for (const piece of usable.sort((a, b) => b.from - a.from)) {
    const end = best.get(piece.to)?.end ?? piece.to;
    const other = best.get(piece.from);
    if (!other || other.end < end || (other.end === end && other.piece.to < piece.to)) {
      best.set(piece.from, { piece, end });
    }
  }
  const chain: StoredPiece[] = [];
  for (let next = best.get(0); next; next = best.get(next.piece.to)) chain.push(next.piece);
  return chain;
}

function parseBase(key: string, name: string, storedBytes: number): StoredBase | undefined {
  const match = BASE.exec(name);
  if (!match) return undefined;
  const [, sequence = '', day = '', millis = '', size, sha256 = ''] = match;
  const writtenAt = parseInstant(day, millis);
  return { key, sequence: Number(sequence), writtenAt, size: Number(size), sha256, storedBytes };
}

function parsePiece(key: string, name: string, storedBytes: number): StoredPiece | undefined {
  const match = PIECE.exec(name);
  if (!match) return undefined;
  const [, from, to, sequence, day = '', millis = '', sha256 = ''] = match;
  return {
    key,
    from: Number(from),
    to: Number(to),
    sequence: Number(sequence),
    asOf: parseInstant(day, millis),
    sha256,
    storedBytes,
  };
}

const digits = (value: number, length = NUMBER_DIGITS): string =>
  String(value).padStart(length, '0');

/** `20261121T020000123Z`. */
const instant = (at: Date): string => at.toISOString().replace(/[-:.]/g, '');

const parseInstant = (day: string, millis: string): Date =>
  new Date(day.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, `$1-$2-$3T$4:$5:$6.${millis}Z`));
