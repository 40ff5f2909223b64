import { audited, type Case, testEdits } from './edit-cases.ts';
import { insert, replace } from './edits.ts';

const CRON_JOB = '60-database-base-backup';
const STREAMER = '50-database-wal';

const EDITS: readonly Case[] = [
  [
    'another schedule of a job',
    CRON_JOB,
    replace(['  schedule:'], '0 3', '0 9'),
    /runs at '0 9 \* \* \*'; the plan needs the full backups of database at '0 3 \* \* \*'/,
  ],
  [
    'another time zone',
    CRON_JOB,
    replace(['timeZone:'], 'Etc/UTC', 'Asia/Tokyo'),
    /reads its schedule in Asia\/Tokyo/,
  ],
  ['a job suspended', CRON_JOB, insert(['  schedule:'], ['  suspend: true']), /is suspended/],
  [
    'a job that is ended sooner',
    CRON_JOB,
    replace(['activeDeadlineSeconds:'], '21600', '60'),
    /ends a job after 60 s; the plan needs 21600 s/,
  ],
  [
    'a job that writes elsewhere',
    CRON_JOB,
    replace(['TIDEMARK_STORE', 'value:'], 'insightdesk', 'otherdesk'),
    /writes to s3:\/\/tidemark-otherdesk/,
  ],
  [
    'a job that reads no plan',
    CRON_JOB,
    replace(['configMap:', 'name:'], 'tidemark-database-plan', 'other-plan'),
    /reads no plan: there is no ConfigMap other-plan-/,
  ],
  ['a streamer of no pods', STREAMER, replace(['replicas:'], '1', '0'), /has 0 replicas/],
  [
    'another class in what the pods read',
    '40-database-plan',
    replace(['"kind": "wal"', '"class"'], '7d', '1d'),
    /sources\.0\.protections\.0\.tiers\.0\.class is "1d"; the plan needs "7d"/,
  ],
];

testEdits(audited(), EDITS, { breaking: true });
