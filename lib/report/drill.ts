import type { DrillRun } from '../catalog/run-record.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { formatInstant } from './format.ts';

interface Objectives {
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
}

/** What came back, what was measured beside what the plan promises, and what is wrong with it. */
export function drillText(drill: DrillRun, objectives: Objectives): string {
  const { outcome, source, backup, recoveredTo, rtoSeconds, rpoSeconds, counts, queries } = drill;
  const passed = outcome === 'succeeded';
  const lines = [`drill of ${source} ${passed ? 'passed' : 'FAILED'}`];
  if (!passed && drill.problems.length === 0) lines.push(`  - ${drill.error}`);
  lines.push(...drill.problems.map((problem) => `  - ${problem}`));
  if (backup !== null) lines.push(`  from    ${backup}`);
  if (recoveredTo !== null) lines.push(`  up to   ${formatInstant(recoveredTo)}`);
  if (rpoSeconds !== null) {
    lines.push(
      `  lost    ${formatSeconds(rpoSeconds)}${beside(rpoSeconds, objectives.rpoSeconds)}`,
    );
  }
  if (rtoSeconds !== null) {
    lines.push(
      `  back    after ${formatSeconds(rtoSeconds)}${beside(rtoSeconds, objectives.rtoSeconds)}${phasesText(drill)}`,
    );
  }
  if (counts !== null) {
    const asked = queries.length > 0 ? `, ${count(queries.length, 'query', 'queries')} asked` : '';
    lines.push(`  read    ${readText(counts)}${asked}`);
  }
  return lines.join('\n');
}

function phasesText({ phases: { fetchSeconds, recoverSeconds, checkSeconds } }: DrillRun): string {
  if (fetchSeconds === null || recoverSeconds === null) return '';
  const checked = checkSeconds === null ? '' : `; checked in ${formatSeconds(checkSeconds)}`;
  return `: fetched in ${formatSeconds(fetchSeconds)}, recovered in ${formatSeconds(recoverSeconds)}${checked}`;
}

function readText(counts: NonNullable<DrillRun['counts']>): string {
  const databases = count(counts.databases, 'database');
  if ('keys' in counts) return `${count(counts.keys, 'key')} in ${databases}`;
  const { tables, rows, indexes } = counts;
  const compared = indexes > 0 ? `, ${count(indexes, 'index', 'indexes')} compared` : '';
  return `${count(rows, 'row')} of ${count(tables, 'table')} in ${databases}${compared}`;
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

const beside = (found: number, allowed: number): string =>
  ` (${found <= allowed ? 'allowed' : 'MORE than the allowed'} ${formatSeconds(allowed)})`;
