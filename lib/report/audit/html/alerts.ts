import type { Audit } from '../../../audit/model.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { html, type Markup, type Piece, separated } from './markup.ts';

type Alert = Audit['alerts'][number];

/** What would be noticed, and who would be told. */
export function alertsSection({ alerts }: Audit, exhibits: Exhibits): Markup {
  if (alerts.length === 0) return html`<p>The files hold no alert.</p>\n`;
  const groups = [...Map.groupBy(alerts, ({ source }) => source)];
  // Most often all alerts go the same way: that is said once.
  const ways = new Set(alerts.map(({ tells }) => tells.join('\n')));
  const [first] = alerts;
  const everybody =
    ways.size === 1 && first
      ? html`<p class="tells">All of them tell ${names(first.tells)}.</p>\n`
      : null;
  return html`${everybody}${dataTable({
    name: 'alerts',
    caption: 'Alerts of every source and of the environment',
    columns: ['Fires when', 'Severity', ...(everybody ? [] : ['Tells']), 'Runbook', 'Written in'],
    groups: groups.map(([source, own]) => ({
      head: source ?? 'The environment',
      rows: own.map((alert) => cells(alert, exhibits, everybody === null)),
    })),
  })}`;
}

function cells(alert: Alert, exhibits: Exhibits, telling: boolean): Piece[] {
  const { name, condition, severity, tells, runbook, place } = alert;
  return [
    html`${condition}<span class="small name">${name}</span>`,
    severity,
    ...(telling ? [names(tells)] : []),
    runbook === null ? 'none' : link(runbook),
    exhibits.short(place),
  ];
}

function names(tells: Alert['tells']): Piece {
  if (tells.length === 0) return 'nobody';
  return separated(
    tells.map((who) => html`<span class="name">${who}</span>`),
    ', ',
  );
}

/** Only addresses of the web become links; anything else is shown as it is. */
function link(runbook: string): Markup {
  return /^https?:\/\//i.test(runbook)
    ? html`<a class="name" href="${runbook}" rel="noreferrer">${runbook}</a>`
    : html`<span class="name">${runbook}</span>`;
}
