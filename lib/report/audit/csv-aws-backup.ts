import type { Audit } from '../../audit/model.ts';

type Row = Audit['retention'][number];

/** Rules of AWS Backup in the form of the other promises: what a bucket is there is a vault here. */
export const awsBackupRows = ({ awsBackup }: Audit): Row[] =>
  awsBackup.map((row) => ({
    source: row.group,
    engine: `AWS Backup: ${row.resources.join(', ')}`,
    kind: row.tier === null ? 'continuous' : 'recovery point',
    tier: row.tier,
    schedule: row.schedule,
    everySeconds: row.everySeconds,
    deadlineSeconds: row.windowSeconds,
    promisedDays: row.promisedDays,
    cold: row.promisedColdAfterDays !== null,
    notDerived: null,
    class: row.rule,
    stored: row.points.map(
      ({ role, region, vault, keepDays, coldAfterDays, lock, key, place }) => ({
        role,
        region,
        bucket: vault,
        visibleDays: keepDays,
        deletableDays: keepDays,
        coldAfterDays,
        storageClass: coldAfterDays === null ? null : 'COLD',
        lock: lock && { mode: lock.mode, days: lock.minDays ?? 0 },
        encryption: key === null ? null : { algorithm: 'aws:kms', key },
        versioned: false,
        place,
      }),
    ),
    replication: copyOf(row),
    job: row.points[0]?.place ?? null,
    kept: row.kept,
  }));

function copyOf({ points }: Audit['awsBackup'][number]): Row['replication'] {
  const copy = points.find(({ role }) => role === 'replica');
  return copy ? { toRegion: copy.region, withinMinutes: null, place: copy.place } : null;
}
