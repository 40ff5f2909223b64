import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';
import type { Alarm } from './alarm.ts';
import { replicationWidgets, sourceWidgets, WIDTH } from './dashboard-widgets.ts';
import { sourceStatusArns } from './source-at-risk.ts';

const DASHBOARD_NAME_LIMIT = 255;

/** CloudWatch shows no more in one widget. */
const ALARMS_IN_A_WIDGET = 100;

export interface DashboardProps {
  readonly compiled: CompiledPlan;
  /** Alarms of the account on what all sources share, in both regions. */
  readonly shared: readonly Alarm[];
  readonly failback: boolean;
}

/**
 * An environment on one page. Dashboards belong to the account and not to a region, so this one shows both. Sources are
 * searched for and not listed: with a hundred of them the page is as long as with one.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { compiled, shared, failback } = props;
    const named = (title: string, arns: readonly string[]): cloudwatch.IWidget[][] =>
      statusWidgets(
        title,
        arns.map((arn, i) => cloudwatch.Alarm.fromAlarmArn(this, `${title} ${i}`, arn)),
      );
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: boundedName(
        `tidemark-${compiled.plan}-${compiled.environment}`,
        DASHBOARD_NAME_LIMIT,
      ),
      start: '-P7D',
      widgets: [
        [heading(compiled)],
        ...named('Sources', sourceStatusArns(compiled)),
        ...named(
          'Watchers, replication, protection',
          shared.map(({ arn }) => arn),
        ),
        ...sourceWidgets(compiled),
        ...replicationWidgets(compiled, failback),
      ],
    });
  }
}

const heading = ({ plan, environment, regions }: CompiledPlan): cloudwatch.IWidget =>
  new cloudwatch.TextWidget({
    width: WIDTH,
    height: 2,
    markdown: [
      `# Backups of ${plan} ${environment}`,
      `Written in ${regions.primary}, copied to ${regions.replica}. What to do about an alarm is in \`docs/runbook.md\`, in the section that its name ends with.`,
    ].join('\n'),
  });

/** A row for as many alarms as one widget can show. */
function statusWidgets(
  title: string,
  alarms: readonly cloudwatch.IAlarm[],
): cloudwatch.IWidget[][] {
  const rows = Math.ceil(alarms.length / ALARMS_IN_A_WIDGET);
  return Array.from({ length: rows }, (_, row) => {
    const first = row * ALARMS_IN_A_WIDGET;
    const shown = alarms.slice(first, first + ALARMS_IN_A_WIDGET);
    return [
      new cloudwatch.AlarmStatusWidget({
        title: rows === 1 ? title : `${title} ${first + 1} to ${first + shown.length}`,
        alarms: shown,
        width: WIDTH,
        height: 2 + Math.ceil(shown.length / 4),
        // The worst first, so that nobody has to look for it.
        sortBy: cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      }),
    ];
  });
}
