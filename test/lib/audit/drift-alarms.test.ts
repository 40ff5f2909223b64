import { audited, type Case, PRIMARY, testEdits } from './edit-cases.ts';
import { insert, remove, replace } from './edits.ts';

const alarm = (name: string): string => `/database/${name} [`;

const EDITS: readonly Case[] = [
  [
    'an alarm deleted',
    PRIMARY,
    remove([alarm('backup-failed')], 4),
    /backup-failed \[critical\] is missing/,
  ],
  [
    'a threshold of an alarm',
    PRIMARY,
    replace([alarm('backup-missing'), '"Threshold"'], '108000', '1080000'),
    /has Threshold 1080000; the plan needs 108000/,
  ],
  [
    'silence that is taken for health',
    PRIMARY,
    replace([alarm('backup-missing'), '"TreatMissingData"'], 'breaching', 'notBreaching'),
    /has TreatMissingData notBreaching/,
  ],
  [
    'an alarm about something else',
    PRIMARY,
    replace([alarm('wal-behind'), '"MetricName"'], 'WalLagSeconds', 'VerifiedBytes'),
    /has MetricName VerifiedBytes/,
  ],
  [
    'actions of an alarm disabled',
    PRIMARY,
    insert(['"AWS::CloudWatch::Alarm"', '"Properties"'], ['"ActionsEnabled": false,']),
    /has its actions disabled/,
  ],
  [
    'an address of nobody',
    PRIMARY,
    replace(['"AWS::SNS::Subscription"', '"Endpoint"'], 'oncall', 'nobody'),
    /nobody tells oncall@insightdesk.example/,
  ],
  [
    'a verification disabled',
    PRIMARY,
    replace(['"AWS::Scheduler::Schedule"', '"State"'], 'ENABLED', 'DISABLED'),
    /verification of database is disabled/,
  ],
  [
    'a rarer verification',
    PRIMARY,
    replace(['"AWS::Scheduler::Schedule"', '"ScheduleExpression"'], '? * 2 *', '1 * ? *'),
    /verification of database runs at cron\(30 6 1 \* \? \*\)/,
  ],
  [
    'new backups not verified',
    PRIMARY,
    replace(['"AWS::Events::Rule"', '"State"'], 'ENABLED', 'DISABLED'),
    /each backup verified when it appears/,
  ],
  [
    'another package of a Lambda',
    PRIMARY,
    replace(['"AWS::Lambda::Function"', '"S3Key"'], '.zip', '0.zip'),
    /the Lambda that re-reads the backups of insightdesk production has another package/,
  ],
  [
    'actions disabled in words',
    PRIMARY,
    insert(['"AWS::CloudWatch::Alarm"', '"Properties"'], ['"ActionsEnabled": "false",']),
    /has its actions disabled/,
  ],
  [
    'more data points than can be bad',
    PRIMARY,
    insert([alarm('wal-behind'), '"ComparisonOperator"'], ['"DatapointsToAlarm": 99,']),
    /has DatapointsToAlarm 99; the plan needs \d+,/,
  ],
  [
    'a number of periods in words',
    PRIMARY,
    replace([alarm('backup-failed'), '"EvaluationPeriods"'], '1', '"9"'),
    /has EvaluationPeriods 9; the plan needs 1,/,
  ],
  [
    'an expression in place of a metric',
    PRIMARY,
    replace(
      [alarm('wal-behind'), '"MetricName"'],
      '"MetricName": "WalLagSeconds"',
      '"Metrics": [{ "Expression": "0", "Id": "calm" }]',
    ),
    /has Metrics .*"calm".*; the plan needs none/,
  ],
  [
    'a unit that no data has',
    PRIMARY,
    insert([alarm('wal-behind'), '"Threshold"'], ['"Unit": "Bytes",']),
    /has Unit Bytes; the plan needs none/,
  ],
];

testEdits(audited(), EDITS, { breaking: false });
