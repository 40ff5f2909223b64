import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { databaseOption, withClientEnvironment } from '../client-environment.ts';
import { ClientProcess } from '../client-process.ts';
import type { ServerAddress } from '../connection.ts';
import { findProgram } from '../programs.ts';
import { LoadRefusedError } from './errors.ts';
import { decoded, sqlStatements } from './sql-statements.ts';

/** What of an archive is not wanted where it is loaded. */
export interface ArchiveOptions {
  /** Everything belongs to the role that loads it. */
  readonly noOwner: boolean;
  /** No GRANT and no REVOKE. */
  readonly noPrivileges: boolean;
  /** Everything lies in the server's own tablespace. */
  readonly noTablespaces: boolean;
}

interface ArchivePlace {
  /** Of an archive in the custom format, checked against its digests. */
  readonly path: string;
  /** Of ours, for small files. */
  readonly folder: string;
  /** The `pg_restore` that reads it. */
  readonly program: string;
  readonly signal: AbortSignal;
}

const ENTRY = /^\d+; /;

/** An archive of pg_dump in a file, and the `pg_restore` that reads it. */
export class Archive {
  readonly #place: ArchivePlace;
  #lists = 0;

  constructor(place: ArchivePlace) {
    this.#place = place;
  }

  /** Lines of its table of contents, such as `217; 1259 16470 TABLE public orders shop`, the database itself included. */
  async entries(): Promise<string[]> {
    const listed = await text(this.#run(['--create', '--list']));
    return listed.split('\n').filter((line) => ENTRY.test(line));
  }

  /** The statements that make some of its entries. @param args further options of pg_restore */
  async *statements(entries: readonly string[], args: readonly string[] = []) {
    const list = await this.#list(entries);
    yield* sqlStatements(decoded(this.#run([...args, '--use-list', list, '--file', '-'])));
  }

  /** Every definition in it, and no data. */
  definitions(args: readonly string[] = []): AsyncGenerator<string> {
    return sqlStatements(decoded(this.#run([...args, '--schema-only', '--file', '-'])));
  }

  /** What makes some of its entries as a script, data included. */
  async *script(entries: readonly string[]): AsyncGenerator<Uint8Array> {
    const list = await this.#list(entries);
    yield* this.#run(['--use-list', list, '--file', '-']);
  }

  /**
   * Makes everything in it in an empty database. The first error ends it.
   * @param jobs connections that load at the same time
   * @throws ClientProgramError
   */
  async restore(
    address: ServerAddress,
    jobs: number,
    options: ArchiveOptions,
    args: readonly string[] = [],
  ): Promise<void> {
    const { path, program, signal } = this.#place;
    await withClientEnvironment(address, async (env) => {
      const process = new ClientProcess({
        path: program,
        args: [
          '--exit-on-error',
          '--no-password',
          ...optionArgs(options),
          ...args,
          '--jobs',
          String(jobs),
          '--dbname',
          databaseOption(address.database),
          path,
        ],
        env,
        signal,
      });
      process.stdout.resume();
      await process.end();
    });
  }

  async #list(entries: readonly string[]): Promise<string> {
    const file = join(this.#place.folder, `list-${++this.#lists}`);
    await writeFile(file, `${entries.join('\n')}\n`);
    return file;
  }

  /** What it prints. Whoever stops reading ends it. */
  async *#run(args: readonly string[]): AsyncGenerator<Uint8Array> {
    const { path, program, signal } = this.#place;
    const env = { PATH: process.env.PATH, LC_ALL: 'C' };
    const child = new ClientProcess({ path: program, args: [...args, path], env, signal });
    try {
      yield* child.stdout;
      await child.end();
    } finally {
      child.kill();
    }
  }
}

export const optionArgs = (options: ArchiveOptions): string[] => [
  ...(options.noOwner ? ['--no-owner'] : []),
  ...(options.noPrivileges ? ['--no-privileges'] : []),
  ...(options.noTablespaces ? ['--no-tablespaces'] : []),
];

/**
 * Finds the `pg_restore` that can load an archive into a server: that of the server's major, else that of the archive's.
 * @throws LoadRefusedError where the server is older than the archive, or where there is neither
 */
export async function findPgRestore(
  majors: { readonly archive: string; readonly server: string },
  binDir: string | undefined,
): Promise<string> {
  if (Number(majors.server) < Number(majors.archive)) {
    throw new LoadRefusedError(
      `the backup is of PostgreSQL ${majors.archive} and the server is PostgreSQL ${majors.server}, which may not know what is in it; load it into a server of version ${majors.archive} or later`,
    );
  }
  const search = await findProgram('pg_restore', majors.server, binDir);
  if ('path' in search) return search.path;
  const other = await findProgram('pg_restore', majors.archive, binDir);
  if ('path' in other) return other.path;
  throw new LoadRefusedError(
    `a load needs pg_restore of PostgreSQL ${majors.server}, which is not in ${search.looked.join(', ')}; install the package postgresql-client-${majors.server}, name its folder, or load in Tidemark's image for ${majors.server}`,
  );
}
