import { replicationRuleTo } from '../checks/replication.ts';
import type { ReplicationRule } from '../read/bucket.ts';
import { type Answer, answer, nothing, ofCopy, type Question } from './answer.ts';
import type { Copy, Evidence } from './evidence.ts';

/** Everything that is written in the primary region is copied to the bucket of the other one. */
export const copiedElsewhere: Question = (evidence) =>
  ofRule(evidence, ({ at }, _from, to) => answer([at.place, to.bucket.resource.whole.place], []));

/** The copies are in different regions, and what is deleted in one of them stays in the other. */
export const apart: Question = (evidence) =>
  ofRule(evidence, ({ at }, from, to) => {
    if (from.region === to.region) return nothing(`both copies are in ${to.region}`);
    const deletions = at.get('DeleteMarkerReplication');
    return deletions?.text('Status') === 'Disabled'
      ? answer([deletions.place], [])
      : nothing(`what is deleted in ${from.region} is deleted in ${to.region}`);
  });

/** With copying at its slowest, losing the primary region loses no more than each source's objective allows. */
export const copiedInTime: Question = (evidence) =>
  ofRule(evidence, ({ at, withinMinutes }) => {
    if (withinMinutes === null) return nothing('nothing bounds the time until an object is copied');
    const late = evidence.compiled.sources.filter(
      ({ proof, objectives }) =>
        proof.worstLossSeconds + withinMinutes * 60 > objectives.rpoSeconds,
    );
    const time = at.get('Destination', 'ReplicationTime') ?? at;
    return answer(
      [time.place],
      late.map(
        ({ name }) =>
          `copying may take ${withinMinutes} minutes: when the primary region is lost, more of ${name} can be lost than its objective allows`,
      ),
    );
  });

function ofRule(
  evidence: Evidence,
  ask: (rule: ReplicationRule, from: Copy, to: Copy) => Answer,
): Answer {
  return ofCopy(evidence, 'primary', (from) =>
    ofCopy(evidence, 'replica', (to) => {
      const rule = replicationRuleTo(from.bucket, to.bucket.name);
      if (rule) return ask(rule, from, to);
      return nothing(`no rule of ${from.bucket.name} copies every object to ${to.bucket.name}`);
    }),
  );
}
