import { chmod, chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PhysicalManifest } from '../../../../../lib/catalog/manifest.ts';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { backupIncremental } from '../../../../../lib/engines/postgresql/incremental/incremental-backup.ts';
import type { RestoreWay } from '../../../../../lib/engines/postgresql/restore/goal.ts';
import {
  type RestoreResult,
  restorePostgresql,
} from '../../../../../lib/engines/postgresql/restore/restore.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

export type ChainVersion = 17 | 18;

type Row = PostgresqlRun['source']['protections'][number];

/** How incremental backups are taken and kept in tests. */
export const INCREMENTAL: Row = {
  kind: 'incremental',
  schedule: { cron: '*/15 * * * *', timezone: 'Etc/UTC' },
  flushSeconds: null,
  deadlineSeconds: 900,
  tiers: [{ tier: 'hourly', class: '1d' }],
  longestGapSeconds: 900,
  overdueSeconds: 1800,
  derived: true,
  metBy: null,
};

/** A server that summarizes its WAL, a folder for its backups, and what happened. */
export class Cluster {
  readonly version: ChainVersion;
  readonly server: PostgresServer;
  store: ObjectStore;
  events: RunEvent[] = [];
  /** Every account may enter it. */
  readonly folder: string;
  readonly #remove: () => Promise<void>;
  #names = 0;

  private constructor(
    version: ChainVersion,
    server: PostgresServer,
    store: ObjectStore,
    folder: { readonly path: string; remove(): Promise<void> },
  ) {
    this.version = version;
    this.server = server;
    this.store = store;
    this.folder = folder.path;
    this.#remove = () => folder.remove();
  }

  static async start(
    version: ChainVersion,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Cluster> {
    const folder = await tempFolder('incremental');
    await chmod(folder.path, 0o755);
    const store = await newStore(join(folder.path, 'store'));
    const server = await startPostgres({
      version,
      settings: { summarize_wal: 'on', ...settings },
    });
    return new Cluster(version, server, store, folder);
  }

  /** Goes on with an empty store, and forgets what happened. @param store default: a new folder */
  async forget(store?: ObjectStore): Promise<void> {
    await this.store.close();
    this.store = store ?? (await newStore(join(this.folder, `store-${this.#names++}`)));
    this.events = [];
  }

  /** Paths of the stored objects. */
  async files(): Promise<string[]> {
    const folder = fileURLToPath(this.store.url);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  /** The stored object of a backup whose key ends like this, compressed or not. */
  async fileOf({ id }: PhysicalManifest, ending: string): Promise<string> {
    const files = await this.files();
    const found = files.find(
      (path) => path.includes(id) && [ending, `${ending}.zst`].some((end) => path.endsWith(end)),
    );
    if (found === undefined) throw new Error(`${id} has no ${ending}`);
    return found;
  }

  /** @param row of the incremental backups, with changes; undefined = the plan has none */
  run(row: Partial<Row> | undefined = {}, changes: Partial<PostgresqlRun> = {}): PostgresqlRun {
    const run = runContext(this.store, this.version, {
      report: (event) => this.events.push(event),
    });
    const { source } = run;
    const protections = [
      ...source.protections.map((own) => (own.kind === 'wal' ? { ...own, flushSeconds: 1 } : own)),
      ...(row ? [{ ...INCREMENTAL, ...row }] : []),
    ];
    return { ...run, source: { ...source, protections }, ...changes };
  }

  /** What backup runs recorded today, oldest first. */
  async recorded() {
    const now = new Date();
    const runs = await readRuns(this.store, SOURCE, { from: now, to: now, action: 'backup' });
    return runs.toSorted((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
  }

  full(changes: Partial<PostgresqlRun> = {}): Promise<PhysicalManifest> {
    return backupPostgresql(this.run({}, changes), this.#options());
  }

  incremental(
    row: Partial<Row> = {},
    changes: Partial<PostgresqlRun> = {},
  ): Promise<PhysicalManifest> {
    return backupIncremental(this.run(row, changes), this.#options());
  }

  /** Restores to a new folder. */
  restore(way: RestoreWay, target = this.newTarget()): Promise<RestoreResult> {
    const { uid, gid, binDir } = this.server;
    return restorePostgresql(this.run(), { ...way, target, binDir, owner: { uid, gid } });
  }

  newTarget(): string {
    return join(this.folder, `restored-${this.#names++}`);
  }

  /** An empty folder of the server's account. */
  async place(name: string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(path);
    await chown(path, this.server.uid, this.server.gid);
    return path;
  }

  /** Asks a restored directory, with a server that is stopped afterwards. */
  async ask(dataDir: string, query: string): Promise<Record<string, unknown>[]> {
    const { password } = this.server.address;
    const server = await startPostgres({ version: this.version, existing: { dataDir, password } });
    try {
      return await server.sql(query);
    } finally {
      await server.dispose();
    }
  }

  warnings(): string[] {
    return this.events.filter(({ level }) => level === 'warning').map(({ message }) => message);
  }

  async dispose(): Promise<void> {
    await this.server.dispose();
    await this.store.close();
    await this.#remove();
  }

  #options() {
    return { address: this.server.address, checkpoint: 'fast' } as const;
  }
}

async function newStore(folder: string): Promise<ObjectStore> {
  await mkdir(folder);
  return openStore(pathToFileURL(folder).href);
}
