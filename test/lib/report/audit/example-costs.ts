import type { Audit } from '../../../../lib/audit/model.ts';
import { REGIONS } from './example-rows.ts';

type Costs = NonNullable<Audit['costs']>;

const GIB = 1024 ** 3;

const row = (
  role: 'primary' | 'replica',
  changes: Partial<Costs['rows'][number]>,
): Costs['rows'][number] => ({
  source: 'database',
  kind: 'full',
  tier: 'daily',
  class: '30d',
  role,
  region: REGIONS[role],
  storageClass: 'STANDARD',
  backups: 26.5,
  bytes: 3183 * GIB,
  grows: false,
  storage: 73.2,
  requests: 1.94,
  replication: role === 'primary' ? 105.96 : 0,
  verification: role === 'primary' ? 7.09 : 0,
  ...changes,
});

const LOG = { kind: 'wal', tier: null, class: '7d', backups: null, bytes: 32 * GIB } as const;
const COLD = { tier: 'monthly', class: '366d-cold', storageClass: 'GLACIER_IR' } as const;

/** One source of known size, another one that nobody has measured. */
export const COSTS: Costs = {
  prices: { asOf: '2026-07-01', region: 'us-east-1', source: 'AWS Price List: AmazonS3' },
  regions: [
    { region: REGIONS.primary, ratio: 1.0652 },
    { region: REGIONS.replica, ratio: null },
  ],
  sizes: [{ source: 'database', fullBytes: 120 * GIB, perDayBytes: 4 * GIB, from: 'plan' }],
  unknown: ['cache'],
  rows: [
    row('primary', { ...LOG, storage: 0.74, requests: 0.26, replication: 4.26, verification: 0 }),
    row('replica', { ...LOG, storage: 0.74, requests: 0.26 }),
    row('primary', {}),
    row('replica', {}),
    row('primary', { ...COLD, storage: 5.33, requests: 0.00002, replication: 0, grows: true }),
    row('replica', { ...COLD, storage: 5.33, requests: 0.00002 }),
  ],
  fixed: [
    { what: 'KMS keys', count: 4, usd: 4 },
    { what: 'alarms', count: 34, usd: 3.4 },
  ],
  moved: [],
  storageClasses: [
    { name: 'STANDARD', gibMonthUsd: 0.023, minimumDays: 0, immediate: true, paysFromDays: null },
    { name: 'GLACIER_IR', gibMonthUsd: 0.004, minimumDays: 90, immediate: true, paysFromDays: 52 },
    {
      name: 'DEEP_ARCHIVE',
      gibMonthUsd: 0.00099,
      minimumDays: 180,
      immediate: false,
      paysFromDays: null,
    },
  ],
  totalUsd: 301.75,
};
