import type { CostRow, Costs } from '../../audit/costs/model.ts';
import { usdOf } from '../../audit/costs/rows.ts';
import type { Audit } from '../../audit/model.ts';
import { formatDollars } from '../../plan/costs/dollars.ts';
import { formatBytes, table } from '../format.ts';
import { costParts, pricesText, SIZE_FROM } from './cost-words.ts';
import type { Style } from './table.ts';

const HEAD = [
  'source',
  'what',
  'class',
  'storage class',
  'stored',
  'storage',
  'requests',
  'copying',
  'verifying',
  'together',
];

/** What a month costs, both regions together; every other form tells them apart. */
export function costLines({ costs }: Audit, style: Style): string[] {
  if (!costs) return [];
  return [
    `${style('bold', formatDollars(costs.totalUsd))} a month${costParts(costs)}`,
    style('dim', pricesText(costs)),
    ...(costs.rows.length === 0 ? [] : ['', ...rowLines(costs.rows, style)]),
    ...sizeLines(costs),
    '',
    ...classLines(costs, style),
  ];
}

function rowLines(rows: readonly CostRow[], style: Style): string[] {
  const alike = Map.groupBy(
    rows,
    ({ source, kind, tier, storageClass }) => `${source} ${kind} ${tier} ${storageClass}`,
  );
  const cells = [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const sum = (of: (row: CostRow) => number) => same.reduce((total, row) => total + of(row), 0);
    return [
      [
        first.source,
        first.tier === null ? first.kind : `${first.kind} ${first.tier}`,
        first.class,
        first.storageClass,
        `${formatBytes(sum(({ bytes }) => bytes))}${first.grows ? ' after a year' : ''}`,
        formatDollars(sum(({ storage }) => storage)),
        formatDollars(sum(({ requests }) => requests)),
        formatDollars(sum(({ replication }) => replication)),
        formatDollars(sum(({ verification }) => verification)),
        formatDollars(sum(usdOf)),
      ],
    ];
  });
  const [head = '', ...body] = table(HEAD, cells).split('\n');
  return [style('dim', head), ...body];
}

function sizeLines({ sizes, unknown }: Costs): string[] {
  const known = sizes.map(
    ({ source, fullBytes, perDayBytes, from }) =>
      `${source} ${formatBytes(fullBytes)} and ${formatBytes(perDayBytes)} a day (${SIZE_FROM[from]})`,
  );
  return [
    ...(known.length === 0 ? [] : ['', `sizes: ${known.join('; ')}`]),
    ...(unknown.length === 0
      ? []
      : [
          '',
          `not counted, as their size is not known: ${unknown.join(', ')}. State it in the plan, or with --sizes`,
        ]),
  ];
}

function classLines({ storageClasses }: Costs, style: Style): string[] {
  const rows = storageClasses.map(({ name, gibMonthUsd, minimumDays, immediate, paysFromDays }) => [
    name,
    `$${gibMonthUsd}`,
    minimumDays === 0 ? '' : `${minimumDays} d`,
    immediate ? 'at once' : 'after hours',
    name === 'STANDARD' ? '' : paysFromDays === null ? 'never' : `from ${paysFromDays} d on`,
  ]);
  const [head = '', ...body] = table(
    ['storage class', 'GiB and month', 'billed at least', 'read', 'cheaper than Standard'],
    rows,
  ).split('\n');
  return rows.length === 0 ? [] : [style('dim', head), ...body];
}
