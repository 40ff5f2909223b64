import { types } from 'node:util';
import { messageOf } from '../../message.ts';
import { StoreAccessError, StoreError, StoreFullError, StoreNotFoundError } from '../errors.ts';

/** The code of a failed system call, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  // Not `instanceof`: the error may come from another realm.
  if (!types.isNativeError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Calls the file system for the store and turns its failure into a StoreError that says what to do. */
export async function attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof StoreError ? error : explain(what, error);
  }
}

function explain(what: string, cause: unknown): StoreError {
  const reason = messageOf(cause);
  switch (systemCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreFullError(
        `cannot ${what}: no room is left (${reason}); free some or use a larger file system`,
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreAccessError(
        `cannot ${what}: not permitted (${reason}); give this user the right to read and write there`,
        { cause },
      );
    case 'ENOTDIR':
      return new StoreError(
        `cannot ${what}: a part of that path is a file (${reason}); use a key below another name`,
        { cause },
      );
    case 'ENOENT':
      return new StoreNotFoundError(
        `cannot ${what}: it is gone (${reason}); something else changes the store's directory`,
        { cause },
      );
    default:
      return new StoreError(`cannot ${what}: ${reason}`, { cause });
  }
}
