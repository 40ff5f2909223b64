import type { RoleUse } from '../../../lib/access/role-names.ts';

/** What describes backups. */
const DESCRIBED = ['reads a manifest', 'reads the log', 'reads what was done', 'lists manifests'];
const DESCRIBED_OF_OTHERS = [
  'reads a manifest of another source',
  'reads what was done with another source',
];
const DATA = ['reads data', 'reads data that an older plan kept', 'reads hidden data'];
const READS = [...DESCRIBED, ...DATA, 'lists hidden ones'];
const OTHERS = [...DESCRIBED_OF_OTHERS, 'reads data of another source'];

interface Row {
  readonly use: RoleUse;
  /** @default in both regions */
  readonly in?: 'primary';
  readonly always: readonly string[];
  /** Besides, in environments with this lock. */
  readonly with?: Partial<Record<'governance' | 'compliance', readonly string[]>>;
}

const LOCKING = ['locks what it adds for its class', 'lengthens a lock'];

/** All that each role may do. What is in no row, and that is every way to lose a backup, no role may. */
export const ALLOWED: readonly Row[] = [
  {
    use: 'writer',
    always: [...DESCRIBED, 'adds a manifest', 'adds data', 'adds to the log', 'records a backup'],
    with: { governance: LOCKING, compliance: LOCKING },
  },
  {
    use: 'restorer',
    always: [...READS, 'reads data in the other region', 'thaws data', 'records a restore'],
  },
  {
    use: 'verifier',
    always: [
      ...READS,
      'records a verification',
      'records a drill',
      'reads evidence',
      'adds evidence of a verification',
      'holds',
      'releases',
    ],
  },
  {
    use: 'break-glass',
    always: [
      ...READS,
      ...OTHERS,
      'reads data in the other region',
      'thaws data',
      'thaws data of another source',
    ],
    with: { governance: ['removes data', 'removes locked data'] },
  },
  { use: 'replication', always: ['lists manifests'] },
  {
    use: 'verify-checksum',
    in: 'primary',
    always: [
      ...DESCRIBED,
      ...DESCRIBED_OF_OTHERS,
      'lists hidden ones',
      'reads evidence',
      'records a verification',
      'records a verification of another source',
      // A key with a date of any form, but of a verification.
      'records a verification in the folder of a backup',
      'adds evidence of a verification',
      'adds evidence about another source',
      'holds',
      'releases',
    ],
  },
  { use: 'verify-part', in: 'primary', always: [...READS, ...OTHERS] },
  {
    use: 'checksum-jobs',
    in: 'primary',
    always: [...DATA, 'reads data of another source'],
  },
  {
    use: 'exporter',
    always: [...DESCRIBED.filter((what) => what !== 'reads the log'), ...DESCRIBED_OF_OTHERS],
  },
  { use: 'alert-stale', in: 'primary', always: [...DESCRIBED, ...DESCRIBED_OF_OTHERS] },
];
