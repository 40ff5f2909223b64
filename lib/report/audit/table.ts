import { styleText } from 'node:util';
import type { Audit } from '../../audit/model.ts';
import { formatSeconds } from '../../plan/values/duration.ts';
import { formatInstant, table } from '../format.ts';
import { scheduleText } from '../schedule-text.ts';
import { shownOnOneLine } from '../shown.ts';
import { shortPlace } from './places.ts';
import { awsBackupLines } from './table-aws-backup.ts';
import { costLines } from './table-costs.ts';
import { liveLines } from './table-live.ts';
import { objectiveLines } from './table-objectives.ts';
import { retentionLines } from './table-retention.ts';

/** Marks text for a terminal; as it is elsewhere. */
export type Style = (format: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

/** The audit as a person reads it in a terminal: what is kept and where it is written, and last whether that is all. */
export function auditText(given: Audit, stream: NodeJS.WritableStream): string {
  const audit = structuredClone(given);
  showIn(audit);
  const style: Style = (format, text) => styleText(format, text, { stream });
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : ['', style('bold', `  ${title}`), ...lines.map((line) => `    ${line}`.trimEnd())];
  const title = audit.title === null ? '' : style('dim', `  ${audit.title}`);
  return [
    `${style('bold', `${audit.plan} / ${audit.environment}`)}${title}`,
    ...section('Retention', retentionLines(audit, style)),
    ...section('AWS Backup', awsBackupLines(audit, style)),
    ...section('Objectives', objectiveLines(audit, style)),
    ...section('Verification', verificationLines(audit)),
    ...section('Drills', drillLines(audit)),
    ...section('Alerts', alertLines(audit)),
    ...section('Controls', controlLines(audit, style)),
    ...section('Costs', costLines(audit, style)),
    ...section('Deployed', liveLines(audit, style)),
    ...section('Accepted, with reasons', exemptionLines(audit)),
    ...section('Problems', problemLines(audit, style)),
    '',
    verdict(audit, style),
  ].join('\n');
}

/** Names, reasons and messages come from plans, files and records: none of them may speak to the terminal. */
function showIn(value: object): void {
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string') Object.assign(value, { [key]: shownOnOneLine(item) });
    else if (typeof item === 'object' && item !== null) showIn(item);
  }
}

function verificationLines(audit: Audit): string[] {
  if (audit.verification.length === 0) return ['none'];
  const rows = audit.verification.map(({ source, check, schedule, automated, place, newest }) => [
    source,
    check,
    schedule ? scheduleText(schedule) : automated ? 'at once' : '',
    automated && place ? shortPlace(audit, place) : 'by people',
    newest ? formatInstant(newest.at) : '',
    newest ? (newest.problems.length === 0 ? 'sound' : `DAMAGED (${newest.problems.length})`) : '',
  ]);
  return table(['source', 'what', 'how often', 'by', 'last', ''], rows).split('\n');
}

function drillLines({ drills }: Audit): string[] {
  if (drills.length === 0) return ['none is on record'];
  const duration = (seconds: number | null) => (seconds === null ? '' : formatSeconds(seconds));
  const rows = drills.map(({ source, at, outcome, rpoSeconds, rtoSeconds }) => [
    source,
    formatInstant(at),
    outcome,
    duration(rpoSeconds),
    duration(rtoSeconds),
  ]);
  return table(['source', 'at', 'outcome', 'lost', 'took'], rows).split('\n');
}

function alertLines(audit: Audit): string[] {
  if (audit.alerts.length === 0) return ['none'];
  const prefix = `tidemark/${audit.plan}/${audit.environment}/`;
  const rows = audit.alerts.map(({ severity, name, condition, place }) => [
    severity,
    name.replace(prefix, '').replace(/ \[[a-z]+\]$/, ''),
    shortened(condition),
    shortPlace(audit, place),
  ]);
  const told = new Set(
    audit.alerts.flatMap(({ tells }) => tells.map((topic) => topic.replace(/^.*: /, ''))),
  );
  return [
    ...table(['severity', 'about', 'fires on', 'line'], rows).split('\n'),
    `told: ${[...told].join('; ') || 'nobody'}`,
  ];
}

/** As long as a terminal is wide beside what stands before it. */
const LONGEST_CONDITION = 90;

/** Some events are many; every other form has them all. */
const shortened = (condition: string): string =>
  condition.length <= LONGEST_CONDITION
    ? condition
    : `${condition.slice(0, LONGEST_CONDITION - 1)}…`;

/** As many of them as are read; every other form has them all. */
const MISSING_LINES = 3;

/** What is missing stands below its control: it is what the reader looks for. */
function controlLines({ controls }: Audit, style: Style): string[] {
  if (controls.length === 0) return [];
  const rows = controls.map(({ framework, id, status, title }) => [framework, id, status, title]);
  const [head = '', ...body] = table(['framework', 'control', 'status', 'about'], rows).split('\n');
  return [
    head,
    ...body.flatMap((line, index) => [
      line,
      ...missingLines(controls[index]?.missing ?? []).map((text) => style('dim', `  - ${text}`)),
    ]),
  ];
}

function missingLines(missing: readonly string[]): string[] {
  if (missing.length <= MISSING_LINES + 1) return [...missing];
  const left = missing.length - MISSING_LINES;
  return [...missing.slice(0, MISSING_LINES), `and ${left} more: --format html has them all`];
}

const exemptionLines = ({ findings }: Audit): string[] =>
  findings
    .filter(({ reason }) => reason !== null)
    .flatMap(({ code, path, reason }) => [`${code}  ${path}`, `  ${reason}`]);

/** In full, so that an editor opens the line. */
const problemLines = ({ problems }: Audit, style: Style): string[] =>
  problems.flatMap(({ place, message, remedy }, index) => [
    ...(index === 0 ? [] : ['']),
    `${style('red', place ? `${place.file}:${place.line}` : 'nowhere')}${place?.resource ? style('dim', `  ${place.resource}`) : ''}`,
    `  ${message}`,
    `  → ${remedy}`,
  ]);

function verdict({ problems, retention, awsBackup, files, live }: Audit, style: Style): string {
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return style('red', `✗ ${count}: what the plan promises is not kept`);
  }
  const left = retention.filter(({ notDerived }) => notDerived !== null).length;
  const without =
    left === 1 ? '1 row has no job of its own' : `${left} rows have no job of their own`;
  const kept = `✓ ${files.length} files keep ${retention.length - left + awsBackup.length} promises`;
  const deployed = live ? ['they are what is deployed'] : [];
  return style('green', [kept, ...deployed, ...(left === 0 ? [] : [without])].join('; '));
}
