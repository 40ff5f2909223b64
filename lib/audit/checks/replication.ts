import type { Location } from '../../storage/location.ts';
import { type Breach, everyRow, type Lack, lackIn } from '../breach.ts';
import { undecided } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import type { BucketFacts, ReplicationRule } from '../read/bucket.ts';
import { unread } from './undecided.ts';

const arnOf = (bucketName: string): string => `arn:aws:s3:::${bucketName}`;

/** The rule that brings every object to the other bucket; undefined where there is none, or none can be told. */
export const replicationRuleTo = (from: BucketFacts, to: string): ReplicationRule | undefined =>
  undecidedRules(from)
    ? undefined
    : from.replication.find(
        (rule) =>
          rule.enabled &&
          rule.everything &&
          rule.destination === arnOf(to) &&
          precedingRule(from, rule) === undefined,
      );

function undecidedRules({ resource: { body } }: BucketFacts): Located | undefined {
  const rules = body.get('ReplicationConfiguration', 'Rules');
  return rules && undecided(rules);
}

/** Of rules to one bucket, S3 follows for each object the one with the highest priority alone. */
const precedingRule = (
  from: BucketFacts,
  { destination, priority, everything }: ReplicationRule,
): ReplicationRule | undefined =>
  everything
    ? from.replication.find(
        (other) =>
          other.enabled &&
          !other.everything &&
          other.destination === destination &&
          !(other.priority < priority),
      )
    : undefined;

/** Whether everything in `from` is copied to the other bucket, as it is there, readable and within a promised time. */
export function checkReplication(from: BucketFacts, to: Location): Breach[] {
  const unknown = undecidedRules(from);
  if (unknown) return [unread(unknown, `what of ${from.name} is replicated`)];
  const rule =
    from.replication.find(
      ({ enabled, everything, destination }) =>
        enabled && everything && destination === arnOf(to.bucketName),
    ) ?? from.replication[0];
  const found = rule ? flawOf(from, rule, to) : missing(from);
  if (!found) return [];
  const [words, place, lacks] = found;
  return [
    {
      place,
      message: `${from.name} ${words}; the plan needs every object in ${to.bucketName}, with a time limit`,
      remedy: `replicate everything, encrypted objects included, to ${arnOf(to.bucketName)} with the key ${to.keyAlias} and replication time control, by one rule`,
      lacks,
      breaks: everyRow,
    },
  ];
}

type Flaw = readonly [words: string, place: Place, lacks: Lack];

function missing({ resource: { body, whole } }: BucketFacts): Flaw {
  const at = body.get('ReplicationConfiguration') ?? whole;
  return ['is not replicated', at.place, lackIn(whole, 'ReplicationConfiguration')];
}

/** The first reason why the rule is not what the plan needs. */
function flawOf(from: BucketFacts, rule: ReplicationRule, to: Location): Flaw | undefined {
  const { at, destination, key, storageClass } = rule;
  if (!rule.enabled) return flaw(at, 'has its replication disabled', 'Status');
  if (destination !== arnOf(to.bucketName)) {
    return flaw(at, `is replicated to ${destination || 'nowhere'}`, 'Destination', 'Bucket');
  }
  if (!rule.everything) {
    const words = 'replicates only some of its objects';
    return rule.filter ? flaw(rule.filter, words) : flaw(at, words, ...ENCRYPTED_OBJECTS);
  }
  const other = precedingRule(from, rule);
  if (other) return flaw(other.at, `replicates some of its objects by another rule first`);
  if (key !== to.keyAliasArn) {
    const words = `is replicated with ${key === '' ? 'no key of its own' : `the key ${key}`}`;
    return flaw(at, words, 'Destination', 'EncryptionConfiguration', 'ReplicaKmsKeyID');
  }
  if (storageClass !== SAME_CLASS) {
    return flaw(at, `is replicated to ${storageClass}`, 'Destination', 'StorageClass');
  }
  if (!rule.keepsDeleted) {
    return flaw(at, 'replicates deletions, too', 'DeleteMarkerReplication', 'Status');
  }
  if (rule.withinMinutes !== null) return undefined;
  const words = 'is replicated without a time limit';
  return flaw(at, words, 'Destination', 'ReplicationTime', 'Status');
}

const ENCRYPTED_OBJECTS = ['SourceSelectionCriteria', 'SseKmsEncryptedObjects', 'Status'];

/** Nothing is written about it: a copy has the class of what it is a copy of. */
const SAME_CLASS = '';

/** Cites as much of the path as is written; the rest of it is what is lacking. */
function flaw(rule: Located, words: string, ...path: readonly string[]): Flaw {
  let at = rule;
  for (const name of path) {
    const next = at.get(name);
    if (!next) return [words, at.place, lackIn(rule, `"${name}"`)];
    at = next;
  }
  return [words, at.place, lackIn(rule, `"${path.at(-1) ?? ''}"`)];
}
