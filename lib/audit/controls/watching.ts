import { METRIC } from '../../alerting/metrics.ts';
import { requiredAlarms, satisfies } from '../checks/required-alarms.ts';
import { type Answer, answer, nothing, ofEverySource, type Question, together } from './answer.ts';
import type { Evidence } from './evidence.ts';

/** People are told when a backup of any source fails, is missing or is too small. */
export const watched: Question = ofEverySource(({ name }, evidence) =>
  told(evidence, name, (metric) => metric !== METRIC.verificationProblems),
);

/** Every stored byte of every source is read again on a schedule, and people are told of what is found. */
export const reread: Question = ofEverySource(({ name }, evidence) => {
  const schedule = evidence.facts.verification.find(
    ({ source, enabled }) => source === name && enabled,
  );
  return together([
    schedule
      ? answer([schedule.resource.whole.place], [])
      : nothing(`nothing reads the stored backups of ${name} again`),
    told(evidence, name, (metric) => metric === METRIC.verificationProblems),
  ]);
});

function told(evidence: Evidence, source: string, about: (metric: string) => boolean): Answer {
  const required = requiredAlarms(evidence.compiled).filter(
    (alarm) => alarm.source === source && about(alarm.metric),
  );
  if (required.length === 0) return nothing(`nobody is told about the backups of ${source}`);
  return together(
    required.map((need) => {
      const found = evidence.facts.alarms.find(
        (alarm) =>
          satisfies(alarm, need) &&
          alarm.active &&
          alarm.topics.some(({ addresses }) => addresses.length > 0),
      );
      return found
        ? answer([found.resource.whole.place], [])
        : nothing(`nobody is told by ${need.metric} of ${source}`);
    }),
  );
}
