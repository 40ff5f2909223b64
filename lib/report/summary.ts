import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { isDerivedEngine } from '../engines/registry.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import type { Finding } from '../plan/findings.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { parseRetentionClass } from '../plan/values/retention.ts';
import { table } from './format.ts';
import { cadenceText, scheduleText } from './schedule-text.ts';

/** Files that synthesis wrote. */
export interface SynthFiles {
  readonly aws: readonly string[];
  readonly k8s: readonly string[];
}

/** A folder a line: the reader wants to know where to look, not every name. */
function fileLines({ aws, k8s }: SynthFiles): string[] {
  const folder = (paths: readonly string[]) => (paths[0] === undefined ? '' : dirname(paths[0]));
  return [
    ...(aws.length === 0 ? [] : [`    ${folder(aws)}  ${aws.length} CloudFormation templates`]),
    `    ${folder(k8s)}  ${k8s.length} Kubernetes files: kubectl apply -k ${folder(k8s)}`,
  ];
}

/** What an environment protects, how often, kept how long, which objective is proven, and where the files are. */
export function summaryText(
  compiled: CompiledPlan,
  findings: readonly Finding[],
  files: SynthFiles,
  stream: NodeJS.WritableStream,
): string {
  const bold = (text: string) => styleText('bold', text, { stream });
  const dim = (text: string) => styleText('dim', text, { stream });
  const title = compiled.title === null ? '' : dim(`  ${compiled.title}`);
  return [
    `${bold(`${compiled.plan} / ${compiled.environment}`)}${title}`,
    ...compiled.sources.flatMap((source) => ['', ...sourceLines(source, stream)]),
    '',
    bold('  Where it goes'),
    ...(compiled.store ? storeLines(compiled.store, dim) : bucketLines(compiled, dim)),
    '',
    bold('  Files'),
    ...fileLines(files),
    ...findingCounts(findings),
  ].join('\n');
}

function bucketLines(compiled: CompiledPlan, dim: (text: string) => string): string[] {
  const { primary, replica } = compiled.regions;
  const width = Math.max(primary.length, replica.length);
  return [
    `    ${primary.padEnd(width)}  s3://${compiled.buckets.primary}`,
    `    ${replica.padEnd(width)}  s3://${compiled.buckets.replica}  ${dim('replica')}`,
    `    ${lockText(compiled)}`,
  ];
}

/** No stack makes these: what they do with what they hold is not known here. */
function storeLines(
  { url, replica, evidence }: NonNullable<CompiledPlan['store']>,
  dim: (text: string) => string,
): string[] {
  return [
    `    ${url}`,
    ...(replica === undefined ? [] : [`    ${replica}  ${dim('replica, made by the storage')}`]),
    ...(evidence === undefined ? [] : [`    ${evidence}  ${dim('evidence')}`]),
    "    set up as 'tidemark bucket-rules' says",
  ];
}

const takenText = ({ derived, takenBy }: CompiledSource['protections'][number]): string =>
  derived ? (takenBy === 'velero' ? ' (by Velero)' : '') : ' (no job yet)';

function sourceLines(source: CompiledSource, stream: NodeJS.WritableStream): string[] {
  const bold = (text: string) => styleText('bold', text, { stream });
  const rows = source.protections
    .filter(({ metBy }) => metBy === null)
    .map((protection) => [
      `    ${protection.kind}${takenText(protection)}`,
      cadenceText(protection),
      protection.tiers
        .map(({ tier, class: name }) => `${tier ? `${tier} ` : ''}${keptText(name)}`)
        .join(', '),
    ]);
  return [
    `${bold(`  ${source.name}`)}  ${source.engine}${placeText(source)}`,
    table(['    what', 'how often', 'kept'], rows),
    ...source.protections.flatMap((protection) =>
      protection.metBy === null
        ? []
        : [`    ${protection.kind} ${cadenceText(protection)}: met by ${protection.metBy}`],
    ),
    '',
    ...proofLines(source, stream),
    ...verificationLines(source),
  ];
}

/** Where the engine's server is, for those that have one. */
function placeText({ settings }: CompiledSource): string {
  if (!('server' in settings)) return '';
  const { server } = settings;
  const version = 'version' in server ? ` ${server.version}` : '';
  const database = 'database' in server ? `/${server.database}` : '';
  return `${version}, ${server.service}:${server.port}${database}`;
}

function proofLines(source: CompiledSource, stream: NodeJS.WritableStream): string[] {
  const proven = (ok: boolean) =>
    ok ? styleText('green', '✓ proven', { stream }) : styleText('red', '✗ broken', { stream });
  const { objectives, proof } = source;
  if (!isTaken(source)) {
    return [
      `    - no job    RPO ${formatSeconds(objectives.rpoSeconds)}: at worst the last ${formatSeconds(proof.worstLossSeconds)} are lost, if somebody takes the backups`,
      `    - no job    RTO ${formatSeconds(objectives.rtoSeconds)}`,
    ];
  }
  const lines = [
    `    ${proven(proof.worstLossSeconds <= objectives.rpoSeconds)}    RPO ${formatSeconds(objectives.rpoSeconds)}: at worst the last ${formatSeconds(proof.worstLossSeconds)} are lost`,
    `    ${styleText('yellow', '· by drill', { stream })}  RTO ${formatSeconds(objectives.rtoSeconds)}: a drill has to measure it`,
  ];
  if (proof.windowSeconds === null || proof.windowSeconds > 0) {
    const reach =
      proof.windowSeconds === null
        ? 'since the first backup'
        : `of the last ${formatSeconds(proof.windowSeconds)}`;
    lines.push(`    ${proven(true)}    any moment ${reach} can be restored`);
  }
  return lines;
}

function verificationLines(source: CompiledSource): string[] {
  const checks = [
    ['checksums', source.verify.checksums],
    ['restore drill', source.verify.restore],
    ['full restore', source.verify.fullRestore],
  ] as const;
  return checks.flatMap(([name, schedule]) =>
    schedule
      ? [`    ${howProven(source, name === 'checksums')}   ${name} ${scheduleText(schedule)}`]
      : [],
  );
}

/** Of nine characters. */
function howProven(source: CompiledSource, checksums: boolean): string {
  if (checksums) return isTaken(source) ? 'verified ' : 'by people';
  return isDerivedEngine(source.engine) ? 'drilled  ' : 'by people';
}

/** Whether jobs take the backups that the proof rests on. */
const isTaken = ({ protections, proof }: CompiledSource): boolean =>
  protections.some(({ kind, derived }) => derived && kind === proof.by);

function keptText(className: string): string {
  const { days, storage } = parseRetentionClass(className);
  return `${days === null ? 'for ever' : `${days} d`}${storage === 'standard' ? '' : ` (${storage})`}`;
}

function lockText(compiled: CompiledPlan): string {
  return compiled.lock === null
    ? 'versioned, encrypted with KMS, replicated; no object lock'
    : `versioned, encrypted with KMS, replicated; object lock in ${compiled.lock} mode`;
}

function findingCounts(findings: readonly Finding[]): string[] {
  const open = findings.filter(({ severity }) => severity === 'warning').length;
  const exempt = findings.filter(({ severity }) => severity === 'exempt').length;
  if (open + exempt === 0) return [];
  return [
    '',
    `  ${open} ${open === 1 ? 'warning' : 'warnings'}, ${exempt} accepted with a reason; see: tidemark check`,
  ];
}
