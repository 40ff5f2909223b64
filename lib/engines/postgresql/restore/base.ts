import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedError } from '../../../catalog/errors.ts';
import { openFile } from '../../../catalog/files.ts';
import { OWN_WAL } from '../../../catalog/keys.ts';
import type { Manifest, ManifestFile, PhysicalManifest } from '../../../catalog/manifest.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { backupManifestOf, isBackupManifest } from '../base-backup-files.ts';
import { type BackupManifest, parseBackupManifest } from './backup-manifest.ts';
import { extractArchive, makeDirectory } from './extract.ts';
import { writeOwned } from './private-configuration.ts';
import type { Target } from './target.ts';

const TABLESPACE_MAP = 'tablespace_map';

export interface BaseOptions {
  readonly store: ObjectStore;
  readonly backup: PhysicalManifest;
  /** Where it goes; nothing else is there. */
  readonly place: Pick<Target, 'dataDir' | 'tablespaces' | 'owner'>;
  readonly signal: AbortSignal;
  /** Called with the decoded bytes that came since the last call. */
  readonly onBytes: (bytes: number) => void;
}

/** The archives and PostgreSQL's manifest: everything of a backup but its own WAL. */
export function baseFiles(backup: Manifest): ManifestFile[] {
  return backup.files.filter(({ name }) => !name.startsWith(`${OWN_WAL}/`));
}

/** Unpacks a full backup, ready to be recovered. @throws as `unpackBase` */
export async function restoreBase(options: BaseOptions): Promise<void> {
  await unpackBase(options);
  const { backup, place } = options;
  await mapTablespaces(
    place,
    backup.position.tablespaces.map(({ oid }) => oid),
  );
}

/**
 * Unpacks a base backup: every byte is checked against Tidemark's digests on its way, every file against
 * PostgreSQL's manifest, as `pg_verifybackup -n` does.
 * @param keepManifest also writes that manifest, which has no use but for combining backups. @default false
 * @throws DamagedError; whatever the store throws
 */
export async function unpackBase({
  keepManifest = false,
  ...options
}: BaseOptions & { readonly keepManifest?: boolean }): Promise<void> {
  const { backup, place, signal } = options;
  const bytes = await readBackupManifest(options);
  const expected = new Map(checkedManifest(backup, bytes).files);
  const tablespaces = new Map(backup.position.tablespaces.map((t) => [t.file, t.oid]));
  for (const file of baseFiles(backup)) {
    if (isBackupManifest(file)) continue;
    const oid = tablespaces.get(file.name);
    const into = oid === undefined ? place.dataDir : join(place.tablespaces, oid);
    await makeDirectory(into, place.owner);
    await extractArchive(read(file, options), {
      archive: `${backup.id}/${file.name}`,
      into,
      prefix: oid === undefined ? '' : `pg_tblspc/${oid}/`,
      expected,
      owner: place.owner,
      signal,
    });
  }
  const missing = [...expected.keys()];
  if (missing.length > 0) {
    throw new DamagedError(
      `${backup.id} lacks ${missing.length} files that its backup_manifest names, such as ${JSON.stringify(missing[0])}`,
    );
  }
  if (keepManifest) await writeOwned(join(place.dataDir, 'backup_manifest'), bytes, place.owner);
}

async function* read(
  file: ManifestFile,
  { store, backup, signal, onBytes }: BaseOptions,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of openFile(store, backup, file, { signal })) {
    yield chunk;
    onBytes(chunk.length);
  }
}

async function readBackupManifest(options: BaseOptions): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of read(backupManifestOf(options.backup), options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function checkedManifest(backup: PhysicalManifest, bytes: Buffer): BackupManifest {
  const manifest = parseBackupManifest(bytes);
  const { systemId, startLsn, endLsn } = backup.position;
  if (manifest.systemId !== null && manifest.systemId !== systemId) {
    throw new DamagedError(
      `${backup.id} says that it is of the cluster ${systemId}, its backup_manifest says ${manifest.systemId}`,
    );
  }
  if (manifest.walRanges.at(0)?.start !== startLsn || manifest.walRanges.at(-1)?.end !== endLsn) {
    throw new DamagedError(
      `${backup.id} says that it needs WAL from ${startLsn} to ${endLsn}, its backup_manifest says otherwise`,
    );
  }
  return manifest;
}

/** The server makes the links of tablespaces from this file when it starts to recover. */
export async function mapTablespaces(
  place: BaseOptions['place'],
  oids: readonly string[],
): Promise<void> {
  if (oids.length === 0) return;
  const path = join(place.dataDir, TABLESPACE_MAP);
  const lines = oids.map((oid) => `${oid} ${escapeLocation(join(place.tablespaces, oid))}\n`);
  // Emptied instead of replaced: owner and mode stay.
  await truncate(path);
  await writeFile(path, lines.join(''));
}

function escapeLocation(location: string): string {
  return location.replaceAll(/[\n\r\\]/g, (character) => `\\${character}`);
}
