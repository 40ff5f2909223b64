import { Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { SourceAccess } from '../access/source-access.ts';
import { topicArn } from '../alerting/alert-topic.ts';
import { heartbeatArn } from '../alerting/function-alarms.ts';
import { SourceAlarms } from '../alerting/source-alarms.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import type { Side } from '../storage/location.ts';

export interface SourcesStackProps extends StackProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  readonly sources: readonly CompiledSource[];
}

/**
 * Roles and, where backups are written, alarms of some sources whose number is too large for the stack of their region.
 * It keeps nothing, and names what it needs of that stack: exports would forbid to take a stack away again.
 */
export class SourcesStack extends Stack {
  constructor(scope: Construct, id: string, props: SourcesStackProps) {
    super(scope, id, props);
    const { compiled, side, sources } = props;
    for (const source of sources) {
      new SourceAccess(this, `Access-${source.name}`, { compiled, source, side });
    }
    if (side === 'primary') this.watch(compiled, sources);
  }

  private watch(compiled: CompiledPlan, sources: readonly CompiledSource[]): void {
    const topic = Topic.fromTopicArn(this, 'Topic', topicArn(compiled, 'primary'));
    const heartbeat = Alarm.fromAlarmArn(this, 'Heartbeat', heartbeatArn(compiled, 'alert-stale'));
    for (const source of sources) {
      new SourceAlarms(this, `Alarms-${source.name}`, { compiled, source, topic, heartbeat });
    }
  }
}
