import { quoteName } from '../replication-values.ts';

/** A name as people write it: plain lower-case names as they are, everything else in double quotes. */
export const displayName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name);
