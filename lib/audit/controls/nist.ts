import { isCrossAccount } from '../../plan/account.ts';
import type { Control } from './control.ts';
import { apart, copiedElsewhere, copiedInTime } from './copying.ts';
import { restoreTried } from './drills.ts';
import { closed, encryptedAtRest, encryptedInTransit, noOtherKey } from './encryption.ts';
import { anything, automated, everyTransaction, withinObjectives } from './jobs.ts';
import { restorable } from './restoring.ts';
import { keptAsPromised } from './retention.ts';
import { reread, watched } from './watching.ts';

const framework = 'nist-800-53';

/** NIST SP 800-53 revision 5. */
export const NIST: readonly Control[] = [
  {
    id: 'CP-4',
    framework,
    title: 'Contingency plan testing',
    statement:
      'A restore drill on record tests the recovery of a source. Reading stored bytes again is no such test and does not count here.',
    core: [restoreTried],
    byPeople: [
      'the test of the whole contingency plan, its review and the corrections that follow are your organisation’s',
    ],
  },
  {
    id: 'CP-6',
    framework,
    title: 'Alternate storage site',
    statement:
      'Every object is copied to a bucket in another region, which is encrypted, closed and kept for as long as the first one, and from which every source can be restored. The agreement with AWS is yours.',
    core: [anything, copiedElsewhere, restorable],
    beside: [encryptedAtRest, noOtherKey, encryptedInTransit, closed, keptAsPromised],
  },
  {
    id: 'CP-6(1)',
    framework,
    title: 'Alternate storage site: separation from primary site',
    statement: (compiled) =>
      `The two copies are in different AWS regions, and what is deleted in one stays in the other. ${
        isCrossAccount(compiled)
          ? 'Each is in an AWS account of its own. Replication writes from the one to the other: what an intruder in the first account writes over the copies hides them, and an object lock keeps them.'
          : 'Both are in one AWS account: a threat to the account is a threat to both.'
      }`,
    core: [anything, copiedElsewhere, apart],
  },
  {
    id: 'CP-9',
    framework,
    title: 'System backup',
    statement:
      'Every source of the plan is backed up by jobs on a schedule that keeps its recovery point objective, encrypted and kept as promised. What the plan does not name, such as documentation of the system, is not backed up by it.',
    core: [automated],
    beside: [withinObjectives, keptAsPromised, encryptedAtRest, encryptedInTransit, watched],
  },
  {
    id: 'CP-9(1)',
    framework,
    title: 'System backup: testing for reliability and integrity',
    statement:
      'Every stored byte of every source is read again on a schedule and compared with the digest of what was written; people are told of a difference. That a backup can be restored is not shown by this: see CP-4.',
    core: [anything, reread],
  },
  {
    id: 'CP-9(5)',
    framework,
    title: 'System backup: transfer to alternate storage site',
    statement:
      'Objects are copied to the other region as they are written, within a time that S3 measures. Where that time does not fit into an objective, the sources are named.',
    core: [anything, copiedElsewhere],
    beside: [copiedInTime],
  },
  {
    id: 'CP-9(8)',
    framework,
    title: 'System backup: cryptographic protection',
    statement:
      'Both copies are encrypted with KMS keys of their own that are rotated, no object can be stored under another key, and requests without TLS are refused.',
    core: [anything, encryptedAtRest, encryptedInTransit],
    beside: [noOtherKey],
  },
  {
    id: 'CP-10(2)',
    framework,
    title: 'System recovery and reconstitution: transaction recovery',
    statement:
      'The log of transactions is stored continuously and copied to another region, so that a source is recovered up to the failure and not only as of its last backup. For sources without transactions the control does not apply; which those are, you decide.',
    core: [everyTransaction],
    beside: [copiedElsewhere, withinObjectives],
  },
];
