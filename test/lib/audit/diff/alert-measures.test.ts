import { comparableAuditSchema } from '../../../../lib/audit/diff/comparable-audit.ts';
import { diffAudits } from '../../../../lib/audit/diff/diff.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import { KEPT } from '../../report/audit/example.ts';
import { told } from './versions.ts';

type Alert = Audit['alerts'][number];
type Fires = NonNullable<Alert['fires']>;

/** The example with its first alert alone. */
function alerting(fires: Partial<Fires>, changes: Partial<Alert> = {}): Audit {
  const [first] = KEPT.alerts;
  if (!first?.fires) throw new Error('the example has no alert');
  // The condition in words follows from what is compared.
  const condition = JSON.stringify({ ...first.fires, ...fires });
  const alert = { ...first, condition, ...changes, fires: { ...first.fires, ...fires } };
  return { ...KEPT, alerts: [alert] };
}

const BASE: Fires = {
  metric: 'BackupAgeSeconds',
  statistic: 'Maximum',
  comparison: 'GreaterThanThreshold',
  threshold: 108_000,
  seconds: 1800,
  onSilence: true,
};

const effects = (before: Audit, after: Audit): string[] =>
  diffAudits(before, after).map(({ effect }) => effect);

describe('an alert is weaker', () => {
  const below = { metric: 'SizeRatio', comparison: 'LessThanThreshold' };
  const counted = { metric: 'FailedRuns', comparison: 'GreaterThanOrEqualToThreshold' };
  const weakened: [string, Partial<Alert['fires']>, Partial<Alert['fires']>][] = [
    ['with a greater limit', {}, { threshold: 216_000 }],
    [
      'with a smaller limit below which it fires',
      { ...below, threshold: 0.8 },
      { ...below, threshold: 0.2 },
    ],
    ['after a longer time', {}, { seconds: 7200 }],
    ['without firing on silence', {}, { onSilence: false }],
    [
      'without firing at its limit',
      { ...counted, threshold: 1 },
      { ...counted, comparison: 'GreaterThanThreshold', threshold: 1 },
    ],
  ];
  test.each(weakened)('%s', (_, before, after) => {
    const [strong, weak] = [alerting({ ...BASE, ...before }), alerting({ ...BASE, ...after })];
    expect(effects(strong, weak)).toEqual(['shrinks']);
    expect(effects(weak, strong)).toEqual(['grows']);
  });

  test('where it is weaker in one way and stronger in another', () => {
    const other = alerting({ ...BASE, threshold: 216_000, seconds: 900 });
    expect(effects(alerting(BASE), other)).toEqual(['shrinks']);
    expect(effects(other, alerting(BASE))).toEqual(['shrinks']);
  });
});

test.each([
  ['of another metric', { metric: 'ReplicationLatency', threshold: 900 }],
  ['on the other side of its limit', { comparison: 'LessThanThreshold' }],
])('an alert %s is another, neither stronger nor weaker', (_, fires) => {
  expect(effects(alerting(BASE), alerting({ ...BASE, ...fires }))).toEqual(['changes']);
});

test('a sum over a longer time is more: that is another condition', () => {
  const sum = { ...BASE, statistic: 'Sum' };
  expect(effects(alerting(sum), alerting({ ...sum, seconds: 7200 }))).toEqual(['changes']);
});

test('severity and condition are told together', () => {
  const before = alerting(BASE, { severity: 'warning', condition: 'older than 30 h' });
  const after = alerting(
    { ...BASE, threshold: 216_000 },
    { severity: 'critical', condition: 'older than 60 h' },
  );
  const [alert] = after.alerts;
  expect(told(diffAudits(before, after))).toEqual([
    `shrinks: ${alert?.source}: alert ${alert?.name} is critical instead of warning, and fires when older than 60 h; until now when older than 30 h`,
  ]);
});

test('an audit of an earlier version has the condition in words alone', () => {
  const audit = alerting(BASE);
  const earlier = comparableAuditSchema.parse({
    ...audit,
    alerts: audit.alerts.map(({ fires: _, ...alert }) => alert),
  });
  expect(diffAudits(earlier, audit)).toEqual([]);
  expect(diffAudits(earlier, alerting({ ...BASE, threshold: 216_000 }))).toMatchObject([
    { effect: 'changes' },
  ]);
});
