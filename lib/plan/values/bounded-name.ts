import { createHash } from 'node:crypto';

/** Hexadecimal digits. */
export const DIGEST_LENGTH = 8;

/** A name as long as its place allows: what is too long is cut, and told apart by a digest of the whole. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, limit - digest.length - 1)}-${digest}`;
}
