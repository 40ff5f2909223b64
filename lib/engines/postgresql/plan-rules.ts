import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import type { Kind } from '../../plan/values/rows.ts';
import type { postgresqlSourceSchema } from './plan.ts';
import { dumpRemarks } from './plan-dumps.ts';

type Config = z.output<typeof postgresqlSourceSchema>;

/** Endings of the host names of managed servers, which do not speak the physical replication protocol. */
const MANAGED = /\.rds\.amazonaws\.com(\.cn)?$|\.database\.azure\.com$|\.neon\.tech$/i;

/** Versions from which on the server writes what an incremental base backup is made from. */
const INCREMENTAL_FROM = 17;

export function postgresqlRemarks(config: Config): Remark[] {
  const managed = MANAGED.test(config.server.service);
  return [
    ...(managed ? managedRemarks(config) : []),
    ...dumpRemarks(config, managed),
    ...loadRemarks(config),
    ...restoreRemarks(config),
  ];
}

function loadRemarks({ load, protect, server: { database } }: Config): Remark[] {
  if (!load) return [];
  const row = protect.find(({ kind }) => kind === 'logical');
  if (row?.kind === 'logical') {
    if (row.databases === 'all' || row.databases.includes(database)) return [];
    return [
      {
        code: 'TM622',
        severity: 'error',
        keys: ['load'],
        message: `load makes a job that loads the newest dump of ${database}, and the logical row dumps ${row.databases.join(', ')}`,
        remedy: `add '${database}' to its databases, or leave load out`,
      },
    ];
  }
  return [
    {
      code: 'TM620',
      severity: 'error',
      keys: ['load'],
      message: 'load makes a job that loads the newest dump, and there are no dumps',
      remedy: "add a row logical({ at: '02:30' }) to protect, or leave load out",
    },
  ];
}

/** A job that can only fail is worse than none: it is found out when it is needed. */
function restoreRemarks({ restore, protect }: Config): Remark[] {
  if (!restore || protect.some(({ kind }) => kind === 'full')) return [];
  return [
    {
      code: 'TM621',
      severity: 'error',
      keys: ['restore'],
      message:
        'restore makes a job that recovers a data directory out of base backups, and there are none',
      remedy:
        "add a row full({ at: '03:00' }) to protect, or leave restore out: dumps come back with load",
    },
  ];
}

function managedRemarks({ server: { service }, protect }: Config): Remark[] {
  const keys = ['server', 'service'];
  const physical = protect.filter(({ kind }) => kind !== 'logical').map(({ kind }) => kind);
  if (physical.length > 0) {
    return [
      {
        code: 'TM601',
        severity: 'error',
        keys,
        message: `${service} is a managed server: those offer no physical replication protocol, so no ${physical.join(', ')} backups can be taken`,
        remedy:
          "write logical({ at: '02:30', globals: 'without-passwords' }) as its only row, and use the backups of its provider, such as AWS Backup, for recovery to a moment",
      },
    ];
  }
  return [
    {
      code: 'TM617',
      severity: 'warning',
      keys,
      message: `${service} is a managed server, of which dumps alone can be taken: what changed after the last one is not in them, and there is no recovery to a moment`,
      remedy:
        'use the backups of its provider beside the dumps, such as AWS Backup with continuous recovery points, and accept this with an exemption that says so',
    },
  ];
}

export function postgresqlNotDerived({ server }: Config, kind: Kind): string | undefined {
  if (kind !== 'incremental' || Number(server.version) >= INCREMENTAL_FROM) return undefined;
  return `PostgreSQL ${server.version} has no incremental base backups (${INCREMENTAL_FROM} and later have)`;
}
