import type { CompiledPlan, CompiledSource } from '../../plan/compiled.ts';
import { keepingOf } from '../../plan/costs/compare.ts';
import { paysFromDays } from '../../plan/costs/keeping.ts';
import {
  PRICED_REGION,
  PRICES,
  PRICES_AS_OF,
  PRICES_SOURCE,
  regionRatio,
  STORAGE,
  STORAGE_CLASSES,
} from '../../plan/costs/prices.ts';
import { volumeOf } from '../../plan/costs/volume.ts';
import type { SourceBytes } from '../../plan/values/size.ts';
import type { Audit } from '../model.ts';
import { ofType, type Resource } from '../template.ts';
import type { Costs } from './model.ts';
import { movedCosts } from './moved.ts';
import { costRows, usdOf } from './rows.ts';

/** How large sources are, by who says so. What is given counts before what is measured, and that before the plan. */
export interface KnownSizes {
  readonly given: ReadonlyMap<string, SourceBytes>;
  readonly measured: ReadonlyMap<string, SourceBytes>;
}

/**
 * What an environment costs in a month, once as much expires as is written: the days, classes and regions that its
 * templates have, at list prices.
 */
export function costsOf(
  compiled: CompiledPlan,
  retention: Audit['retention'],
  templates: readonly Resource[],
  known: KnownSizes,
): Costs {
  const sizes = compiled.sources.flatMap((source) => sizeOf(source, known));
  const stored = new Set(retention.filter(isPaid).map(({ source }) => source));
  const priced = retention.filter(isPaid).flatMap((row) => {
    const source = compiled.sources.find(({ name }) => name === row.source);
    const size = sizes.find((one) => one.source === row.source);
    const protection = source?.protections.find(({ kind }) => kind === row.kind);
    if (!source || !size || !protection) return [];
    const { fullBytes: full, perDayBytes: perDay } = size;
    const tiers = protection.tiers.flatMap(({ tier }) => tier ?? []);
    const shape = { ...protection, tiers, tier: row.tier, weekStartsOn: compiled.weekStartsOn };
    const volume = volumeOf(shape, { full, perDay });
    return [{ row, volume, keeping: keepingOf(source.verify.checksums) }];
  });
  const rows = priced.flatMap(({ row, volume, keeping }) => costRows(row, volume, keeping));
  const fixed = fixedCosts(templates);
  return {
    prices: { asOf: PRICES_AS_OF, region: PRICED_REGION, source: PRICES_SOURCE },
    regions: [...new Set(Object.values(compiled.regions))].map((region) => ({
      region,
      ratio: regionRatio(region) ?? null,
    })),
    sizes,
    unknown: [...stored].filter((name) => !sizes.some(({ source }) => source === name)),
    rows,
    fixed,
    moved: movedCosts(priced),
    storageClasses: storageClasses(compiled),
    totalUsd: sum(rows.map(usdOf)) + sum(fixed.map(({ usd }) => usd)),
  };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** What nobody writes costs nothing. */
const isPaid = ({ notDerived, stored }: Audit['retention'][number]): boolean =>
  notDerived === null && stored.length > 0;

function sizeOf({ name, size }: CompiledSource, { given, measured }: KnownSizes): Costs['sizes'] {
  const found = (
    [
      ['given', given.get(name)],
      ['measured', measured.get(name)],
      ['plan', size],
    ] as const
  ).find(([, bytes]) => bytes !== undefined);
  const [from, bytes] = found ?? [];
  return from && bytes
    ? [{ source: name, fullBytes: bytes.full, perDayBytes: bytes.perDay, from }]
    : [];
}

function storageClasses({ sources }: CompiledPlan): Costs['storageClasses'] {
  const verified = sources.find(({ verify }) => verify.checksums !== null) ?? sources[0];
  if (!verified) return [];
  // Of large objects: what each costs by itself is little beside its bytes.
  const keeping = { ...keepingOf(verified.verify.checksums), objectsPerGib: 0 };
  return STORAGE_CLASSES.map((name) => ({
    name,
    gibMonthUsd: STORAGE[name].gibMonth,
    minimumDays: STORAGE[name].minimumDays,
    immediate: STORAGE[name].immediate,
    paysFromDays: name === 'STANDARD' ? null : paysFromDays(keeping, name),
  }));
}

/** CloudWatch bills each metric that an alarm compares. */
const FIXED = [
  { what: 'KMS keys', type: 'AWS::KMS::Key', usd: PRICES.month.key },
  { what: 'alarms', type: 'AWS::CloudWatch::Alarm', usd: PRICES.month.alarm },
  {
    what: 'composite alarms',
    type: 'AWS::CloudWatch::CompositeAlarm',
    usd: PRICES.month.compositeAlarm,
  },
  { what: 'dashboards', type: 'AWS::CloudWatch::Dashboard', usd: PRICES.month.dashboard },
] as const;

function fixedCosts(templates: readonly Resource[]): Costs['fixed'] {
  return FIXED.flatMap(({ what, type, usd }) => {
    const count = sum(ofType(templates, type).map(metricsOf));
    return count === 0 ? [] : [{ what, count, usd: count * usd }];
  });
}

function metricsOf({ body }: Resource): number {
  const compared = (body.get('Metrics')?.items() ?? []).filter((one) => one.get('MetricStat'));
  return Math.max(1, compared.length);
}
