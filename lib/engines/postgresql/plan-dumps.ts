import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import type { postgresqlSourceSchema } from './plan.ts';

type Config = z.output<typeof postgresqlSourceSchema>;
type LogicalRow = Extract<Config['protect'][number], { kind: 'logical' }>;

/** What is wrong with a row of dumps, and with the dump before a deployment. */
export function dumpRemarks({ protect, hooks }: Config, managed: boolean): Remark[] {
  const index = protect.findIndex(({ kind }) => kind === 'logical');
  const row = protect[index];
  const remarks: Remark[] = [];
  if (row?.kind === 'logical') remarks.push(...rowRemarks(row, ['protect', `${index}`], managed));
  if (hooks?.preDeploy) remarks.push(...hookRemarks(row?.kind === 'logical' ? row : undefined));
  return remarks;
}

function rowRemarks(row: LogicalRow, keys: readonly string[], managed: boolean): Remark[] {
  const remarks: Remark[] = [];
  const several = row.databases === 'all' || row.databases.length > 1;
  for (const option of ['tables', 'csv'] as const) {
    if (!row[option] || !several) continue;
    remarks.push({
      code: 'TM615',
      severity: 'error',
      keys: [...keys, option],
      message: `${option} names tables, and the row dumps ${row.databases === 'all' ? 'every database' : `${row.databases.length} databases`}: nobody knows in which one they are`,
      remedy: "name the database that they are in, such as databases: ['shop']",
    });
  }
  if (managed && row.globals === 'with-passwords') {
    remarks.push({
      code: 'TM618',
      severity: 'error',
      keys: [...keys, 'globals'],
      message: 'managed servers show the hashes of passwords to nobody, so every backup would fail',
      remedy:
        "write globals: 'without-passwords'; after a restore of roles their passwords are set anew",
    });
  }
  return remarks;
}

function hookRemarks(row: LogicalRow | undefined): Remark[] {
  const keys = ['hooks', 'preDeploy'];
  if (!row) {
    return [
      {
        code: 'TM616',
        severity: 'error',
        keys,
        message:
          'a dump is to be taken before each deployment, and no row says what is dumped and how long it is kept',
        remedy: "add logical({ at: '02:30' }) to protect",
      },
    ];
  }
  if (!row.schemaOnly && !row.tables) return [];
  return [
    {
      code: 'TM619',
      severity: 'warning',
      keys,
      message: `the dump before a deployment holds ${row.schemaOnly ? 'definitions without data' : 'chosen tables alone'}, so a deployment cannot be undone with it`,
      remedy: `take ${row.schemaOnly ? 'schemaOnly' : 'tables'} out of the logical row`,
    },
  ];
}
