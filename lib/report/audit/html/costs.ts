import type { CostRow, Costs } from '../../../audit/costs/model.ts';
import { usdOf } from '../../../audit/costs/rows.ts';
import type { Audit } from '../../../audit/model.ts';
import { formatDollars } from '../../../plan/costs/dollars.ts';
import { formatBytes } from '../../format.ts';
import { costParts, pricesText, SIZE_FROM } from '../cost-words.ts';
import { dataTable } from './data-table.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece, separated } from './markup.ts';
import { share } from './share.ts';
import { daysText, rowName } from './words.ts';

/** What a month costs, and from when on a colder storage class pays. */
export function costsSection({ costs }: Audit): Markup {
  if (!costs) return html`<p>This audit was made by a version that computed no costs.</p>\n`;
  return html`<p class="sum"><strong>${formatDollars(costs.totalUsd)}</strong> a month${costParts(costs)}.</p>
<p class="lead">This is what it comes to ${pricesText(costs)}. Source: ${costs.prices.source}.</p>
${costs.rows.length === 0 ? null : byPromise(costs)}${unknown(costs)}${fixed(costs)}${storageClasses(costs)}`;
}

function byPromise({ rows, sizes, totalUsd }: Costs): Markup {
  const size = new Map(sizes.map((one) => [one.source, one]));
  return dataTable({
    name: 'costs',
    caption: 'Costs of a month, for every promise in each region and storage class',
    columns: ['What', 'Where', 'Stored', 'Storage', 'Requests', 'Copying', 'Verifying', 'Together'],
    groups: [...Map.groupBy(rows, ({ source }) => source)].map(([source, own]) => {
      const of = size.get(source);
      return {
        head: html`${source}${of ? sizeText(of) : null}`,
        rows: own.map((row) => cells(row, totalUsd)),
      };
    }),
  });
}

const sizeText = ({ fullBytes, perDayBytes, from }: Costs['sizes'][number]): Markup =>
  html` <span class="engine">${formatBytes(fullBytes)} a backup, ${formatBytes(perDayBytes)} a day; ${SIZE_FROM[from]}</span>`;

function cells(row: CostRow, totalUsd: number): Piece[] {
  const { region, storageClass, bytes, grows, backups } = row;
  const count = backups === null ? null : html`<span class="small">${backupsText(backups)}</span>`;
  return [
    html`${rowName(row)}<code class="small">${row.class}</code>`,
    html`${region}<span class="small">${storageClass}</span>`,
    html`${formatBytes(bytes)}${count}${grows ? html`<span class="small">after a year, and growing</span>` : null}`,
    formatDollars(row.storage),
    formatDollars(row.requests),
    row.replication === 0 ? '–' : formatDollars(row.replication),
    row.verification === 0 ? '–' : formatDollars(row.verification),
    [
      html`<strong>${formatDollars(usdOf(row))}</strong>`,
      share(usdOf(row), totalUsd, 'of all costs'),
    ],
  ];
}

const backupsText = (count: number): string =>
  `${count.toLocaleString('en-US', { maximumFractionDigits: 1 })} on average`;

function unknown({ unknown: sources }: Costs): Piece {
  if (sources.length === 0) return null;
  const names = separated(
    sources.map((source) => html`<span class="name">${source}</span>`),
    ', ',
  );
  return html`<p class="lead">${mark('warn', 'not counted')}, as nobody says how large they are: ${names}.</p>\n`;
}

function fixed({ fixed: rows }: Costs): Piece {
  if (rows.length === 0) return null;
  return html`<h3>Whatever is stored</h3>
${dataTable({
  name: 'fixed',
  caption: 'What costs the same however little is stored',
  columns: ['What', 'How many', 'A month'],
  groups: [{ rows: rows.map(({ what, count, usd }) => [what, `${count}`, formatDollars(usd)]) }],
})}`;
}

function storageClasses({ storageClasses: classes }: Costs): Piece {
  if (classes.length === 0) return null;
  return html`<h3>When another storage class pays</h3>
${dataTable({
  name: 'storage-classes',
  caption: 'Storage classes, and from how many days on each is cheaper than Standard',
  columns: ['Storage class', 'GiB and month', 'Billed at least', 'Read', 'Cheaper than Standard'],
  groups: [
    {
      rows: classes.map(({ name, gibMonthUsd, minimumDays, immediate, paysFromDays }) => [
        html`<span class="name">${name}</span>`,
        `$${gibMonthUsd}`,
        minimumDays === 0 ? '–' : daysText(minimumDays),
        immediate ? 'at once' : 'hours after it is asked for',
        name === 'STANDARD'
          ? '–'
          : paysFromDays === null
            ? 'never'
            : `from ${daysText(paysFromDays)} on`,
      ]),
    },
  ],
})}`;
}
