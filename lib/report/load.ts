import type { LoadResult } from '../engines/postgresql/load/load.ts';
import type { RolesResult } from '../engines/postgresql/load/load-roles.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { table } from './format.ts';

/** As many tables as a person reads. */
const SHOWN = 40;

/** What was loaded, and the rows of each table before and after. */
export function loadText({ backup, target, kept, rows, seconds }: LoadResult): string {
  const tables = Object.entries(rows);
  const lines = [`loaded ${target} from ${backup} in ${formatSeconds(seconds)}`];
  if (tables.length > 0) {
    const shown = tables
      .slice(0, SHOWN)
      .map(([name, { before, backup, after }]) => [name, ...[before, backup, after].map(count)]);
    lines.push(indented(table(['rows of', 'before', 'backup', 'now'], shown)));
  }
  if (tables.length > SHOWN) lines.push(`  and ${tables.length - SHOWN} more tables`);
  if (kept !== null) {
    lines.push(`  kept    what was there is ${kept}; drop it when nobody misses it`);
  }
  return lines.join('\n');
}

/** Which roles were made, and what is left to do. */
export function rolesText({ backup, made, kept, tablespaces }: RolesResult): string {
  const lines = [
    `roles from ${backup}`,
    `  made    ${made.join(', ') || 'none'}`,
    `  kept    ${kept.join(', ') || 'none'}`,
  ];
  if (tablespaces.length > 0) {
    lines.push(
      `  lacking the tablespaces ${tablespaces.join(', ')}: make them, or load with --no-tablespaces`,
    );
  }
  return lines.join('\n');
}

const count = (rows: number | null): string => (rows === null ? '-' : String(rows));

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
