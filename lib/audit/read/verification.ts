import { z } from 'zod';
import type { FunctionName } from '../../alerting/metrics.ts';
import { CATALOG } from '../../catalog/keys.ts';
import { referenced } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';

/** What makes a Lambda read a source's backups again. */
export interface VerificationSchedule {
  readonly source: string;
  /** As EventBridge writes it. */
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly resource: Resource;
}

const VERIFY: FunctionName = 'verify-checksum';
const inputSchema = z.looseObject({ source: z.string() });

export function verificationSchedules(resources: readonly Resource[]): VerificationSchedule[] {
  return ofType(resources, 'AWS::Scheduler::Schedule').flatMap((resource) => {
    const { body } = resource;
    const target = body.get('Target');
    if (!verifies(target, resource, resources)) return [];
    const source = sourceOf(target?.text('Input'));
    if (source === undefined) return [];
    return [
      {
        source,
        expression: body.text('ScheduleExpression') ?? '',
        timezone: body.text('ScheduleExpressionTimezone') ?? 'UTC',
        enabled: isEnabled(resource),
        resource,
      },
    ];
  });
}

/** The rule that verifies each backup when its manifest appears. */
export function newBackupRule(resources: readonly Resource[]): Resource | undefined {
  return ofType(resources, 'AWS::Events::Rule').find(
    (resource) =>
      resource.body.text('EventPattern', 'detail', 'object', 'key', 0, 'prefix') ===
        `${CATALOG}/` &&
      (resource.body.get('Targets')?.items() ?? []).some((target) =>
        verifies(target, resource, resources),
      ),
  );
}

/** Of rules and schedules. */
export const isEnabled = ({ body }: Resource): boolean =>
  (body.text('State') ?? 'ENABLED') === 'ENABLED';

/** Whether what arrives at a target begins a verification: a queue, from which a pipe begins executions that call the function. */
function verifies(
  target: Located | undefined,
  { file }: Resource,
  resources: readonly Resource[],
): boolean {
  const queue = referenced(target?.get('Arn')?.value);
  const here = (type: string): Resource[] =>
    ofType(resources, type).filter((candidate) => candidate.file === file);
  const machines = here('AWS::Pipes::Pipe')
    .filter(({ body }) => queue !== undefined && referenced(body.get('Source')?.value) === queue)
    .map(({ body }) => referenced(body.get('Target')?.value));
  const functions = here('AWS::Lambda::Function')
    .filter(
      ({ body }) => body.text('Environment', 'Variables', 'POWERTOOLS_SERVICE_NAME') === VERIFY,
    )
    .map(({ id }) => id);
  return here('AWS::StepFunctions::StateMachine').some(
    ({ id, body }) =>
      machines.includes(id) &&
      functions.some((name) =>
        JSON.stringify(body.get('DefinitionString')?.value ?? '').includes(`"${name}"`),
      ),
  );
}

function sourceOf(input: string | undefined): string | undefined {
  if (input === undefined) return undefined;
  try {
    return inputSchema.safeParse(JSON.parse(input)).data?.source;
  } catch {
    // Not JSON, so it names no source: the check reports the schedule as missing.
    return undefined;
  }
}
