import { databaseOption } from '../client-environment.ts';
import { ClientProcess } from '../client-process.ts';
import type { ArchiveReader } from './archive-contents.ts';
import { explained } from './explain.ts';
import type { DumpPrograms } from './programs.ts';
import { LOCK_TIMEOUT_MS } from './snapshot.ts';
import type { ServerTable } from './tables.ts';
import { tableSql } from './tables.ts';

export interface ArchiveOptions {
  readonly programs: DumpPrograms;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly database: string;
  /** Id of an exported snapshot. */
  readonly snapshot: string;
  readonly schemaOnly: boolean;
  /** These alone; null = everything. */
  readonly tables: readonly ServerTable[] | null;
  /** Is shown every byte. */
  readonly reader: ArchiveReader;
  /** What pg_dump says although it succeeds. */
  readonly warn: (message: string) => void;
}

/**
 * What pg_dump writes, and ends well only if pg_dump did, and if pg_restore has read the same bytes to their end: the
 * list that `pg_restore --list` prints is also that of an archive whose tail is missing.
 *
 * It is not compressed: rows can then be counted as they pass, what is stored is compressed all the same, and one way
 * serves every version (see docs/decisions/0023-logical-backups.md).
 */
export async function* archive(options: ArchiveOptions): AsyncGenerator<Uint8Array> {
  const { programs, env, signal, database, reader } = options;
  const dump = new ClientProcess({
    path: programs.dump,
    args: dumpArguments(options),
    env,
    signal,
  });
  const check = new ClientProcess({
    path: programs.restore,
    args: ['--file=/dev/null'],
    env: { PATH: env.PATH, LC_ALL: env.LC_ALL },
    signal,
  });
  try {
    for await (const chunk of dump.stdout) {
      reader.read(chunk);
      await check.write(chunk);
      yield chunk;
    }
    const said = await dump.end();
    if (said !== '') options.warn(said);
    await check.end();
  } catch (error) {
    throw signal.aborted ? signal.reason : explained(error, database);
  } finally {
    dump.kill();
    check.kill();
  }
}

function dumpArguments({ snapshot, schemaOnly, tables, database }: ArchiveOptions): string[] {
  return [
    '--format=custom',
    '--compress=0',
    '--no-password',
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${LOCK_TIMEOUT_MS}`,
    ...(schemaOnly ? ['--schema-only'] : []),
    ...(tables ?? []).map((table) => `--table=${tableSql(table)}`),
    `--dbname=${databaseOption(database)}`,
  ];
}
