import { StoreError } from '../errors.ts';
import type { ObjectInfo } from '../store.ts';

/** @throws StoreError if the answer lacks what every object has */
export function objectInfo(
  key: string,
  size: number | undefined,
  lastModified: Date | undefined,
): ObjectInfo {
  if (size === undefined || lastModified === undefined) {
    throw new StoreError(`the store told neither size nor time of ${key}`);
  }
  return { key, size, lastModified };
}
