import { audited, type Case, PRIMARY, REPLICA, testEdits } from './edit-cases.ts';
import { remove, replace } from './edits.ts';

/** What a rule says of itself stands before all else that it says. */
const KEY_DISABLED = 'somebody disables a key';
const KEY_CHANGED = 'somebody changes who may use a key';
const BUCKET_CHANGED = 'somebody changes how a bucket protects backups';
const DELETED = 'somebody deletes or hides stored objects';
const RULE = '"AWS::Events::Rule"';

const EDITS: readonly Case[] = [
  [
    'a combined alarm deleted',
    PRIMARY,
    remove(['"AWS::CloudWatch::CompositeAlarm"'], 4),
    /source-at-risk \[critical\] is missing; the plan needs it to tell of any of backup-failed,/,
  ],
  [
    'a combined alarm that asks for all of its alarms at once',
    PRIMARY,
    replace(['"AWS::CloudWatch::CompositeAlarm"', '"AlarmRule"', ' OR ALARM('], ' OR ', ' AND '),
    /source-at-risk \[critical\] tells of .* AND .*; the plan needs any of backup-failed,/,
  ],
  [
    'a rule on events deleted',
    REPLICA,
    remove([RULE, KEY_DISABLED], 4),
    /key-disabled event \[critical\] is missing; .* tell of AWS API Call via CloudTrail: DisableKey/,
  ],
  [
    'an event that nobody hears of any more',
    PRIMARY,
    replace([RULE, KEY_DISABLED, '"DisableKey"'], 'DisableKey', 'EnableKey'),
    /key-disabled event .* tells of .*: EnableKey, Schedule.*; the plan needs .*: DisableKey, Sched/,
  ],
  [
    'a pattern of another source',
    PRIMARY,
    replace([RULE, BUCKET_CHANGED, '"s3.amazonaws.com"'], 's3', 's4'),
    /bucket-changed event \[critical\] tells of less or other things than AWS API Call/,
  ],
  [
    'a rule disabled',
    REPLICA,
    replace([RULE, DELETED, '"State"'], 'ENABLED', 'DISABLED'),
    /backups-deleted event \[critical\] is disabled: it tells nobody/,
  ],
  [
    'a rule that tells a topic which is not there',
    PRIMARY,
    replace([RULE, KEY_CHANGED, '"Targets"', '"Ref"'], 'Alerts', 'Allerts'),
    /key-changed event \[critical\] tells nobody/,
  ],
];

const environment = audited();

describe('combined alarms and rules on events', () => {
  testEdits(environment, EDITS, { breaking: false });

  test('are among the alerts, with what makes them tell and whom', () => {
    const { alerts } = environment.audit(environment.files());
    expect(alerts.filter(({ kind }) => kind === 'composite')).toEqual([
      expect.objectContaining({
        source: 'database',
        severity: 'critical',
        condition: expect.stringMatching(/^any of backup-failed, backup-missing, /),
        fires: null,
        tells: [expect.stringContaining('oncall@insightdesk.example')],
        runbook: expect.stringContaining('#source-at-risk'),
      }),
    ]);
    const events = alerts.filter(({ kind }) => kind === 'event');
    expect(events.map(({ place }) => place.file.split('-').slice(-3).join('-'))).toContain(REPLICA);
    expect(events.find(({ name }) => name.includes('backups-deleted'))).toMatchObject({
      source: null,
      severity: 'critical',
      condition: 'Object Deleted: Permanently Deleted, Delete Marker Created',
    });
    expect(new Set(events.map(({ tells }) => tells.length))).toEqual(new Set([1]));
  });

  test('are not confused with rules that start something', () => {
    const { alerts } = environment.audit(environment.files());
    expect(alerts.map(({ condition }) => condition).join()).not.toContain('Object Created');
  });
});
