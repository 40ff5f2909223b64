import { HEARTBEAT } from '../../../lib/alerting/metrics.ts';
import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { rings, tellsAfter } from './composite.ts';
import { type AlarmProperties, type AlarmState, replay, type Samples } from './evaluator.ts';
import { LOOK_DAYS, metricsOf, type Story } from './story.ts';
import { arnOf, text } from './template.ts';

const orders = source('orders');
const compiled = compiledPlan({ sources: [orders] });
const { primary } = templates(compiled);

interface Alarm extends AlarmProperties {
  readonly MetricName: string;
}

const all: Alarm[] = Object.values(primary.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const ofSource = all.filter(({ AlarmName }) => AlarmName.includes('/orders/'));
const sectionOf = ({ AlarmName }: AlarmProperties): string =>
  /\/([a-z-]+) \[/.exec(AlarmName)?.[1] ?? '';

/** Every night at three, each as large as the last one. */
const nightly = (from: number, to: number, bytes = 1000): Record<string, number> =>
  Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, i) => [`${from + i + 0.125}`, bytes]),
  );

/** Ten days in which nothing is wrong. */
const sound: Story = {
  days: 10,
  backups: nightly(0, 9),
  verifications: { 0.3: 0, 7.3: 0 },
};

/** Which alarms ring when, in days: the first look at which each does, and the last. */
function told(changes: Partial<Story>): Record<string, readonly [number, number]> {
  const story = { ...sound, ...changes };
  const metrics = metricsOf(compiled, orders, story);
  return Object.fromEntries(
    ofSource.flatMap((alarm) => {
      const states = replay(alarm, metrics.get(alarm.MetricName) ?? []);
      // What is before the first backup and the first verification is another story.
      const from = Math.round(0.5 / LOOK_DAYS);
      const first = states.indexOf('ALARM', from);
      if (first < 0) return [];
      const dayOf = (look: number): number => (look + 1) * LOOK_DAYS;
      return [[sectionOf(alarm), [dayOf(first), dayOf(states.lastIndexOf('ALARM'))] as const]];
    }),
  );
}

test('a source in order rings nothing', () => {
  expect(told({})).toEqual({});
});

test('a source that was never backed up is missing, and nothing else is known of it', () => {
  const silent = told({ backups: {}, verifications: {}, walUntil: 0 });
  expect(Object.keys(silent).sort()).toEqual([
    'backup-missing',
    'verification-overdue',
    'wal-behind',
  ]);
  // At the first looks, not after a day.
  expect(silent['backup-missing']).toEqual([0.5 + LOOK_DAYS, 10]);
});

test('a backup that is late is missing after 30 hours, until the next one', () => {
  const { 'backup-missing': missing, ...others } = told({
    backups: { ...nightly(0, 4), ...nightly(7, 9) },
  });
  expect(others).toEqual({});
  expect(missing?.[0]).toBeGreaterThan(4.125 + 30 / 24);
  expect(missing?.[0]).toBeLessThanOrEqual(4.125 + 31 / 24);
  expect(missing?.[1]).toBeLessThan(7.125 + 1 / 24);
});

test('a backup that is an hour late is no reason to ring', () => {
  expect(told({ backups: { ...nightly(0, 4), 5.1667: 1000, ...nightly(6, 9) } })).toEqual({});
});

test('a backup that failed once rings at once, until one succeeds', () => {
  const { 'backup-failed': failed, ...others } = told({
    backups: { ...nightly(0, 4), 5.25: 1000, ...nightly(6, 9) },
    failures: [5.13],
  });
  expect(others).toEqual({});
  expect(failed?.[0]).toBeGreaterThan(5.13);
  expect(failed?.[0]).toBeLessThan(5.13 + 1 / 24);
  expect(failed?.[1]).toBeLessThan(5.25 + 1 / 24);
});

test.each([
  [700, ['backup-too-small']],
  [790, ['backup-too-small']],
  [810, []],
  [5000, []],
])('a backup of %i bytes after many of 1000 rings %p', (bytes, expected) => {
  expect(Object.keys(told({ backups: { ...nightly(0, 8), 9.125: bytes } }))).toEqual(expected);
});

test('a verification that found damage rings until one of the whole source finds none', () => {
  const found = told({ verifications: { 0.3: 0, 3.3: 2, 5.3: 0 } });
  expect(Object.keys(found)).toEqual(['verification-failed']);
  expect(found['verification-failed']?.[0]).toBeCloseTo(3.3, 1);
  expect(found['verification-failed']?.[1]).toBeCloseTo(5.3, 1);
  const { 'verification-failed': lasting } = told({ verifications: { 0.3: 0, 3.3: 2 } });
  expect(lasting?.[1]).toBe(10);
});

test('a source that nobody verifies any more rings after its cadence and a day', () => {
  const overdue = told({ verifications: { 0.3: 0 } });
  expect(Object.keys(overdue)).toEqual(['verification-overdue']);
  expect(overdue['verification-overdue']?.[0]).toBeCloseTo(0.3 + 8 + 1 / 24, 1);
});

test('write-ahead log that is not stored rings within half an hour, until it is', () => {
  const behind = told({ walUntil: 5 });
  expect(Object.keys(behind)).toEqual(['wal-behind']);
  expect(behind['wal-behind']?.[0]).toBeLessThanOrEqual(5 + 0.5 / 24);
  expect(behind['wal-behind']?.[1]).toBe(10);
});

test('write-ahead log that was lost rings at once', () => {
  const lost = told({ gaps: [5] });
  expect(Object.keys(lost)).toEqual(['wal-lost']);
  expect(lost['wal-lost']?.[0]).toBeLessThanOrEqual(5 + 0.5 / 24);
});

describe('when nobody looks any more', () => {
  const blind = metricsOf(compiled, orders, { ...sound, blindFrom: 5 });
  const beats = (period: number, until: number): Samples[] =>
    Array.from({ length: Math.round((10 * 86_400) / period) }, (_, i) =>
      (i + 1) * period <= until * 86_400 ? [1] : [],
    );
  const heartbeat = all.find(
    ({ AlarmName, MetricName }) => MetricName === HEARTBEAT && AlarmName.includes('alert-stale'),
  );
  if (!heartbeat) throw new Error('no heartbeat of alert-stale');
  const ringsFrom = (alarm: Alarm, series: Samples[]): number =>
    ((replay(alarm, series).lastIndexOf('OK') + 2) * alarm.Period) / 86_400;

  test('the heartbeat rings within an hour', () => {
    const since = ringsFrom(heartbeat, beats(heartbeat.Period, 5));
    expect(since).toBeGreaterThan(5);
    expect(since).toBeLessThanOrEqual(5 + 1 / 24);
    expect(replay(heartbeat, beats(heartbeat.Period, 10)).every((state) => state === 'OK')).toBe(
      true,
    );
  });

  test('what nobody knows counts as bad for what must be heard of, and as unchanged for the rest', () => {
    const ringing = ofSource
      .filter((alarm) => replay(alarm, blind.get(alarm.MetricName) ?? []).at(-1) === 'ALARM')
      .map(sectionOf);
    expect(ringing.sort()).toEqual(['backup-missing', 'verification-overdue', 'wal-behind']);
  });

  test('the status of the source leaves it to the heartbeat to say so', () => {
    const [[, { Properties: status }] = ['', { Properties: {} }]] = Object.entries(
      primary.findResources('AWS::CloudWatch::CompositeAlarm'),
    );
    expect(arnOf(primary, status.ActionsSuppressor)).toContain('/alert-stale/heartbeat-missing');
    const suppressed = ringsFrom(heartbeat, beats(heartbeat.Period, 5));
    const first = Math.min(
      ...ofSource.map((alarm) => {
        const at = replay(alarm, blind.get(alarm.MetricName) ?? []).indexOf('ALARM', 5 / LOOK_DAYS);
        return at < 0 ? 10 : (at + 1) * LOOK_DAYS;
      }),
    );
    expect(tellsAfter(status, (suppressed - first) * 86_400)).toBeUndefined();
    expect(tellsAfter(status, undefined)).toBe(3600);
  });
});

describe('the status of a source', () => {
  const [status] = Object.values(primary.findResources('AWS::CloudWatch::CompositeAlarm'));
  const rule = text(primary, status?.Properties.AlarmRule);
  const ringing = (...bad: string[]) =>
    rings(rule, (arn): AlarmState => (bad.some((name) => arn.includes(name)) ? 'ALARM' : 'OK'));

  test('is bad while any of its alarms rings, and not because of another source', () => {
    for (const alarm of ofSource) {
      expect([alarm.AlarmName, ringing(alarm.AlarmName)]).toEqual([alarm.AlarmName, true]);
    }
    expect(ringing()).toBe(false);
    expect(ringing('tidemark/shop/production/alert-stale/', '/other/backup-failed')).toBe(false);
  });

  test('is no reason to worry while an alarm is new', () => {
    expect(rings(rule, () => 'INSUFFICIENT_DATA')).toBe(false);
  });
});
