import { sourceDefinitions } from '../../../lib/alerting/source-definitions.ts';
import type { StatusInput } from '../../../lib/catalog/status.ts';
import type { GaugeName } from '../../../lib/exporter/gauges.ts';
import { sourceSamples } from '../../../lib/exporter/source-samples.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { derivedSources } from '../../../lib/plan/compiled.ts';
import bud from '../../../plans/bud.ts';
import insightdesk from '../../../plans/insightdesk.ts';
import sensei from '../../../plans/sensei.ts';
import somabrain from '../../../plans/somabrain.ts';

/** The day from which both look for the longest gap, so that leap years make no difference. */
const EPOCH = new Date(Date.UTC(2024, 0, 1));

/** Which metric has the threshold of which alarm. */
const SAME: Readonly<Record<string, GaugeName>> = {
  'backup-missing': 'backupAllowedAge',
  'verification-overdue': 'verificationAllowedAge',
  'drill-overdue': 'drillAllowedAge',
  'wal-behind': 'logAllowedLag',
};

const sources = [bud, insightdesk, sensei, somabrain].flatMap((plan) => {
  const { compiled } = compile(plan, 'production');
  if (!compiled) throw new Error(`${plan.name} is wrong`);
  return derivedSources(compiled).map((source) => ({ plan: plan.name, compiled, source }));
});

/** The numbers of the alarms of CloudWatch and those of the exporter, from one plan. */
function thresholds({ compiled, source }: (typeof sources)[number]) {
  const input: StatusInput = {
    source,
    minSizeRatio: compiled.alerts.tooSmall.below,
    manifests: [],
    unreadable: [],
    runs: [],
    now: EPOCH,
  };
  const samples = sourceSamples(input, {});
  const watched = samples.find(({ gauge, value }) => gauge === 'backupWatched' && value === 1);
  const told = (gauge: GaugeName): number | undefined =>
    samples.find(
      (one) =>
        one.gauge === gauge &&
        (gauge !== 'backupAllowedAge' || one.labels.kind === watched?.labels.kind),
    )?.value;
  return sourceDefinitions(compiled, source).flatMap(({ section, threshold }) => {
    const gauge = SAME[section];
    return gauge === undefined ? [] : [{ section, cloudwatch: threshold, prometheus: told(gauge) }];
  });
}

test.each(sources)('$plan: both ring for $source.name at the same time', (one) => {
  const found = thresholds(one);
  expect(found.length).toBeGreaterThanOrEqual(2);
  for (const { section, cloudwatch, prometheus } of found) {
    expect([section, prometheus]).toEqual([section, cloudwatch]);
  }
});
