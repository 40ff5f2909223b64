import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { type CompiledPlan, type CompiledSource, derivedSources } from '../plan/compiled.ts';
import { locationOf } from '../storage/location.ts';
import { type AlarmNaming, alarmArn, alarmDescription, alarmName } from './alarm.ts';
import { STALE_EVERY_MINUTES } from './alert-stale.ts';
import type { SourceAlarmsProps } from './source-alarms.ts';
import { sourceDefinitions } from './source-definitions.ts';

/** Each alarm tells of itself at once. An hour later somebody should have mended it, or know that nobody looks. */
const PATIENCE = Duration.hours(1);

/** Two looks, after which every alarm has data again. */
const RECOVERY = Duration.minutes(2 * STALE_EVERY_MINUTES);

export interface SourceAtRiskProps extends SourceAlarmsProps {
  /** That at least one alarm of the source rings. */
  readonly rule: cloudwatch.IAlarmRule;
}

/**
 * One source in one state: tells of what lasts, and when all of it is well again. While the heartbeat is missing nobody
 * knows how any source is, and that alarm has said so for all of them.
 */
export class SourceAtRisk extends Construct {
  constructor(scope: Construct, id: string, props: SourceAtRiskProps) {
    super(scope, id);
    const { compiled, source, topic, heartbeat } = props;
    const naming = namingOf(compiled, source);
    const alarm = new cloudwatch.CompositeAlarm(this, 'Alarm', {
      compositeAlarmName: alarmName(naming),
      alarmDescription: alarmDescription(
        naming,
        `${source.name} is not protected as its plan promises: at least one of its alarms rings`,
      ),
      alarmRule: props.rule,
      ...(heartbeat && {
        actionsSuppressor: heartbeat,
        actionsSuppressorWaitPeriod: PATIENCE,
        actionsSuppressorExtensionPeriod: RECOVERY,
      }),
    });
    const action = new actions.SnsAction(topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

/** As bad as the worst of what it combines. */
const namingOf = (compiled: CompiledPlan, source: CompiledSource): AlarmNaming => ({
  compiled,
  subject: source.name,
  section: 'source-at-risk',
  severity: sourceDefinitions(compiled, source).some(({ severity }) => severity === 'critical')
    ? 'critical'
    : 'warning',
});

/** Of every source, whichever stack it is in. */
export const sourceStatusArns = (compiled: CompiledPlan): string[] =>
  derivedSources(compiled).map((source) =>
    alarmArn(namingOf(compiled, source), locationOf(compiled, 'primary')),
  );
