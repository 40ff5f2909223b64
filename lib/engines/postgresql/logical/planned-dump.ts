import type { Dump } from '../../../plan/values/dump.ts';
import { NoSuchRowError } from '../../backup-run.ts';
import type { PostgresqlRun } from '../run.ts';

/** What the plan's logical row wants dumped. @throws NoSuchRowError if there is no such row */
export function plannedDump({ name, protections }: PostgresqlRun['source']): Dump {
  const dump = protections.find(({ kind }) => kind === 'logical')?.dump;
  if (dump) return dump;
  throw new NoSuchRowError(
    `the plan takes no logical backups of ${name}; add logical({ at: '02:30' }) to sources.${name}.protect`,
  );
}
