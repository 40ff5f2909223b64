import type { CompiledPlan } from '../plan/compiled.ts';
import { usesAws } from '../plan/store-url.ts';
import { locationOf } from '../storage/location.ts';
import { type Assignment, assignWorkloads } from './assignments.ts';
import { auditAwsBackup } from './aws-backup/rows.ts';
import { type Breach, everyRow } from './breach.ts';
import { checkAlarms } from './checks/alarms.ts';
import { checkBackupBucket } from './checks/backup-bucket.ts';
import { checkBeside } from './checks/beside.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { checkFunctions } from './checks/functions.ts';
import { checkNotices } from './checks/notices.ts';
import { checkTakesCopies } from './checks/other-account.ts';
import { checkProofs } from './checks/proofs.ts';
import { checkReplication } from './checks/replication.ts';
import { requiredAlarms } from './checks/required-alarms.ts';
import { checkVerification } from './checks/verification.ts';
import { checkWorkloads } from './checks/workloads.ts';
import type { Place } from './model.ts';
import { assignProofs } from './proofs.ts';
import type { EnvironmentFacts } from './read/environment.ts';

/**
 * Every promise of the plan that the files do not keep.
 * @param derived what the plan derives today, where it is known
 */
export function checkPromises(
  facts: EnvironmentFacts,
  derived: EnvironmentFacts | undefined,
  assignments: readonly Assignment[],
  compiled: CompiledPlan,
): Breach[] {
  const manifests = { file: facts.manifests[0]?.file ?? 'k8s', line: 1, resource: '' };
  const unread = new Set(facts.unreadable.map(({ place }) => place.file));
  const inAws = usesAws(compiled) ? awsBreaches(facts, derived, compiled, manifests) : [];
  const breaches = [
    ...inAws,
    ...checkWorkloads(
      assignments,
      compiled,
      manifests,
      derived && assignWorkloads(compiled, derived.workloads, derived.velero),
    ),
    ...checkProofs(
      assignProofs(compiled, facts.workloads),
      manifests,
      derived && assignProofs(compiled, derived.workloads),
    ),
    ...checkConfiguration(facts.manifests, facts.workloads, compiled),
  ];
  return [
    ...facts.unreadable.map(({ place, message }) => ({
      place,
      message: `the file cannot be read: ${message}`,
      remedy: 'mend it, or synthesise again',
      breaks: everyRow,
    })),
    // Whatever is missing from a file that cannot be read follows from that.
    ...merged(breaches.filter(({ place }) => place === null || !unread.has(place.file))),
  ];
}

/** What the templates do not keep. */
function awsBreaches(
  facts: EnvironmentFacts,
  derived: EnvironmentFacts | undefined,
  compiled: CompiledPlan,
  manifests: Place,
): Breach[] {
  const [primary, replica] = facts.copies;
  return [
    ...facts.copies.flatMap((copy) => checkBackupBucket(copy, compiled)),
    ...facts.beside.flatMap((copy) => checkBeside(copy, compiled)),
    ...(primary?.bucket && replica
      ? checkReplication(primary.bucket, locationOf(compiled, 'replica'))
      : []),
    ...(replica?.bucket ? checkTakesCopies(replica.bucket, compiled) : []),
    ...checkAlarms(facts.alarms, derived?.alarms ?? [], requiredAlarms(compiled), compiled),
    ...checkNotices(facts.notices, derived?.notices ?? []),
    ...checkFunctions(facts.templates, derived?.templates ?? []),
    ...checkVerification(
      facts.verification,
      facts.onNewBackup,
      compiled,
      primary?.template ?? manifests,
    ),
    ...auditAwsBackup(compiled, facts.templates, facts.copies).breaches,
  ];
}

/** A line that breaks several promises in the same way is one problem: a rule that hides everything hides every class. */
function merged(breaches: readonly Breach[]): Breach[] {
  const byLine = new Map<string, Breach[]>();
  for (const breach of breaches) {
    const { place, message, lacks } = breach;
    const key = place && !lacks ? `${place.file}:${place.line}` : `${place?.file} ${message}`;
    byLine.set(key, [...(byLine.get(key) ?? []), breach]);
  }
  return [...byLine.values()].flatMap((same) => {
    const [first] = same;
    if (!first || same.length === 1) return same;
    const others = new Set(same.map(({ message }) => message)).size - 1;
    return [
      {
        ...first,
        message:
          others === 0 ? first.message : `${first.message} (and ${others} more by this line)`,
        breaks: (row) => same.some(({ breaks }) => breaks?.(row) ?? false),
      },
    ];
  });
}
