import { StoreError } from '../errors.ts';
import type { ObjectInfo } from '../store.ts';

/** Classes whose objects are only read after they were thawed. */
export const ARCHIVES: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** @throws StoreError if the answer lacks what every object has */
export function objectInfo(
  key: string,
  size: number | undefined,
  lastModified: Date | undefined,
  storageClass?: string,
): ObjectInfo {
  if (size === undefined || lastModified === undefined) {
    throw new StoreError(`the store told neither size nor time of ${key}`);
  }
  const archived = storageClass !== undefined && ARCHIVES.includes(storageClass);
  return { key, size, lastModified, ...(archived && { archived }) };
}
