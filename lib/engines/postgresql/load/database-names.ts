import { timestamp } from '../../../catalog/keys.ts';

/** PostgreSQL cuts longer names off without a word. */
const NAME_BYTES = 63;

/** Where a database is loaded, beside the one that it will replace. */
export const besideName = (database: string): string => suffixed(database, '_loading');

/** What the replaced database is called from then on. */
export const beforeName = (database: string, at: Date): string =>
  suffixed(database, `_before_${timestamp(at).toLowerCase()}`);

/** A name that fits: of the database's own as much as there is room for. */
function suffixed(name: string, suffix: string): string {
  let kept = '';
  let left = NAME_BYTES - Buffer.byteLength(suffix);
  for (const character of name) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}${suffix}`;
}
