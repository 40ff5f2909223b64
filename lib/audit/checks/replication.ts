import { type Breach, everyRow, lackIn } from '../breach.ts';
import type { BucketFacts, ReplicationRule } from '../read/bucket.ts';

const arnOf = (bucketName: string): string => `arn:aws:s3:::${bucketName}`;

/** The rule that brings every object to the other bucket; undefined where there is none. */
export const replicationRuleTo = (from: BucketFacts, to: string): ReplicationRule | undefined =>
  from.replication.find(
    (rule) => rule.enabled && rule.everything && rule.destination === arnOf(to),
  );

/** Whether everything in `from` is copied to the bucket named `to`, within a promised time. */
export function checkReplication(from: BucketFacts, to: string): Breach[] {
  const rule = replicationRuleTo(from, to);
  if (rule && rule.withinMinutes !== null) return [];
  const nearest = rule ?? from.replication[0];
  return [
    {
      place: placeOf(from, nearest, to),
      message: `${from.name} ${found(nearest, to)}; the plan needs every object in ${to}, with a time limit`,
      remedy: `replicate everything, encrypted objects included, to ${arnOf(to)} with replication time control`,
      lacks: nearest
        ? lackIn(nearest.at, 'ReplicationTime')
        : lackIn(from.resource.whole, 'ReplicationConfiguration'),
      breaks: everyRow,
    },
  ];
}

function found(rule: ReplicationRule | undefined, to: string): string {
  if (!rule) return 'is not replicated';
  if (!rule.enabled) return 'has its replication disabled';
  if (rule.destination !== arnOf(to)) return `is replicated to ${rule.destination || 'nowhere'}`;
  if (!rule.everything) return 'replicates only some of its objects';
  return 'is replicated without a time limit';
}

function placeOf(from: BucketFacts, rule: ReplicationRule | undefined, to: string) {
  const { body, whole } = from.resource;
  if (!rule) return (body.get('ReplicationConfiguration') ?? whole).place;
  const { at } = rule;
  if (!rule.enabled) return (at.get('Status') ?? at).place;
  if (rule.destination !== arnOf(to)) return (at.get('Destination', 'Bucket') ?? at).place;
  if (!rule.everything) {
    return (at.get('SourceSelectionCriteria', 'SseKmsEncryptedObjects', 'Status') ?? at).place;
  }
  return (at.get('Destination', 'ReplicationTime', 'Status') ?? at).place;
}
