import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Dashboard } from '../../../lib/alerting/dashboard.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { text } from './template.ts';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

function bodyOf(template: Template): { readonly widgets: Widget[]; readonly length: number } {
  const [page] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  expect(page?.Properties.DashboardName).toBe('tidemark-shop-production');
  const body = text(template, page?.Properties.DashboardBody);
  return { widgets: JSON.parse(body).widgets, length: body.length };
}

const alarmsIn = (widgets: readonly Widget[], title: RegExp): string[] =>
  widgets
    .filter(({ properties }) => title.test(properties.title ?? ''))
    .flatMap(({ properties }) => properties.alarms ?? []);

const { primary, replica } = templates(compiledPlan({ sources: [source('orders')] }), true);
const one = bodyOf(primary);

test('the account has one page, as dashboards belong to no region', () => {
  replica.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});

test('the page shows the state of each source and of what all share, in both regions', () => {
  expect(alarmsIn(one.widgets, /^Sources/)).toEqual([
    'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:tidemark/shop/production/orders/source-at-risk [critical]',
  ]);
  const shared = alarmsIn(one.widgets, /^Watchers/);
  for (const name of [
    'eu-central-1:123456789012:alarm:tidemark/shop/production/alert-stale/heartbeat-missing [critical]',
    'eu-central-1:123456789012:alarm:tidemark/shop/production/eu-central-1/key-disabled [critical]',
    'eu-west-1:123456789012:alarm:tidemark/shop/production/eu-west-1/key-disabled [critical]',
    'eu-west-1:123456789012:alarm:tidemark/shop/production/replication-from-eu-central-1/replication-backlog [warning]',
  ]) {
    expect(shared).toContain(`arn:aws:cloudwatch:${name}`);
  }
  expect(shared.filter((arn) => arn.includes('/orders/'))).toEqual([]);
});

test('the page shows age, size, failures, log, verification and replication', () => {
  const drawn = JSON.stringify(one.widgets);
  for (const metric of [
    METRIC.age,
    METRIC.sizeRatio,
    METRIC.failedRuns,
    METRIC.walLag,
    METRIC.verificationAge,
    METRIC.verificationProblems,
  ]) {
    expect(drawn).toContain(
      `{Tidemark,Plan,Environment,Source} Plan=\\"shop\\" Environment=\\"production\\" MetricName=\\"${metric}\\"`,
    );
  }
});

test('replication is drawn from the region that has its metrics, in both directions', () => {
  const of = (metric: string) =>
    one.widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter((drawn) => drawn[1] === metric)
      .map((drawn) => drawn.at(-1));
  const [there, back] = ['eu-central-1 to eu-west-1', 'eu-west-1 to eu-central-1'];
  expect(of('BytesPendingReplication')).toMatchObject([
    { label: there, region: 'eu-west-1' },
    // The region of the stack is the default.
    { label: back },
  ]);
  expect(of('OperationsFailedReplication')).toMatchObject([
    { label: there },
    { label: back, region: 'eu-west-1' },
  ]);
});

test('widgets lie side by side and do not overlap', () => {
  const taken = new Set<string>();
  for (const { x, y, width, height } of one.widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        expect(taken.has(`${column},${row}`)).toBe(false);
        taken.add(`${column},${row}`);
      }
    }
  }
});

/** The page by itself, of a plan with so many sources. */
function pageOf(count: number): { readonly widgets: Widget[]; readonly length: number } {
  const sources = Array.from({ length: count }, (_, i) => source(`orders-${i}`));
  const stack = new Stack(new App(), 'Primary', { env: { region: 'eu-central-1' } });
  const compiled = compiledPlan({ sources });
  new Dashboard(stack, 'Dashboard', { compiled, shared: [], failback: true });
  return bodyOf(Template.fromStack(stack));
}

test('the page of a hundred sources has the same graphs', () => {
  const many = pageOf(100);
  expect(many.widgets).toHaveLength(pageOf(1).widgets.length);
  expect(alarmsIn(many.widgets, /^Sources/)).toHaveLength(100);
  // PutDashboard takes 1 MB.
  expect(many.length).toBeLessThan(100_000);
});

test('a widget shows a hundred alarms at most', () => {
  const { widgets } = pageOf(101);
  const titles = widgets.map(({ properties }) => properties.title);
  expect(titles).toContain('Sources 1 to 100');
  expect(titles).toContain('Sources 101 to 101');
  for (const { properties } of widgets) expect(properties.alarms?.length ?? 0).toBeLessThan(101);
});
