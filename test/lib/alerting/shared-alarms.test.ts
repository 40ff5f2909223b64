import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { shop } from '../vaults/shop.ts';
import { type AlarmProperties, replay } from './evaluator.ts';
import { SCENARIOS } from './scenarios.ts';

const compiled = compiledPlan({ sources: [source('orders')] });
const both = templates(compiled, true);
const vaults = shop();

interface Alarm extends AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** Alarms of one region that are not about a source; those about sources have their story. */
const shared = (side: 'primary' | 'replica', of = both): Alarm[] =>
  Object.values(of[side].findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }): Alarm => Properties)
    .filter(({ AlarmName }) => !AlarmName.includes('/orders/'));

const sectionOf = ({ AlarmName }: AlarmProperties): string =>
  /\/([a-z-]+) \[/.exec(AlarmName)?.[1] ?? '';

/** In plain words, each alarm once: of which region, and what it is called. */
const cases = (['primary', 'replica'] as const).flatMap((side) =>
  [both, vaults]
    .flatMap((of) => shared(side, of))
    .map((alarm): [string, string, Alarm] => [side, alarm.AlarmName, alarm]),
);

describe.each(cases)('%s: %s', (_side, _name, alarm) => {
  const scenarios = SCENARIOS[sectionOf(alarm)];
  const end = (series: Parameters<typeof replay>[1]) => replay(alarm, series).at(-1);

  test('rings when it must, and only then', () => {
    const { rings = [], silent = [] } = scenarios ?? {};
    expect(rings.length * silent.length).toBeGreaterThan(0);
    expect(rings.map(({ what, series }) => [what, end(series(alarm))])).toEqual(
      rings.map(({ what }) => [what, 'ALARM']),
    );
    const ringing = silent.filter(({ series }) => end(series(alarm)) === 'ALARM');
    expect(ringing.map(({ what }) => what)).toEqual([]);
  });
});

test('every scenario is of an alarm', () => {
  const sections = new Set(cases.map(([, , alarm]) => sectionOf(alarm)));
  expect(Object.keys(SCENARIOS).filter((section) => !sections.has(section))).toEqual([]);
});

test.each(cases)('%s: %s can look back as far as it asks for', (_side, _name, alarm) => {
  const { Period, EvaluationPeriods } = alarm;
  const seconds = Period * EvaluationPeriods;
  // PutMetricAlarm: seven days, and one day where a period is shorter than an hour.
  expect(seconds).toBeLessThanOrEqual(Period < 3600 ? 86_400 : 604_800);
});

describe('replication', () => {
  const of = (side: 'primary' | 'replica', section: string, what = 'replication'): string[] =>
    shared(side)
      .filter((alarm) => sectionOf(alarm) === section)
      .flatMap(({ AlarmName }) => new RegExp(`${what}-from-([\\w-]+)`).exec(AlarmName)?.[1] ?? [])
      .sort();

  test('has what waits in the region that it goes to', () => {
    expect(of('replica', 'replication-backlog')).toEqual([compiled.regions.primary]);
    expect(of('primary', 'replication-backlog')).toEqual([compiled.regions.replica]);
  });

  test.each(['replication-behind', 'replication-failed'])('has %s in both regions', (section) => {
    for (const side of ['primary', 'replica'] as const) {
      expect(of(side, section)).toEqual(Object.values(compiled.regions).sort());
    }
  });

  test.each(['evidence', 'velero'])('that fails is told of the bucket of %s, too', (what) => {
    for (const side of ['primary', 'replica'] as const) {
      expect(of(side, 'replication-failed', what)).toEqual(Object.values(compiled.regions).sort());
    }
  });
});
