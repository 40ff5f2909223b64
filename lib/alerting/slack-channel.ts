import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';
import type { Side } from '../storage/location.ts';
import { topicArn } from './alert-topic.ts';

const CONFIGURATION_NAME_LIMIT = 128;

export interface SlackChannelProps {
  readonly compiled: CompiledPlan;
  readonly slack: NonNullable<CompiledPlan['alerts']['slack']>;
  /** Whose account it listens in. */
  readonly side: Side;
  /**
   * Whether the account has a topic in the region of its side only.
   * @default false
   */
  readonly alone?: boolean;
}

/**
 * Amazon Q Developer (once AWS Chatbot) writes the alerts of both regions into one channel. It is no service of a
 * region, and a channel is configured once in an account, as it listens to no topic of another one. Nobody can do
 * anything in the account from there: the role has no permission, and the guardrail, which is full administration unless
 * told otherwise, denies everything.
 */
export class SlackChannel extends Construct {
  constructor(scope: Construct, id: string, props: SlackChannelProps) {
    super(scope, id);
    const { compiled, slack, side, alone = false } = props;
    const { primary, replica } = compiled.regions;
    const regions = alone ? [compiled.regions[side]] : [primary, replica];
    const name = `tidemark-${compiled.plan}-${compiled.environment}`;
    new chatbot.SlackChannelConfiguration(this, 'Channel', {
      slackChannelConfigurationName: boundedName(name, CONFIGURATION_NAME_LIMIT),
      slackWorkspaceId: slack.workspace,
      slackChannelId: slack.channel,
      loggingLevel: chatbot.LoggingLevel.ERROR,
      notificationTopics: regions.map((region) =>
        sns.Topic.fromTopicArn(this, `Topic-${region}`, topicArn(compiled, side, region)),
      ),
      guardrailPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }
}
