import type { Audit } from '../../audit/model.ts';
import { jobDays } from '../../plan/promised-days.ts';
import { parseRetentionClass } from '../../plan/values/retention.ts';
import { bucketRules, KEY_RULES } from './guard-bucket.ts';
import { replicationRules } from './guard-replication.ts';
import { type KeptClass, retentionRules } from './guard-retention.ts';

/**
 * What an audit's environment promises as rules of AWS CloudFormation Guard 3, for a reviewer's own pipeline:
 * `cfn-guard validate --rules backups.guard --data aws/`. They hold for both templates: what concerns the other region
 * is skipped.
 */
export function guardText(audit: Audit): string {
  const stored = audit.retention.flatMap((row) => row.stored);
  const bucketOf = (role: 'primary' | 'replica'): string | undefined =>
    stored.find((one) => one.role === role)?.bucket;
  const [primary, replica] = [bucketOf('primary'), bucketOf('replica')];
  const header = headerOf(audit);
  if (primary === undefined || replica === undefined) {
    return `${header}\n# Nothing of this environment is stored in a bucket of its own: there is no rule to check.\n`;
  }
  const classes = classesOf(audit);
  const lock = stored.find((one) => one.lock !== null)?.lock ?? null;
  const minutes = audit.retention.find((row) => row.replication)?.replication?.withinMinutes;
  const ofBucket = (role: string, name: string) => [
    ...bucketRules(role, name, lock),
    ...retentionRules(role, classes, jobDays(audit.retention)),
  ];
  return `${[
    header,
    variable(primary, replica),
    ...ofBucket('primary', primary),
    ...ofBucket('replica', replica),
    ...replicationRules(replica, minutes ?? null),
    ...KEY_RULES,
  ].join('\n\n')}\n`;
}

function headerOf({ plan, environment, tool, problems }: Audit): string {
  const failed =
    problems.length === 0
      ? []
      : [`# The audit failed: what the files did not show when it ran is not among the rules.`];
  return [
    `# Rules of AWS CloudFormation Guard 3 for the backups of ${plan} ${environment}, made by ${tool}.`,
    '# cfn-guard validate --rules <this file> --data <folder of the templates>',
    ...failed,
  ].join('\n');
}

const variable = (
  primary: string,
  replica: string,
): string => `let buckets = Resources.*[ Type == 'AWS::S3::Bucket' ]
let primary = %buckets[ Properties.BucketName == '${primary}' ]
let replica = %buckets[ Properties.BucketName == '${replica}' ]

# A template without either bucket is not one of this environment, or lost its backups.
rule has_a_bucket_of_backups
{
  some %buckets.Properties.BucketName in ['${primary}', '${replica}']
    <<neither bucket of the backups is in this template>>
}`;

/** The classes in use, each with the rows that promise it, and those that only stored backups have. */
function classesOf({ retention, retired }: Audit): KeptClass[] {
  const stored = retention.filter((row) => row.stored.length > 0);
  const names = [...new Set(stored.map((row) => row.class))].sort();
  const inUse = names.map((name): KeptClass => {
    const rows = stored.filter((row) => row.class === name);
    return {
      name,
      days: rows[0]?.promisedDays ?? null,
      storage: parseRetentionClass(name).storage,
      promisedTo: rows.map(({ source, kind, tier }) =>
        [source, tier, kind].filter((word) => word !== null).join(' '),
      ),
    };
  });
  return [
    ...inUse,
    ...retired.map((name) => ({ ...parseRetentionClass(name), promisedTo: ['stored backups'] })),
  ];
}
