import type { Control } from './control.ts';
import { copiedElsewhere } from './copying.ts';
import { restoreTried } from './drills.ts';
import { anything, automated, withinObjectives } from './jobs.ts';
import { restorable } from './restoring.ts';
import { keptAsPromised } from './retention.ts';
import { reread, watched } from './watching.ts';

const framework = 'hipaa';

/** HIPAA Security Rule, 45 CFR 164.308(a)(7). */
export const HIPAA: readonly Control[] = [
  {
    id: '164.308(a)(7)(i)',
    framework,
    title: 'Contingency plan',
    statement:
      'Backups in two regions and the means to restore them are the technical part of a contingency plan.',
    core: [automated, restorable],
    beside: [copiedElsewhere, watched],
    byPeople: [
      'the policies and procedures for an emergency, and operation while it lasts, are your organisation’s',
    ],
  },
  {
    id: '164.308(a)(7)(ii)(A)',
    framework,
    title: 'Data backup plan',
    statement:
      'Every source of the plan is backed up by jobs and kept as promised; every stored byte is read again and compared with what was written; every source can be restored in either region. Whether all of your protected health information is in these sources, you decide.',
    core: [automated, restorable],
    beside: [withinObjectives, keptAsPromised, reread],
  },
  {
    id: '164.308(a)(7)(ii)(B)',
    framework,
    title: 'Disaster recovery plan',
    statement:
      'The second copy is in another region, where the roles that restore every source exist already. The procedure is in Tidemark’s documentation; that your people can carry it out is shown by drills: see (D).',
    core: [anything, copiedElsewhere, restorable],
  },
  {
    id: '164.308(a)(7)(ii)(D)',
    framework,
    title: 'Testing and revision procedures',
    statement: 'A restore drill on record tests the recovery of a source.',
    core: [restoreTried],
    byPeople: ['the revision of the contingency plan after a test is your organisation’s'],
  },
];
