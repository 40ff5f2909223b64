import type { Audit } from '../../audit/model.ts';
import { formatInstant, table } from '../format.ts';
import type { Style } from './table.ts';

/** What was looked at in AWS. What differs there is among the problems. */
export function liveLines({ live }: Audit, style: Style): string[] {
  if (!live) return [];
  const rows = live.stacks.map(({ name, region, account, status, resources, same }) => [
    name,
    region,
    account,
    status ?? 'not deployed',
    `${same} of ${resources}`,
  ]);
  const [head = '', ...body] = table(
    ['stack', 'region', 'account', 'status', 'resources as derived'],
    rows,
  ).split('\n');
  const left = live.notLookedAt.map(({ type, count }) => `${count} ${type}`);
  return [
    style('dim', `  ${head}`),
    ...body.map((line, index) => `${mark(live.stacks[index], live, style)} ${line}`),
    `looked at on ${formatInstant(live.at)}${live.failback ? ', deployed with replication both ways' : ''}`,
    ...(left.length > 0 ? [`not looked at: ${left.join(', ')}`] : []),
  ];
}

type Live = NonNullable<Audit['live']>;

/** Kept where nothing of the stack differs and nothing was left unseen. */
function mark(stack: Live['stacks'][number] | undefined, live: Live, style: Style): string {
  const bad = [...live.drifts, ...live.unseen].some((one) => one.stack === stack?.name);
  return bad ? style('red', '✗') : style('green', '✓');
}
