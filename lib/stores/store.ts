import type { Readable } from 'node:stream';
import type { ThawSpeed } from '../plan/limits.ts';

/** What is known about one stored object. */
export interface ObjectInfo {
  readonly key: string;
  /** Stored bytes. */
  readonly size: number;
  readonly lastModified: Date;
  /** Set where a delete marker hides the object: the version that is left of it. */
  readonly hiddenVersion?: string;
  /** Set where it lies in a storage class from which it has to be thawed; it may have been. */
  readonly archived?: true;
}

/** One part of a stored object, as it was sent: the unit of parallel verification. */
export interface PartDigest {
  /** Offset of its first byte in the object. */
  readonly offset: number;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Result of a completed write. */
export interface WrittenObject {
  readonly key: string;
  readonly size: number;
  /** Of the whole object, lower-case hex. */
  readonly sha256: string;
  readonly parts: readonly PartDigest[];
}

/** Until then nobody removes the object; in governance mode, nobody but who may bypass it. */
export interface ObjectLock {
  readonly mode: 'governance' | 'compliance';
  readonly until: Date;
}

export interface PutOptions {
  /** Ends the write; nothing stays behind. */
  readonly signal?: AbortSignal;
  /** Instead of the lock that a bucket gives by default. A directory locks nothing. */
  readonly lock?: ObjectLock;
}

/** Where a bucket keeps versions, a deletion only hides: a delete marker takes the place of the object. */
export interface HiddenOptions {
  /** Also what a delete marker hides, as long as it is there. @default false */
  readonly hidden?: boolean;
}

export interface GetOptions extends HiddenOptions {
  /** First byte, default 0. */
  readonly start?: number;
  /** Last byte, inclusive; default: the end. */
  readonly end?: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends HiddenOptions {
  /** Only keys after this one, in byte order. */
  readonly startAfter?: string;
}

/** Holds without an end on single objects: neither a lifecycle nor a person removes what is held, though it may be hidden. */
export interface Holds {
  /**
   * On an object that is there or hidden; again, it changes nothing.
   * @throws ObjectNotFoundError, LockUnsupportedError
   */
  place(key: string): Promise<void>;

  /** Nothing happens where there is no such object, or no hold. */
  release(key: string): Promise<void>;

  /** False where there is no such object, or where a bucket without object lock can hold nothing. */
  isHeld(key: string): Promise<boolean>;
}

/** How far an archived object is from being read. */
export interface ArchiveState {
  readonly key: string;
  /** Stored bytes. */
  readonly size: number;
  /** As the store calls it, such as `DEEP_ARCHIVE`. */
  readonly storageClass: string;
  readonly state: 'archived' | 'thawing' | 'thawed';
  /** Thawed: until then a copy of it can be read. */
  readonly until?: Date;
}

export interface ThawOptions {
  readonly speed: ThawSpeed;
  /** The copy is there for so many days, counted from when it can be read; of one that is there already, from now. */
  readonly days: number;
}

/** Storage classes whose objects cannot be read: on request a copy of one comes back for some days. */
export interface Archive {
  /** Undefined where there is no such object, or where it lies in a class that is read at once. */
  stateOf(key: string): Promise<ArchiveState | undefined>;

  /**
   * Asks for a copy. Of an object that is being thawed nothing changes; the copy of one that is thawed is kept longer.
   * @throws ObjectNotFoundError
   */
  thaw(key: string, options: ThawOptions): Promise<void>;
}

/**
 * Where backups are kept. Objects are written once: no method replaces or deletes one.
 * Keys are `/`-separated names of `[A-Za-z0-9._=-]` that do not start with a dot. Every error of a store is a
 * StoreError; what `body` throws, and the reason of a signal that fires, are passed on as they are.
 */
export interface ObjectStore {
  /** The URL it was opened with, without credentials. */
  readonly url: string;

  /** Absent where nothing expires by itself: in a directory. */
  readonly holds?: Holds | undefined;

  /** Absent where everything can be read at once: in a directory. */
  readonly archive?: Archive | undefined;

  /**
   * Writes an object from a stream of any length in bounded memory. It becomes visible whole, with every
   * digest checked, or not at all: if `body` throws, the signal aborts or the store refuses, nothing stays.
   * Only a store that goes away at the very end, for longer than requests are repeated, can hold an object whose
   * write was reported as failed.
   * @throws ObjectExistsError if the key is taken, whatever it holds
   * @throws LockUnsupportedError if it is to be locked and the bucket knows no locks
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<WrittenObject>;

  /** @throws ObjectNotFoundError */
  get(key: string, options?: GetOptions): Promise<Readable>;

  /** Undefined if there is no such object; any other failure throws. */
  head(key: string, options?: HiddenOptions): Promise<ObjectInfo | undefined>;

  /** Objects whose key starts with `prefix`, in byte order of their keys. */
  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;

  /** The names that follow `prefix` up to the next `/` (each with its `/`), in byte order. */
  listNames(prefix: string, options?: HiddenOptions): AsyncIterable<string>;

  /**
   * Proves that the store can be reached and written with these credentials, without leaving anything.
   * @param prefix where they may write; default: everywhere
   */
  check(prefix?: string): Promise<void>;

  close(): Promise<void>;
}
