import type { SourceOf } from '../../../plan/compiled.ts';
import { setupOf } from './of-source.ts';
import { takesDumps, takesPhysical } from './settings.ts';

type Source = SourceOf<'postgresql'>;

/** Lines of `pg_hba.conf` that let the backups of a source in, and nobody else. They stand before others. */
export function hbaLines(source: Source): string[] {
  const { server } = source.settings;
  const { role, clients = ['all'] } = setupOf(source);
  const type = server.tls === 'disable' ? 'host' : 'hostssl';
  const databases = [
    ...(takesPhysical(source) ? ['replication'] : []),
    takesDumps(source) ? 'all' : quoted(server.database),
  ];
  return databases.flatMap((database) =>
    clients.map((client) => `${type} ${database} ${role} ${client} scram-sha-256`),
  );
}

/**
 * A whole `pg_hba.conf` for a server in a container: what backups need, and what images of PostgreSQL have by themselves.
 * Roles that may not replicate are stopped by that, not by the line.
 * @param local for connections inside of the container
 */
export const wholeHba = (source: Source, local: 'trust' | 'scram-sha-256' = 'trust'): string[] => [
  ...hbaLines(source),
  `local all all ${local}`,
  'host all all 127.0.0.1/32 scram-sha-256',
  'host all all ::1/128 scram-sha-256',
  'host replication all all scram-sha-256',
  'host all all all scram-sha-256',
];

/** Quotes also take their meaning from names such as `all`. */
const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.includes(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;

const KEYWORDS = ['all', 'replication', 'sameuser', 'samerole', 'samegroup'];
