import type { CASES } from './cases.ts';

/** What each change says, and what the way back says. */
export const SENTENCES = {
  'retention of the only tier': {
    there: [
      'shrinks: database: of what is backed up from now on, recovery points older than 30 days will not exist; until now they were kept up to 90 days',
      'shrinks: database, daily full backups: kept 30 days instead of 90 from now on; nothing removes what is stored already as 90d',
      "changes: nothing removes any more what is stored as 90d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['90d'] into the plan to keep the rules",
    ],
    back: [
      "changes: nothing removes any more what is stored as 30d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['30d'] into the plan to keep the rules",
      'grows: database: the oldest recovery point will be kept 90 days instead of 30',
      'grows: database, daily full backups: kept 90 days instead of 30 from now on; nothing removes what is stored already as 30d',
    ],
  },
  'retention in a class that another row still has': {
    there: [
      'shrinks: database: restores to any moment reach back 5 d 18 h instead of 28 d 18 h',
      'shrinks: database, WAL: kept 7 days instead of 30 from now on; what is stored already keeps its 30 days: 30 days from now nothing older than 7 days exists',
    ],
    back: [
      "changes: nothing removes any more what is stored as 7d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['7d'] into the plan to keep the rules",
      'grows: database: restores to any moment reach back 28 d 18 h instead of 5 d 18 h',
      'grows: database, WAL: kept 30 days instead of 7 from now on; nothing removes what is stored already as 7d',
    ],
  },
  'one tier of several': {
    there: [
      'shrinks: database: of what is backed up from now on, recovery points older than 30 days will not exist; until now they were kept up to 90 days',
      'shrinks: database, weekly full backups: kept 30 days instead of 90 from now on, as no backup is taken as a weekly one any more; nothing removes what is stored already as 90d',
      "changes: nothing removes any more what is stored as 90d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['90d'] into the plan to keep the rules",
    ],
    back: [
      'grows: database: the oldest recovery point will be kept 90 days instead of 30',
      'grows: database, weekly full backups: kept 90 days instead of 30 from now on; what is stored already keeps its 30 days',
    ],
  },
  'a tier that adds nothing to the shorter one': {
    there: [],
    back: [],
  },
  'no more end': {
    there: [
      'shrinks: database: of what is backed up from now on, recovery points older than 30 days will not exist; until now they were kept for ever',
      'shrinks: database, daily full backups: kept 30 days instead of for ever from now on; what is stored already stays for ever',
    ],
    back: [
      "changes: nothing removes any more what is stored as 30d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['30d'] into the plan to keep the rules",
      'grows: database: the oldest recovery point will be kept for ever instead of 30 days',
      'grows: database, daily full backups: kept for ever instead of 30 days from now on; nothing removes what is stored already as 30d',
    ],
  },
  'an archive': {
    there: [
      'changes: database, yearly full backups: moved to an archive from now on; before they can be read they are thawed, which costs and takes up to 12 h',
      "changes: nothing removes any more what is stored as 2557d-cold: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['2557d-cold'] into the plan to keep the rules",
    ],
    back: [
      'changes: database, yearly full backups: moved to cold storage from now on; reading them costs more, and takes no longer',
      "changes: nothing removes any more what is stored as 2557d-archive: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['2557d-archive'] into the plan to keep the rules",
    ],
  },
  'cold storage': {
    there: [
      'changes: database, monthly full backups: no longer moved to cold storage',
      "changes: nothing removes any more what is stored as 366d-cold: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['366d-cold'] into the plan to keep the rules",
    ],
    back: [
      'changes: database, monthly full backups: moved to cold storage from now on; reading them costs more, and takes no longer',
      "changes: nothing removes any more what is stored as 366d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['366d'] into the plan to keep the rules",
    ],
  },
  'a rarer schedule': {
    there: [
      'shrinks: database: restores to any moment reach back 22 d 18 h instead of 28 d 18 h',
      'shrinks: database, full backups: made every Sunday at 03:00 UTC instead of every day at 03:00 UTC',
      'shrinks: database, daily full backups: none are made any more; what is stored already keeps its 30 days',
    ],
    back: [
      'grows: database: restores to any moment reach back 28 d 18 h instead of 22 d 18 h',
      'grows: database, full backups: made every day at 03:00 UTC instead of every Sunday at 03:00 UTC',
      'grows: database, daily full backups: new: kept 30 days',
    ],
  },
  'another time of day': {
    there: [
      'changes: database, full backups: made every day at 04:00 UTC instead of every day at 03:00 UTC',
    ],
    back: [
      'changes: database, full backups: made every day at 03:00 UTC instead of every day at 04:00 UTC',
    ],
  },
  'the flush of WAL': {
    there: [
      'shrinks: database: at worst the last 4 min instead of 3 min are lost, by the schedules',
      'shrinks: database, WAL: stored at least every 2 min instead of at least every 1 min',
    ],
    back: [
      'grows: database: at worst the last 3 min instead of 4 min are lost, by the schedules',
      'grows: database, WAL: stored at least every 1 min instead of at least every 2 min',
    ],
  },
  'the longest run': {
    there: [
      'changes: database, full backups: a run is ended after 2 h instead of 6 h',
      'grows: database: restores to any moment reach back 5 d 22 h instead of 5 d 18 h',
    ],
    back: [
      'shrinks: database: restores to any moment reach back 5 d 18 h instead of 5 d 22 h',
      'changes: database, full backups: a run is ended after 6 h instead of 2 h',
    ],
  },
  'no more WAL': {
    there: [
      'shrinks: database: can no longer be restored to any moment (of the last 5 d 18 h, until now), only to its recovery points',
      'shrinks: database: at worst the last 1 d 6 h instead of 3 min are lost, by the schedules',
      'shrinks: database: while a run fails, at worst what changed in 2 d 6 h is lost instead of what changed in 3 min',
      'shrinks: database, WAL: no longer stored; what is stored already is left where it is',
      "changes: nothing removes any more what is stored as 7d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['7d'] into the plan to keep the rules",
    ],
    back: [
      'grows: database: at worst the last 3 min instead of 1 d 6 h are lost, by the schedules',
      'grows: database: while a run fails, at worst what changed in 3 min is lost instead of what changed in 2 d 6 h',
      'grows: database: can be restored to any moment, reaching back 5 d 18 h',
      'grows: database, WAL: new: stored at least every 1 min, kept 7 days',
    ],
  },
  'a row that another one keeps': {
    there: [
      'changes: database, incremental backups: no longer in the plan; no job took them, because another row keeps this promise',
    ],
    back: [
      'changes: database, incremental backups: new: every hour at :00, kept 1 day; another row keeps this promise',
    ],
  },
  objectives: {
    there: [
      'shrinks: database: the RPO worsens from 5 min to 1 h',
      'shrinks: database: the RTO worsens from 1 h to 4 h',
    ],
    back: [
      'grows: database: the RPO improves from 1 h to 5 min',
      'grows: database: the RTO improves from 4 h to 1 h',
    ],
  },
  'no more checks': {
    there: [
      'shrinks: database: verification of checksums no longer planned; it was weekly',
      'shrinks: database: restore drill no longer planned; it was monthly',
    ],
    back: [
      'grows: database: verification of checksums planned, weekly',
      'grows: database: restore drill planned, monthly',
    ],
  },
  'rarer checks': {
    there: ['shrinks: database: verification of checksums monthly instead of weekly'],
    back: ['grows: database: verification of checksums weekly instead of monthly'],
  },
  'the lock': {
    there: [
      'shrinks: new backups are no longer locked: whoever may delete objects can delete them; what is locked already stays locked until its date',
    ],
    back: [
      'grows: new backups are locked in governance mode: people with a special permission can lift it; what is stored already is not',
    ],
  },
  'the mode of the lock': {
    there: [
      'shrinks: new backups are locked in governance mode instead of compliance: people with a special permission can lift it; what is locked already keeps its lock',
    ],
    back: [
      'grows: new backups are locked in compliance mode instead of governance: nobody can lift it; what is locked already keeps its lock',
    ],
  },
  'the time of the lock': {
    there: [
      'shrinks: new backups are locked for 7 days instead of 30, as long as the shortest retention of the environment',
      'shrinks: database: restores to any moment reach back 5 d 18 h instead of 28 d 18 h',
      'shrinks: database, WAL: kept 7 days instead of 30 from now on; what is stored already keeps its 30 days: 30 days from now nothing older than 7 days exists',
    ],
    back: [
      "changes: nothing removes any more what is stored as 7d: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['7d'] into the plan to keep the rules",
      'grows: new backups are locked for 30 days instead of 7, as long as the shortest retention of the environment',
      'grows: database: restores to any moment reach back 28 d 18 h instead of 5 d 18 h',
      'grows: database, WAL: kept 30 days instead of 7 from now on; nothing removes what is stored already as 7d',
    ],
  },
  'the replica region': {
    there: [
      'changes: replica moves from eu-west-1 to eu-north-1: new backups are copied to a bucket there, and what is stored already is not',
    ],
    back: [
      'changes: replica moves from eu-north-1 to eu-west-1: new backups are copied to a bucket there, and what is stored already is not',
    ],
  },
  'the two regions, exchanged': {
    there: [
      'changes: primary and replica change places: new backups are written in eu-west-1 and copied to eu-central-1',
    ],
    back: [
      'changes: primary and replica change places: new backups are written in eu-central-1 and copied to eu-west-1',
    ],
  },
  'the primary region, and a retention': {
    there: [
      'shrinks: database: recovery points older than 30 days will no longer exist, 90 days from now; until now they were kept up to 90 days',
      'shrinks: database, daily full backups: kept 30 days instead of 90 from now on; what is stored already keeps its 90 days: 90 days from now nothing older than 30 days exists',
      'changes: primary moves from eu-central-1 to eu-south-1: backups begin anew in a bucket there, and what is stored already stays in eu-central-1',
    ],
    back: [
      'changes: primary moves from eu-south-1 to eu-central-1: backups begin anew in a bucket there, and what is stored already stays in eu-south-1',
      'grows: database: the oldest recovery point will be kept 90 days instead of 30',
      'grows: database, daily full backups: kept 90 days instead of 30 from now on; what is stored already keeps its 30 days',
    ],
  },
  'the account': {
    there: [
      'changes: moves from account 111111111111 to account 222222222222: backups begin anew there, and what is stored already stays in the old account',
    ],
    back: [
      'changes: moves from account 222222222222 to account 111111111111: backups begin anew there, and what is stored already stays in the old account',
    ],
  },
  'an account for the copies': {
    there: [
      'changes: replica moves from account 111111111111 to 222222222222: new backups are copied to a bucket there, and what is stored already is not',
    ],
    back: [
      'changes: replica moves from account 222222222222 to 111111111111: new backups are copied to a bucket there, and what is stored already is not',
    ],
  },
  'the account of the backups, whose copies stay where they are': {
    there: [
      'changes: moves from account 111111111111 with copies in account 222222222222 to account 333333333333 with copies in account 222222222222: backups begin anew there, and what is stored already stays in the old account',
    ],
    back: [
      'changes: moves from account 333333333333 with copies in account 222222222222 to account 111111111111 with copies in account 222222222222: backups begin anew there, and what is stored already stays in the old account',
    ],
  },
  'the name of the plan': {
    there: [
      'changes: the plan is called store instead of shop: buckets and jobs are named after it, so backups begin anew, and what is stored already stays in the old buckets',
    ],
    back: [
      'changes: the plan is called shop instead of store: buckets and jobs are named after it, so backups begin anew, and what is stored already stays in the old buckets',
    ],
  },
  'who is told': {
    there: ['shrinks: b@example.com is no longer told when a backup fails or is missing'],
    back: ['grows: b@example.com is told when a backup fails or is missing'],
  },
  'nobody is told': {
    there: ['shrinks: nobody is told any more when a backup fails or is missing'],
    back: [
      'grows: a@example.com is told when a backup fails or is missing',
      'grows: b@example.com is told when a backup fails or is missing',
    ],
  },
  'where else alarms go': {
    there: [
      'shrinks: https://events.example.com/… is no longer told when a backup fails or is missing',
      'shrinks: channel C0123456789 of Slack is no longer told when a backup fails or is missing',
      'grows: oncall@example.com is told when a backup fails or is missing',
    ],
    back: [
      'shrinks: oncall@example.com is no longer told when a backup fails or is missing',
      'grows: https://events.example.com/… is told when a backup fails or is missing',
      'grows: channel C0123456789 of Slack is told when a backup fails or is missing',
    ],
  },
  'how bad an alert is': {
    there: ['shrinks: the alert about a failed backup is warning instead of critical'],
    back: ['grows: the alert about a failed backup is critical instead of warning'],
  },
  'a source': {
    there: [
      'shrinks: archive: no longer protected at all; no backup of this postgresql source is made or missed any more, and what is stored already is left where it is',
    ],
    back: ['grows: archive: new source, protected from now on (postgresql)'],
  },
  'an accepted exception': {
    there: [
      'shrinks: database: new exception TM101 at objectives.rpo: up to 3 min of database can be lost, more than the objective of 2 min: WAL is stored every 1 min, plus 2 min to store it; accepted because: The shop writes at night only, and what is lost can be typed in again.',
      'grows: database: the RPO improves from 5 min to 2 min',
    ],
    back: [
      'shrinks: database: the RPO worsens from 2 min to 5 min',
      'grows: database: exception TM101 at objectives.rpo is gone; it was accepted because: The shop writes at night only, and what is lost can be typed in again.',
    ],
  },
  'the reason of an exception': {
    there: [
      'changes: database: exception TM101 at objectives.rpo has another reason: The shop writes at night only, and what is lost can be typed in again. The owner agreed.',
    ],
    back: [
      'changes: database: exception TM101 at objectives.rpo has another reason: The shop writes at night only, and what is lost can be typed in again.',
    ],
  },
  'the first day of a week': {
    there: ["changes: weeks begin on monday instead of sunday: another backup is the week's"],
    back: ["changes: weeks begin on sunday instead of monday: another backup is the week's"],
  },
  'the restore job': {
    there: ['shrinks: database: no restore job is prepared any more'],
    back: ['grows: database: a restore job is prepared'],
  },
  'the time of a recovery': {
    there: ['grows: recovery severity SEV1 takes 30 min at most instead of 1 h at most'],
    back: ['shrinks: recovery severity SEV1 takes 1 h at most instead of 30 min at most'],
  },
} satisfies Record<keyof typeof CASES, { there: string[]; back: string[] }>;
