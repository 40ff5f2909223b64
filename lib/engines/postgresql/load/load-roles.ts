import { ThawPendingError } from '../../../catalog/errors.ts';
import type { ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import { recordRestore } from '../../restore-record.ts';
import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import { logicalBackups } from './choose-backup.ts';
import { LoadRefusedError } from './errors.ts';
import { fetchFile, withScratch } from './fetch.ts';
import { type GlobalsLoad, loadGlobals } from './globals.ts';
import { ensureReadable } from './readable.ts';

interface LoadRolesOptions {
  readonly address: ServerAddress;
  /** The only backup to take them from. @default the newest one that has them */
  readonly backup: string | undefined;
  readonly scratch: string | undefined;
  readonly thaw?: ThawOrder;
}

export interface RolesResult extends GlobalsLoad {
  readonly backup: string;
}

/**
 * Brings the roles of a logical backup back that the server lacks.
 * @throws LoadRefusedError, ArchivedError, ThawPendingError, LockHeldError; DamagedError
 */
export async function loadRoles(
  context: PostgresqlRun,
  { address, backup: wanted, scratch, thaw }: LoadRolesOptions,
): Promise<RolesResult> {
  const run = withHidden(context);
  const startedAt = run.now();
  let id = wanted ?? null;
  const recorded = { startedAt, target: 'roles' };
  try {
    const backups = await logicalBackups(run, wanted === undefined);
    const backup = backups.find(
      ({ id, position }) => position.globals !== null && (wanted === undefined || id === wanted),
    );
    if (!backup?.position.globals) {
      throw new LoadRefusedError(
        `${wanted ?? 'no logical backup of the source'} holds${wanted === undefined ? '' : ' no'} roles; see the backups with: tidemark list`,
      );
    }
    id = backup.id;
    const { file } = backup.position.globals;
    await ensureReadable(run, backup, file, thaw);
    const found = await withScratch(scratch, async (folder) =>
      loadGlobals(run, await fetchFile(run, backup, file, folder), address),
    );
    await recordRestore(run, { ...recorded, backup: id, error: null });
    return { backup: id, ...found };
  } catch (error) {
    if (error instanceof ThawPendingError) throw error;
    await recordRestore(run, { ...recorded, backup: id, error });
    throw error;
  }
}
