import { jobName } from '../charts/names.ts';
import { kubectl, type Pipeline, type Question, type Step, tidemark } from './step.ts';
import type { Workload } from './workloads.ts';

/** How long a node may take to be there, and an image. */
const STARTS_WITHIN = '15m';
/** Between the end of a log and the word of the API server about it. */
const ENDS_WITHIN = '2m';

/** Starts a Job of what a CronJob has ready, and stays until it has ended. */
export function startJob(
  question: Question,
  cronJob: Workload,
  what: string,
  say: string,
): readonly Step[] {
  const name = jobName(question.at, question.source.name, what);
  const create = ['create', 'job', `--from=cronjob/${cronJob.name}`, name];
  return [{ say, run: [kubectl(question, create)] }, ...followJob(question, name, what)];
}

/**
 * Starts the Job that a command of ours prints, and stays until it has ended. It has a name, so that typing it again does
 * nothing again.
 * @param options of the command
 */
export function printedJob(
  question: Question,
  command: 'restore' | 'load' | 'drill',
  options: readonly string[],
  say: string,
): readonly Step[] {
  const name = jobName(question.at, question.source.name, command);
  const print = tidemark(
    question,
    command,
    ...options,
    '--manifest',
    '--job',
    name,
    ...question.replica,
  );
  const start: Pipeline = [print, ...kubectl(question, ['apply', '--filename', '-'])];
  return [{ say, run: [start] }, ...followJob(question, name, command)];
}

/** Whose Jobs have no second try: a person looks first at what is there. */
const ONCE: readonly string[] = ['restore', 'load'];

const followJob = (question: Question, name: string, what: string): Step[] => [
  {
    say: `Watch it; this ends when its pod does. One that failed ${ONCE.includes(what) ? 'is not tried again: its log says why' : 'may be tried again, in another pod'}.`,
    run: [
      kubectl(question, [
        ...['logs', '--follow', `--pod-running-timeout=${STARTS_WITHIN}`, `job/${name}`],
      ]),
    ],
  },
  {
    say: `This ends with 0 if the job succeeded${ONCE.includes(what) ? '' : ', and waits for no further try'}.`,
    run: [
      kubectl(question, [
        ...['wait', '--for=condition=complete', `--timeout=${ENDS_WITHIN}`, `job/${name}`],
      ]),
    ],
  },
];
