import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { Alarm } from './alarm.ts';
import { SourceAtRisk } from './source-at-risk.ts';
import { sourceDefinitions } from './source-definitions.ts';

export interface SourceAlarmsProps {
  readonly compiled: CompiledPlan;
  readonly source: CompiledSource;
  readonly topic: sns.ITopic;
  /** Rings when nobody looks at the sources any more; undefined where nothing can. */
  readonly heartbeat: cloudwatch.IAlarm | undefined;
}

/** What watches one source: nine alarms at most, of which the last combines the others. */
export class SourceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: SourceAlarmsProps) {
    super(scope, id);
    const { compiled, source, topic } = props;
    const alarms = sourceDefinitions(compiled, source).map(
      (definition) =>
        new Alarm(this, definition.section, {
          ...definition,
          compiled,
          topic,
          subject: source.name,
        }).alarm,
    );
    new SourceAtRisk(this, 'Status', {
      ...props,
      rule: cloudwatch.AlarmRule.anyOf(...alarms),
    });
  }
}
