import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import type { redisSourceSchema } from './plan.ts';

/** Endings of the host names of managed servers, which refuse SYNC and PSYNC to everybody. */
const MANAGED = /\.cache\.amazonaws\.com(\.cn)?$|\.redis\.cache\.windows\.net$/i;

export function redisRemarks({
  server: { service },
}: z.output<typeof redisSourceSchema>): Remark[] {
  if (!MANAGED.test(service)) return [];
  return [
    {
      code: 'TM601',
      severity: 'error',
      keys: ['server', 'service'],
      message: `${service} is a managed server: those refuse the replication stream that snapshots are read from, and their disk is out of reach`,
      remedy: 'use the backups of its provider for this server, and leave it out of the plan',
    },
  ];
}
