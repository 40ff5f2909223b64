import type { Audit } from '../../../audit/model.ts';
import { formatInstant } from '../../format.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

/** What was looked at in AWS; nothing where nobody looked. What differs there is among the problems. */
export function liveSections({
  live,
}: Audit): { readonly id: string; readonly heading: string; readonly body: Markup }[] {
  if (!live) return [];
  const left = live.notLookedAt.map(({ type, count }) => `${count} ${type}`).join(', ');
  const body = html`<p class="lead">Compared with AWS on ${formatInstant(live.at)}${live.failback ? ', deployed with replication both ways' : ''}. What differs is among the problems.${left === '' ? null : ` Not looked at: ${left}.`}</p>
${dataTable({
  caption: 'Stacks that were looked at',
  columns: ['Stack', 'Region', 'Account', 'Status', 'Resources as derived'],
  groups: [
    {
      rows: live.stacks.map(({ name, region, account, status, resources, same }) => [
        name,
        region,
        account,
        status ?? 'not deployed',
        `${same} of ${resources}`,
      ]),
    },
  ],
  name: 'live',
})}`;
  return [{ id: 'live', heading: 'Deployed', body }];
}
