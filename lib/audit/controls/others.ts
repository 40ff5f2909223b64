import { isCrossAccount } from '../../plan/account.ts';
import type { Control } from './control.ts';
import { apart, copiedElsewhere } from './copying.ts';
import { restoreTried } from './drills.ts';
import { closed, encryptedAtRest, encryptedInTransit, noOtherKey } from './encryption.ts';
import { anything, automated, weekly, withinObjectives } from './jobs.ts';
import { restorable } from './restoring.ts';
import { keptAsPromised, locked } from './retention.ts';
import { reread, watched } from './watching.ts';

/** CIS Critical Security Controls, version 8. */
export const CIS: readonly Control[] = [
  {
    id: '11.2',
    framework: 'cis-v8',
    title: 'Perform automated backups',
    statement:
      'Every source of the plan is backed up by jobs, at least weekly. Assets that the plan does not name are not backed up by it.',
    core: [automated, weekly],
  },
  {
    id: '11.3',
    framework: 'cis-v8',
    title: 'Protect recovery data',
    statement:
      'Both copies are encrypted with keys of their own, cannot be made public and refuse requests without TLS. Whether that is as much as you do for the original data, you decide.',
    core: [anything, encryptedAtRest, closed],
    beside: [noOtherKey, encryptedInTransit],
  },
  {
    id: '11.4',
    framework: 'cis-v8',
    title: 'Establish and maintain an isolated instance of recovery data',
    statement: (compiled) =>
      `A second copy is in another region, and deletions are not repeated there. ${
        isCrossAccount(compiled)
          ? 'It is in an account of its own, whose roles and keys are not those of the first. The first one’s replication can write over it: what keeps the copies then is the object lock.'
          : 'Both copies are in one account: what isolates them from its administrators is the object lock.'
      } A lock in governance mode can be ended by whoever holds the permission to bypass it.`,
    core: [anything, copiedElsewhere, apart],
    beside: [locked],
  },
  {
    id: '11.5',
    framework: 'cis-v8',
    title: 'Test data recovery',
    statement: 'A restore drill on record tests the recovery of a source.',
    core: [restoreTried],
    byPeople: ['that a test took place in every quarter is read from the dates of the drills'],
  },
];

/** AICPA Trust Services Criteria, availability. */
export const SOC2: readonly Control[] = [
  {
    id: 'A1.2',
    framework: 'soc2',
    title: 'Backup processes and recovery infrastructure',
    statement:
      'Of A1.2 the data backup processes and the recovery infrastructure: jobs back up every source, people are told when one fails or is missing, and the second region has a copy and the roles that restore it. Environmental protections are AWS’s and yours.',
    core: [automated, watched],
    beside: [withinObjectives, keptAsPromised, copiedElsewhere, restorable],
  },
  {
    id: 'A1.3',
    framework: 'soc2',
    title: 'Recovery procedures are tested',
    statement:
      'A restore drill on record tests the recovery of a source against its objective. Reading stored bytes again is no test of recovery and does not count here.',
    core: [restoreTried],
  },
];

export const ISO: readonly Control[] = [
  {
    id: 'A.8.13',
    framework: 'iso-27001',
    title: 'Information backup',
    statement:
      'Backups of every source are maintained as the plan says. They are regularly tested where drills are on record; reading stored bytes again is a part of that test and not the whole.',
    core: [automated, keptAsPromised],
    beside: [encryptedAtRest, copiedElsewhere, watched, reread, restoreTried],
  },
];
