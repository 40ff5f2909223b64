import type { PostgresqlLogicalPosition } from '../../lib/catalog/logical-position.ts';
import { BackupWriter } from '../../lib/catalog/writer.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';

export type Header = ConstructorParameters<typeof BackupWriter>[1];
export type End = Parameters<BackupWriter['commit']>[0];

/** What a base backup of the plan `shop` begins with, with changes. */
export const header = (changes: Partial<Header> = {}): Header => ({
  id: '20261121T030000Z-full-0a1b2c3d',
  plan: 'shop',
  environment: 'production',
  source: 'database',
  engine: 'postgresql',
  kind: 'full',
  tier: 'daily',
  class: '30d',
  startedAt: '2026-11-21T03:00:00.000Z',
  parent: null,
  ...changes,
});

/** What it ends with. */
export const end = (changes: Partial<End> = {}): End => ({
  serverVersion: '18.4',
  completedAt: '2026-11-21T03:10:00.000Z',
  consistentAt: '2026-11-21T03:09:00.000Z',
  position: {
    engine: 'postgresql',
    systemId: '7575757575757575757',
    timeline: 1,
    startLsn: '0/2000028',
    endLsn: '0/2000120',
    walSegmentSize: 16 * 1024 * 1024,
    tablespaces: [],
  },
  counts: {},
  ...changes,
});

/** One chunk after the other. */
export async function* chunks(...contents: readonly (string | Uint8Array)[]) {
  for (const content of contents) {
    yield typeof content === 'string' ? Buffer.from(content) : content;
  }
}

/** Writes a small backup that was consistent at a moment, ISO 8601. */
export async function writeBackup(
  store: ObjectStore,
  at: string,
  changes: Partial<Header> = {},
  ending: Partial<End> = {},
) {
  const kind = changes.kind ?? 'full';
  const id = `${at.slice(0, 19).replace(/[-:]/g, '')}Z-${kind}-00000000`;
  const writer = new BackupWriter(store, header({ id, startedAt: at, ...changes }));
  await writer.writeFile('base.tar', chunks(at), { encoding: 'zstd' });
  return writer.commit(end({ consistentAt: at, completedAt: at, ...ending }));
}

interface LogicalOptions {
  readonly databases: readonly string[];
  /** @default false */
  readonly complete?: boolean;
  /** @default null: everything in each database */
  readonly tables?: readonly string[];
  /** @default true */
  readonly data?: boolean;
  /** @default true */
  readonly globals?: boolean;
}

/** The position of a dump; its tables are in the schema `public`. */
export function logicalPosition(options: LogicalOptions): PostgresqlLogicalPosition {
  const { databases, complete = false, tables, data = true, globals = true } = options;
  return {
    engine: 'postgresql-logical',
    systemId: null,
    complete,
    globals: globals ? { file: 'globals.sql.zst', passwords: true } : null,
    databases: databases.map((name) => ({
      name,
      file: `databases/${name}.dump.zst`,
      data,
      tables: tables?.map((table) => ({ schema: 'public', name: table })) ?? null,
      snapshotAt: '2026-11-21T03:00:00.000Z',
      csv: [],
    })),
  };
}
