import { type RedisConnection, textOf } from './connection.ts';

/** What INFO reports, by name. */
export type Info = ReadonlyMap<string, string>;

/** @param sections default: the server's default ones @throws RedisReplyError, ConnectionLostError */
export async function readInfo(
  connection: RedisConnection,
  ...sections: readonly string[]
): Promise<Info> {
  const text = textOf(await connection.command('INFO', ...sections));
  const info = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0 && !line.startsWith('#')) info.set(line.slice(0, at), line.slice(at + 1));
  }
  return info;
}

/** Keys, and those of them that expire, of every database that is not empty: `db0.keys`, `db0.expires`. */
export function keyspaceCounts(info: Info): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, value] of info) {
    const found = /^keys=(\d+),expires=(\d+)/.exec(value);
    if (!/^db\d+$/.test(name) || !found) continue;
    counts.set(`${name}.keys`, Number(found[1]));
    if (Number(found[2]) > 0) counts.set(`${name}.expires`, Number(found[2]));
  }
  return counts;
}

/** Keys of all databases. @param counts by the names above */
export function keysIn(counts: ReadonlyMap<string, number>): number {
  let keys = 0;
  for (const [name, count] of counts) if (name.endsWith('.keys')) keys += count;
  return keys;
}
