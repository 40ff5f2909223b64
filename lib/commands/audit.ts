import { Command, Option } from 'commander';
import type { Audit } from '../audit/model.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { checkLiveOptions, type LiveOptions, liveOf } from './audit-live.ts';
import { givenSizes } from './audit-sizes.ts';
import { EXIT } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { compileNamed, openPlanStore, refusal } from './plan-input.ts';
import { ownFiles, readSynthesised, synthesisedNow } from './synthesised.ts';
import { writeWhole } from './write-whole.ts';

/** Each is loaded when it is asked for: no other command should wait for it. */
const FORMATS = {
  table: async (audit: Audit, io: Io) => {
    const { auditText } = await import('../report/audit/table.ts');
    return `${auditText(audit, io.stdout)}\n`;
  },
  csv: async (audit: Audit) => (await import('../report/audit/csv.ts')).csvText(audit),
  json: async (audit: Audit) => `${JSON.stringify(audit, null, 2)}\n`,
  html: async (audit: Audit) => (await import('../report/audit/html/html.ts')).htmlText(audit),
  oscal: async (audit: Audit, io: Io) =>
    (await import('../report/audit/oscal.ts')).oscalText(audit, io.now()),
  guard: async (audit: Audit) => (await import('../report/audit/guard.ts')).guardText(audit),
} as const satisfies Record<string, (audit: Audit, io: Io) => Promise<string>>;

type Format = keyof typeof FORMATS;

interface AuditOptions extends LiveOptions {
  readonly plan: string;
  readonly env: string;
  readonly out: string;
  readonly format: Format;
  readonly output?: string;
  readonly store?: string;
  readonly sizes?: string;
}

export function auditCommand(io: Io): Command {
  return new Command('audit')
    .description('tell from the synthesised files whether they keep what the plan promises')
    .requiredOption(
      '--plan <plan>',
      'a plan in plans/ by its name, or the path to a plan of your own',
    )
    .requiredOption('--env <environment>', 'environment of the plan, such as production')
    .option('--out <directory>', 'where synth wrote', 'dist')
    .addOption(
      new Option('--format <format>', 'form of the result')
        .choices(Object.keys(FORMATS))
        .default('table'),
    )
    .option('--output <file>', 'write to a file instead of stdout')
    .option(
      '--store <url>',
      'add verifications and drills on record in this store, and sizes as it shows them',
    )
    .option(
      '--sizes <list>',
      'how large sources are, for the costs, such as database=120GiB+4GiB/d,cache=2GiB',
    )
    .option('--live', 'compare what is deployed, too')
    .option('--profile <name>', 'with --live: profile of the AWS configuration')
    .option(
      '--replica-profile <name>',
      'with --live: profile for the replica region (default: the same)',
    )
    .addHelpText(
      'after',
      `
Reads <out>/<plan>/<env>/aws/*.template.json and <out>/<plan>/<env>/k8s/*.yaml, which 'tidemark synth' writes.

Examples:
  $ tidemark audit --plan insightdesk --env production
  $ tidemark audit --plan insightdesk --env production --format csv --output retention.csv
  $ tidemark audit --plan insightdesk --env production --live
Exit code 3 when a file or what is deployed does not keep what the plan promises, 2 when the plan has
an error, nothing is synthesised, or --live could look at nothing.`,
    )
    .action(async (options: AuditOptions) => {
      const audit = await auditOf(options, io);
      if (audit.problems.length > 0) io.exitCode = EXIT.unhealthy;
      const text = await FORMATS[options.format](audit, io);
      if (options.output === undefined) io.stdout.write(text);
      else await writeWhole(options.output, text);
      // A table says it by itself; a program or a file does not tell the person who looks at the terminal.
      if (options.format !== 'table' || options.output !== undefined) sayVerdict(audit, io);
    });
}

async function auditOf(options: AuditOptions, io: Io): Promise<Audit> {
  checkLiveOptions(options);
  const { compiled, findings } = await compileNamed(options.plan, options.env);
  if (!compiled) throw new InputError(refusal(options.plan, options.env, findings));
  const files = await readSynthesised(compiled, options.out, options.plan);
  const fresh = await synthesisedNow(compiled);
  const { buildAudit } = await import('../audit/build.ts');
  const records = await recordsOf(compiled, options, io);
  const audit = buildAudit({
    ...{ compiled, findings, fresh },
    ...(await ownFiles(files, fresh)),
    ...records,
  });
  const live = await liveOf(compiled, files.templates, options, io);
  if (!live) return audit;
  const { withLive } = await import('../audit/live/problems.ts');
  return withLive(audit, live, options.plan);
}

async function recordsOf(compiled: CompiledPlan, { store: url, sizes }: AuditOptions, io: Io) {
  const given = givenSizes(sizes, compiled);
  if (url === undefined) return { drills: [], sizes: { given, measured: new Map() } };
  const { readRecords } = await import('../audit/records.ts');
  const { measureSizes } = await import('../audit/sizes.ts');
  const store = await openPlanStore(compiled, { store: url }, io.env);
  try {
    const records = await readRecords(store, compiled, io.now());
    return {
      ...records,
      sizes: { given, measured: await measureSizes(store, compiled, io.now()) },
    };
  } finally {
    await store.close();
  }
}

function sayVerdict({ problems }: Audit, io: Io): void {
  const [first] = problems;
  if (!first) return;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const where = first.place ? `${first.place.file}:${first.place.line}: ` : '';
  io.stderr.write(`audit failed, ${count}; the first: ${where}${first.message}\n`);
}
