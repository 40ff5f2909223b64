import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { isObject, member, type Properties } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

/** What the scheduler takes unless told otherwise. */
const RETRY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

/** A schedule of the default group. */
export function readSchedule({ clients: { scheduler }, id, properties }: Look): Reading {
  return {
    expected: withDefaults(properties),
    skipped: ['Name', 'GroupName'],
    found: fromAnswer(
      async () => {
        const { StartDate, EndDate, ...found } = await scheduler.send(
          new GetScheduleCommand({ Name: id }),
        );
        return {
          ...withDefaults({ ...found }),
          StartDate: StartDate?.toISOString(),
          EndDate: EndDate?.toISOString(),
        };
      },
      ...['Description', 'FlexibleTimeWindow', 'ScheduleExpression', 'ScheduleExpressionTimezone'],
      ...['State', 'StartDate', 'EndDate', 'KmsKeyArn', 'Target'],
    ),
  };
}

function withDefaults(properties: Properties): Properties {
  const target = isObject(properties.Target) ? properties.Target : {};
  const retry = member(target, 'RetryPolicy');
  return {
    State: 'ENABLED',
    ScheduleExpressionTimezone: 'UTC',
    ...properties,
    Target: { ...target, RetryPolicy: { ...RETRY, ...(isObject(retry) ? retry : {}) } },
  };
}
