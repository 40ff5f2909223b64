import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BackupWriter } from '../../../../../lib/catalog/writer.ts';
import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { countRows } from '../../../../../lib/engines/postgresql/load/counts.ts';
import type { LogicalManifest } from '../../../../../lib/engines/postgresql/logical/position.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { SOURCE } from '../../../../support/backup-source.ts';
import type { PostgresServer } from '../../../../support/postgres-server.ts';
import { chunks } from '../../../../support/sample-backup.ts';

let made = 0;

interface DumpOptions {
  /** Changes what is stored of an archive. */
  readonly alter?: (counts: Record<string, number>) => Record<string, number>;
  readonly args?: readonly string[];
  /** Instead of the server's own. */
  readonly serverVersion?: string;
}

/** A logical backup by pg_dump itself, so that a load is tested against what PostgreSQL writes. */
export async function dumpInto(
  store: ObjectStore,
  server: PostgresServer,
  databases: readonly string[],
  { alter = (counts) => counts, args = [], serverVersion }: DumpOptions = {},
): Promise<LogicalManifest> {
  const at = new Date(Date.UTC(2026, 10, 21, 3, 0, ++made));
  const id = `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z-logical-${String(made).padStart(8, '0')}`;
  const writer = new BackupWriter(store, {
    id,
    plan: 'shop',
    environment: 'development',
    source: SOURCE,
    engine: 'postgresql',
    kind: 'logical',
    tier: 'daily',
    class: '30d',
    startedAt: at.toISOString(),
    parent: null,
  });
  const dumped: LogicalManifest['position']['databases'] = [];
  const counts: Record<string, number> = {};
  for (const [index, name] of databases.entries()) {
    const child = spawn(join(server.binDir, 'pg_dump'), ['-Fc', '-Z0', ...args], {
      env: { ...clientEnvironment(server), PGDATABASE: name },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const file = await writer.writeFile(`databases/${index}.dump`, child.stdout, {
      encoding: 'zstd',
    });
    dumped.push({
      name,
      file: file.name,
      data: true,
      tables: null,
      snapshotAt: at.toISOString(),
      csv: [],
    });
    const client = await connectSql({ ...server.address, database: name });
    for (const [table, rows] of await countRows(client, name)) counts[table] = rows ?? 0;
    await client.end();
  }
  const { stdout: globals } = await promisify(execFile)(
    join(server.binDir, 'pg_dumpall'),
    ['--globals-only'],
    { env: clientEnvironment(server) },
  );
  const globalsFile = await writer.writeFile('globals.sql', chunks(globals), { encoding: 'zstd' });
  const [version] = await server.sql('SHOW server_version');
  const backup = await writer.commit({
    serverVersion: serverVersion ?? String(version?.server_version).split(' ')[0] ?? '',
    completedAt: at.toISOString(),
    consistentAt: at.toISOString(),
    position: {
      engine: 'postgresql-logical' as const,
      systemId: null,
      complete: true,
      globals: { file: globalsFile.name, passwords: true },
      databases: dumped,
    },
    counts: alter(counts),
  });
  return backup;
}

/** How PostgreSQL's programs reach a server. */
const clientEnvironment = ({ address }: PostgresServer): NodeJS.ProcessEnv => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  PGHOST: address.host,
  PGPORT: String(address.port),
  PGUSER: address.user,
  PGPASSWORD: address.password,
});
