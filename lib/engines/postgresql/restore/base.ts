import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedError } from '../../../catalog/errors.ts';
import { openFile } from '../../../catalog/files.ts';
import { OWN_WAL } from '../../../catalog/keys.ts';
import type { Manifest, ManifestFile, PhysicalManifest } from '../../../catalog/manifest.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { BACKUP_MANIFEST } from '../base-backup-files.ts';
import { type BackupManifest, parseBackupManifest } from './backup-manifest.ts';
import { extractArchive, makeDirectory } from './extract.ts';
import type { Target } from './target.ts';

const TABLESPACE_MAP = 'tablespace_map';

interface BaseOptions {
  readonly store: ObjectStore;
  readonly backup: PhysicalManifest;
  readonly target: Target;
  readonly signal: AbortSignal;
  /** Called with the decoded bytes that came since the last call. */
  readonly onBytes: (bytes: number) => void;
}

/** The archives and PostgreSQL's manifest: everything of a backup but its own WAL. */
export function baseFiles(backup: Manifest): ManifestFile[] {
  return backup.files.filter(({ name }) => !name.startsWith(`${OWN_WAL}/`));
}

/**
 * Unpacks a base backup: every byte is checked against Tidemark's digests on its way, every file against
 * PostgreSQL's manifest, as `pg_verifybackup -n` does.
 * @throws DamagedError; whatever the store throws
 */
export async function restoreBase(options: BaseOptions): Promise<void> {
  const { backup, target, signal } = options;
  const manifest = await readBackupManifest(options);
  const expected = new Map(manifest.files);
  const tablespaces = new Map(backup.position.tablespaces.map((t) => [t.file, t.oid]));
  for (const file of baseFiles(backup)) {
    if (isNamed(file, BACKUP_MANIFEST)) continue;
    const oid = tablespaces.get(file.name);
    const into = oid === undefined ? target.dataDir : join(target.tablespaces, oid);
    await makeDirectory(into, target.owner);
    await extractArchive(read(file, options), {
      archive: `${backup.id}/${file.name}`,
      into,
      prefix: oid === undefined ? '' : `pg_tblspc/${oid}/`,
      expected,
      owner: target.owner,
      signal,
    });
  }
  const missing = [...expected.keys()];
  if (missing.length > 0) {
    throw new DamagedError(
      `${backup.id} lacks ${missing.length} files that its backup_manifest names, such as ${JSON.stringify(missing[0])}`,
    );
  }
  if (tablespaces.size > 0) await mapTablespaces(target, [...tablespaces.values()]);
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

async function readBackupManifest(options: BaseOptions): Promise<BackupManifest> {
  const { backup } = options;
  const file = backup.files.find((candidate) => isNamed(candidate, BACKUP_MANIFEST));
  if (!file) throw new DamagedError(`${backup.id} has no ${BACKUP_MANIFEST}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of read(file, options)) chunks.push(chunk);
  const manifest = parseBackupManifest(Buffer.concat(chunks));
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

/** Stored files carry their encoding in their name: `backup_manifest.zst`. */
function isNamed(file: ManifestFile, name: string): boolean {
  return file.name === name || file.name.startsWith(`${name}.`);
}

/** The server makes the links of tablespaces from this file when it starts to recover. */
async function mapTablespaces(target: Target, oids: readonly string[]): Promise<void> {
  const path = join(target.dataDir, TABLESPACE_MAP);
  const lines = oids.map((oid) => `${oid} ${escapeLocation(join(target.tablespaces, oid))}\n`);
  // Emptied instead of replaced: owner and mode stay.
  await truncate(path);
  await writeFile(path, lines.join(''));
}

function escapeLocation(location: string): string {
  return location.replaceAll(/[\n\r\\]/g, (character) => `\\${character}`);
}
