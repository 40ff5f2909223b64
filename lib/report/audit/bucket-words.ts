import type { Purpose } from '../../audit/buckets/model.ts';

/** What a bucket is for. */
export const PURPOSE = {
  backups: 'Backups',
  evidence: 'What verifications and drills found',
  velero: 'Velero',
} as const satisfies Record<Purpose, string>;
