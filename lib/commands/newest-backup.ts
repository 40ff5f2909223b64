import type { BackupKind } from '../catalog/manifest.ts';
import { readBackups } from '../catalog/reader.ts';
import { BackupNotFoundError } from '../engines/verify.ts';
import type { ObjectStore } from '../stores/store.ts';

/** The id of the newest backup that somebody gave a label, or of a kind. @throws BackupNotFoundError */
export async function newestBackup(
  store: ObjectStore,
  source: string,
  wanted: { readonly label: string } | { readonly kind: BackupKind },
): Promise<string> {
  const isWanted = (backup: { readonly label?: string | undefined; readonly kind: string }) =>
    'label' in wanted ? backup.label === wanted.label : backup.kind === wanted.kind;
  const found = (await readBackups(store, source)).findLast(isWanted);
  if (found) return found.id;
  const what = 'label' in wanted ? `with the label ${wanted.label}` : `of the kind ${wanted.kind}`;
  throw new BackupNotFoundError(
    `${store.url} has no backup of ${source} ${what}; see them with: tidemark list`,
  );
}
