import type { PostgresqlLogicalPosition } from '../../../catalog/logical-position.ts';
import type { Manifest } from '../../../catalog/manifest.ts';

/** A backup of dumps: one archive for each database, roles, rows as CSV. */
export type LogicalManifest = Manifest & { readonly position: PostgresqlLogicalPosition };

export const isLogical = (manifest: Manifest): manifest is LogicalManifest =>
  manifest.position.engine === 'postgresql-logical';
