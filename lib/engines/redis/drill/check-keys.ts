import type { Attempt } from '../../drill-attempt.ts';
import { type RedisConnection, textOf } from '../connection.ts';
import type { Reply } from '../resp.ts';

const TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream'];
const KEYS_AT_A_TIME = 1000;

/**
 * Walks over every key of every database, and compares how many there are of each type with what the snapshot's own
 * reader counted: two programs that read the same file apart from each other. Keys that have expired meanwhile are in
 * the data but are not shown.
 * @param counts as `db0.hash`; of a log there are none, and the keys are only walked over
 * @param keyspace what the server has, as `db0.keys` and `db0.expires`
 */
export async function checkKeys(
  connection: RedisConnection,
  { counts, keyspace, problems, attempt }: CheckOptions,
): Promise<void> {
  for (const database of databasesOf(keyspace)) {
    await attempt(`the keys of ${database} cannot be read`, async () => {
      await connection.command('SELECT', database.slice(2));
      const found = await countTypes(connection);
      if (counts) problems.push(...typeMismatches(database, counts, found, keyspace));
    });
  }
}

interface CheckOptions {
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly keyspace: ReadonlyMap<string, number>;
  readonly problems: string[];
  readonly attempt: Attempt;
}

/** Those with keys, as `db0`. */
export const databasesOf = (keyspace: ReadonlyMap<string, number>): string[] =>
  [...keyspace.keys()].flatMap((name) => (name.endsWith('.keys') ? [name.slice(0, -5)] : []));

async function countTypes(connection: RedisConnection): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let cursor = '0'; ; ) {
    const page = await connection.command('SCAN', cursor, 'COUNT', String(KEYS_AT_A_TIME));
    const [next, keys] = pageOf(page);
    const types = await Promise.all(keys.map((key) => connection.command('TYPE', key)));
    for (const type of types.map(textOf)) {
      if (type === 'none') continue;
      const name = TYPES.includes(type) ? type : 'module';
      found.set(name, (found.get(name) ?? 0) + 1);
    }
    cursor = next;
    if (cursor === '0') return found;
  }
}

function pageOf(reply: Reply): [cursor: string, keys: Buffer[]] {
  if (Array.isArray(reply)) {
    const [cursor = '0', keys] = reply as Reply[];
    if (Array.isArray(keys)) return [textOf(cursor), (keys as Reply[]).filter(Buffer.isBuffer)];
  }
  throw new TypeError('the server answered SCAN with something else than a page of keys');
}

/** A key that has expired is missing in its type; there cannot be more of those than keys that expire. */
export function typeMismatches(
  database: string,
  counts: Readonly<Record<string, number>>,
  found: ReadonlyMap<string, number>,
  keyspace: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = [];
  let missing = 0;
  for (const type of [...TYPES, 'module']) {
    const [expected, back] = [counts[`${database}.${type}`] ?? 0, found.get(type) ?? 0];
    missing += Math.max(0, expected - back);
    if (back > expected) {
      problems.push(
        `${database} had ${expected} keys of type ${type} when it was backed up and has ${back}`,
      );
    }
  }
  const mayExpire = keyspace.get(`${database}.expires`) ?? 0;
  if (missing > mayExpire) {
    problems.push(
      `${missing} keys of ${database} cannot be found by walking over it, and only ${mayExpire} of them may have expired`,
    );
  }
  return problems;
}
