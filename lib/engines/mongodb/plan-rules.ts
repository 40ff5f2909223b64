import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import { hasRow } from '../../plan/values/rule.ts';
import type { mongodbSourceSchema } from './plan.ts';

/** Endings of the host names of servers that speak MongoDB's protocol and have change streams instead of an oplog. */
const WITHOUT_OPLOG = /\.docdb\.amazonaws\.com(\.cn)?$|\.mongo\.cosmos\.azure\.com$/i;

export function mongodbRemarks(config: z.output<typeof mongodbSourceSchema>): Remark[] {
  const { service } = config.server;
  if (!WITHOUT_OPLOG.test(service) || !hasRow(config, 'oplog')) return [];
  return [
    {
      code: 'TM601',
      severity: 'error',
      keys: ['server', 'service'],
      message: `${service} is a managed server without an oplog, so nothing between two dumps can be stored`,
      remedy: 'remove the oplog row and take dumps more often, or use the backups of its provider',
    },
  ];
}
