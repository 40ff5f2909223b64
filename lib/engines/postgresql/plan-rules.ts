import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import type { Kind } from '../../plan/values/rows.ts';
import type { postgresqlSourceSchema } from './plan.ts';

type Config = z.output<typeof postgresqlSourceSchema>;

/** Endings of the host names of managed servers, which do not speak the physical replication protocol. */
const MANAGED = /\.rds\.amazonaws\.com(\.cn)?$|\.database\.azure\.com$|\.neon\.tech$/i;

/** Versions from which on the server writes what an incremental base backup is made from. */
const INCREMENTAL_FROM = 17;

export function postgresqlRemarks({ server, protect }: Config): Remark[] {
  const { service } = server;
  if (!MANAGED.test(service) || protect.every(({ kind }) => kind === 'logical')) return [];
  return [
    {
      code: 'TM601',
      severity: 'error',
      keys: ['server', 'service'],
      message: `${service} is a managed server: those offer no physical replication protocol, so no base backup can be taken`,
      remedy: 'use the backups of its provider for this server, and leave it out of the plan',
    },
  ];
}

export function postgresqlNotDerived({ server }: Config, kind: Kind): string | undefined {
  if (kind !== 'incremental' || Number(server.version) >= INCREMENTAL_FROM) return undefined;
  return `PostgreSQL ${server.version} has no incremental base backups (${INCREMENTAL_FROM} and later have)`;
}
