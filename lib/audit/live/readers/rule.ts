import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { parsed } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

/** A rule of the default bus. */
export function readRule({ clients: { events }, id, properties }: Look): Reading {
  return {
    expected: { State: 'ENABLED', ...properties },
    skipped: ['Name', 'Tags'],
    found: {
      ...fromAnswer(
        async () => {
          const { EventPattern, ...rest } = await events.send(
            new DescribeRuleCommand({ Name: id }),
          );
          return { ...rest, EventPattern: parsed(EventPattern) };
        },
        ...['Description', 'EventPattern', 'ScheduleExpression', 'State', 'RoleArn'],
      ),
      Targets: () => targets(events, id),
    },
  };
}

async function targets(events: EventBridgeClient, Rule: string): Promise<Target[]> {
  const found: Target[] = [];
  let token: string | undefined;
  do {
    const answer = await events.send(
      new ListTargetsByRuleCommand({ Rule, ...(token !== undefined && { NextToken: token }) }),
    );
    found.push(...(answer.Targets ?? []));
    token = answer.NextToken;
  } while (token !== undefined);
  return found;
}
