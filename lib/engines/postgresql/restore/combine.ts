import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhysicalManifest } from '../../../catalog/manifest.ts';
import { type BaseOptions, mapTablespaces, unpackBase } from './base.ts';
import { makeDirectory } from './extract.ts';
import type { ChainPrograms } from './programs.ts';
import { runProgram } from './run-program.ts';
import type { Target } from './target.ts';

/** Inside of the data directory: on its file system, whatever is mounted where, and marked as unfinished with it. */
const WORK = 'TIDEMARK-CHAIN';

/** From this major on `pg_combinebackup` links what it takes over as a whole. */
const LINKS_FROM = 18;

interface ChainOptions extends Omit<BaseOptions, 'backup' | 'place'> {
  /** From the full backup to the newest incremental one. */
  readonly backups: readonly PhysicalManifest[];
  readonly target: Target;
  readonly programs: ChainPrograms;
  /** Called when everything is unpacked. */
  readonly combine: () => void;
}

/**
 * Unpacks a full backup and the incremental ones that build on it, each checked like any base backup, and makes one data
 * directory of them, which is checked again against the manifest that comes with it.
 * @throws DamagedError, RecoveryError; whatever the store throws
 */
export async function restoreChain(options: ChainOptions): Promise<void> {
  const { backups, target, programs, signal } = options;
  const { owner } = target;
  const work = join(target.dataDir, WORK);
  await makeDirectory(work, owner);
  const parts: { readonly dataDir: string; readonly tablespaces: string }[] = [];
  for (const [index, backup] of backups.entries()) {
    const place = {
      dataDir: join(work, `${index}`),
      tablespaces: join(work, `${index}-tablespaces`),
    };
    await unpackBase({ ...options, backup, place: { ...place, owner }, keepManifest: true });
    await linkTablespaces(place, oidsOf(backup));
    parts.push(place);
  }
  const newest = backups.at(-1);
  const last = parts.at(-1);
  if (!newest || !last) throw new RangeError('a chain has at least one backup');
  const oids = oidsOf(newest);
  if (oids.length > 0) await makeDirectory(target.tablespaces, owner);
  options.combine();
  const combined = join(work, 'combined');
  const common = { folder: work, owner, signal };
  const moves = oids.flatMap((oid) => [
    '-T',
    `${mapped(join(last.tablespaces, oid))}=${mapped(join(target.tablespaces, oid))}`,
  ]);
  await runProgram({
    ...common,
    program: programs.combine,
    args: [
      // The server that recovers the directory writes it to the disk before anything else.
      ...['--no-sync', '--manifest-checksums=SHA256', ...linking(newest), ...moves],
      ...['-o', combined, ...parts.map(({ dataDir }) => dataDir)],
    ],
  });
  await runProgram({ ...common, program: programs.verify, args: ['-n', '-q', combined] });
  for (const name of await readdir(combined)) {
    await rename(join(combined, name), join(target.dataDir, name));
  }
  await rm(work, { recursive: true });
  await rm(join(target.dataDir, 'backup_manifest'));
  await mapTablespaces(target, oids);
}

const oidsOf = ({ position }: PhysicalManifest): string[] =>
  position.tablespaces.map(({ oid }) => oid);

const linking = ({ serverVersion }: PhysicalManifest): string[] =>
  Number.parseInt(serverVersion, 10) >= LINKS_FROM ? ['--link'] : [];

/** A tar archive with a map of tablespaces has no links to them. */
async function linkTablespaces(
  place: { readonly dataDir: string; readonly tablespaces: string },
  oids: readonly string[],
): Promise<void> {
  for (const oid of oids) {
    await symlink(join(place.tablespaces, oid), join(place.dataDir, 'pg_tblspc', oid));
  }
}

/** As `-T` reads a folder. */
const mapped = (folder: string): string => folder.replaceAll('=', '\\=');
