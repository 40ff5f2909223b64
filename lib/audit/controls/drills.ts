import { lastDrills, restores } from '../last-drills.ts';
import type { Question } from './answer.ts';

/**
 * The last drill of every source is on record, restored it, and met its objective if it was measured. A record and
 * nothing else proves that: a row of the plan or a job that would try does not.
 */
export const restoreTried: Question = ({ compiled, drills }) => {
  const missing = compiled.sources.flatMap((source) => {
    const { name, objectives } = source;
    const newest = drills.find((drill) => restores(source, drill));
    if (!newest) return [`no restore of ${name} is on record`];
    if (newest.outcome === 'failed') return [`the last restore of ${name} on record failed`];
    if (lastDrills(drills, name).ofDump?.outcome === 'failed') {
      return [`the last restore of a dump of ${name} on record failed`];
    }
    return (newest.rtoSeconds ?? 0) > objectives.rtoSeconds
      ? [`the last restore of ${name} on record took longer than its objective`]
      : [];
  });
  const some = missing.length < compiled.sources.length ? 'some' : 'none';
  return { kept: missing.length === 0 ? 'all' : some, places: [], missing };
};
