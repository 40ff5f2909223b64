import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { boundedName } from '../../../lib/plan/values/bounded-name.ts';
import { graphs, overview, type Panel } from './panels.ts';
import { Series } from './promql.ts';

/** Of Grafana's grid, in columns. */
const WIDTH = 24;
const GRAPH_HEIGHT = 8;
const NUMBER_HEIGHT = 4;
const GRAPHS_IN_ROW = 3;

/** What Grafana takes for the name of a dashboard in addresses. */
const UID_LIMIT = 40;

/** Chosen at the top of the dashboard. */
const DATASOURCE = { type: 'prometheus', uid: `\${datasource}` } as const;

/** The dashboard of one plan and environment as Grafana imports it. The same plan gives the same bytes. */
export function dashboard(
  compiled: CompiledPlan,
  monitoring: NonNullable<CompiledPlan['monitoring']>,
): string {
  const { plan, environment } = compiled;
  return `${JSON.stringify(
    {
      uid: boundedName(`tidemark-${plan}-${environment}`, UID_LIMIT),
      title: `Tidemark: ${plan} ${environment}`,
      description: 'Backups, what proves them, and how far back the last one is',
      tags: ['tidemark'],
      editable: false,
      graphTooltip: 1,
      refresh: '1m',
      schemaVersion: 39,
      time: { from: 'now-7d', to: 'now' },
      timezone: 'utc',
      templating: { list: variables(compiled) },
      panels: [
        ...placed(overview(compiled, monitoring), { top: 0, height: NUMBER_HEIGHT, inRow: 4 }),
        ...placed(graphs(compiled), {
          top: NUMBER_HEIGHT,
          height: GRAPH_HEIGHT,
          inRow: GRAPHS_IN_ROW,
        }),
      ].map((panel, index) => ({ id: index + 1, ...panel })),
    },
    null,
    2,
  )}\n`;
}

const variables = (compiled: CompiledPlan) => [
  { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
  {
    name: 'source',
    type: 'query',
    label: 'Source',
    datasource: DATASOURCE,
    query: `label_values(${new Series(compiled).of('health')}, source)`,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
  },
];

interface Place {
  readonly top: number;
  readonly height: number;
  readonly inRow: number;
}

const placed = (panels: readonly Panel[], { top, height, inRow }: Place) =>
  panels.map((panel, index) => ({
    ...shown(panel),
    gridPos: {
      x: (index % inRow) * (WIDTH / inRow),
      y: top + Math.floor(index / inRow) * height,
      w: WIDTH / inRow,
      h: height,
    },
  }));

function shown({ title, description, unit, queries, single }: Panel) {
  const targets = queries.map(({ expr, legend }, index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: DATASOURCE,
    expr,
    legendFormat: legend,
    ...(single && { instant: true }),
  }));
  const about = { title, description, datasource: DATASOURCE, targets };
  return single
    ? { ...about, type: 'stat', fieldConfig: numberConfig(unit, single), options: NUMBER }
    : { ...about, type: 'timeseries', fieldConfig: graphConfig(unit), options: GRAPH };
}

const numberConfig = (unit: string, { redFrom }: NonNullable<Panel['single']>) => ({
  defaults: {
    unit,
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: 'green', value: null },
        ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }]),
      ],
    },
  },
  overrides: [],
});

/** Second queries of a graph say what is allowed: drawn as dashes. */
const graphConfig = (unit: string) => ({
  defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 0, showPoints: 'never' } },
  overrides: [
    {
      matcher: { id: 'byFrameRefID', options: 'B' },
      properties: [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }],
    },
  ],
});

const NUMBER = {
  colorMode: 'value',
  graphMode: 'none',
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
} as const;

const GRAPH = {
  legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
  tooltip: { mode: 'multi', sort: 'desc' },
} as const;
