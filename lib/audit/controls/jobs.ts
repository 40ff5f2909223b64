import { SECONDS_PER_DAY } from '../../plan/values/duration.ts';
import type { Assignment } from '../assignments.ts';
import { firstSchedule } from '../checks/velero.ts';
import { checkWorkloads } from '../checks/workloads.ts';
import { type Answer, answer, nothing, ofEverySource, type Question, together } from './answer.ts';
import type { Evidence, Source } from './evidence.ts';

/** A week in which clocks go back has an hour more. */
const LONGEST_WEEK_SECONDS = 7 * SECONDS_PER_DAY + 3600;

/** Every derived row of every source has a job that runs it as the plan says. */
export const automated: Question = ofEverySource((source, evidence) => {
  const rows = assignmentsOf(source, evidence);
  if (rows.length === 0) return nothing(`no job backs up ${source.name}`);
  return together(rows.map((row) => running(row, evidence)));
});

/** At least one job runs: how well nothing is protected would be no claim. */
export const anything: Question = (evidence) =>
  evidence.assignments.some((row) => running(row, evidence).kept === 'all')
    ? answer([], [])
    : nothing('no job backs up anything');

/** A backup starts at least once in a week, or all the time. */
export const weekly: Question = ofEverySource((source, evidence) => {
  const found = assignmentsOf(source, evidence)
    .filter(({ protection }) => protection.longestGapSeconds <= LONGEST_WEEK_SECONDS)
    .map((row) => running(row, evidence))
    .find(({ kept }) => kept === 'all');
  return found ?? nothing(`no job backs up ${source.name} every week`);
});

/** By its schedules alone, no source loses more than its objective allows. */
export const withinObjectives: Question = ofEverySource(({ name, proof, objectives }) =>
  proof.worstLossSeconds <= objectives.rpoSeconds
    ? answer([], [])
    : nothing(`by the schedules of ${name} more can be lost than its objective allows`),
);

/** Every transaction up to the failure can be recovered, not only the state as of a backup. */
export const everyTransaction: Question = ofEverySource((source, evidence) => {
  const found = assignmentsOf(source, evidence)
    .filter(({ protection }) => protection.schedule === null)
    .map((row) => running(row, evidence))
    .find(({ kept }) => kept === 'all');
  return found && source.proof.windowSeconds !== 0
    ? found
    : nothing(`${source.name} is recovered as of a backup, without the transactions after it`);
});

const assignmentsOf = (source: Source, { assignments }: Evidence): Assignment[] =>
  assignments.filter((assignment) => assignment.source === source);

function running(row: Assignment, { compiled }: Evidence): Answer {
  const breaches = checkWorkloads([row], compiled, NOWHERE);
  const place = (row.workload?.resource ?? firstSchedule(row, compiled))?.whole.place;
  return answer(
    place && breaches.length === 0 ? [place] : [],
    breaches.map(({ message }) => message),
  );
}

/** Only the messages are taken. */
const NOWHERE = { file: '', line: 1, resource: '' };
