import { type Command, InvalidArgumentError, Option } from 'commander';
import { labelSchema } from '../catalog/manifest.ts';
import { type QualifiedName, qualifiedNameAt } from '../engines/postgresql/load/sql-statements.ts';
import { type Lsn, parseLsn } from '../engines/postgresql/lsn.ts';
import { messageOf } from '../message.ts';
import { type Duration, durationSchema, seconds } from '../plan/values/duration.ts';

/** The options that say which policy, source and store; the same words in every command. */
export function withPlan(command: Command): Command {
  return command
    .option('--plan <plan>', 'a plan in plans/ by its name, or the path to a plan of your own')
    .option('--env <environment>', 'environment of the plan, such as production')
    .addOption(
      new Option(
        '--config <file>',
        'the compiled plan (in a container) instead of --plan and --env',
      ),
    );
}

export function withStore(command: Command): Command {
  return withPlan(command)
    .option('--source <name>', 'source of the plan; may be left out when there is one')
    .option(
      '--store <url>',
      's3://bucket?region=…&endpoint=… or file:///directory; default: TIDEMARK_STORE, else the bucket of the environment',
    );
}

export function parseDuration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? '');
  return seconds(parsed.data as Duration);
}

/** `orders`, `public.orders` or `"My Schema"."my.table"`, as in SQL; without a schema it is `public`. */
export function parseTable(text: string): QualifiedName {
  const candidates = [text, `public.${text}`];
  const found = candidates
    .map((name) => ({ name, parsed: qualifiedNameAt(name, 0) }))
    .find(({ name, parsed }) => parsed?.end === name.length)?.parsed;
  if (!found) {
    throw new InvalidArgumentError(
      `write the schema and the table as in SQL, such as public.orders or '"My Schema"."my.table"'`,
    );
  }
  return { schema: found.schema, name: found.name };
}

/** Why a backup is taken. */
export function parseLabel(text: string): string {
  const parsed = labelSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? '');
  return parsed.data;
}

/** S3 takes nothing else than whole days. */
export function parseThawDays(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) {
    throw new InvalidArgumentError('write a number of whole days from 1 to 999');
  }
  return Number(text);
}

/** `16/B374D848`. */
export function parsePosition(text: string): Lsn {
  try {
    return parseLsn(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** As the server counts them; in the names of WAL segments they are hexadecimal. */
export function parseTimeline(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new InvalidArgumentError('write the decimal number of a timeline, such as 2');
  }
  return Number(text);
}

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z| ?UTC|[+-]\d\d:?\d\d)$/;

/** `latest`, or a moment with its offset from UTC: a moment without one means another thing on every machine. */
export function parseMoment(text: string): Date | 'latest' {
  if (text === 'latest') return 'latest';
  const at = new Date(text.replace(/ ?UTC$/, 'Z').replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  if (!INSTANT.test(text) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      `write 'latest' or a moment with its offset from UTC, such as 2026-11-21T02:00:00Z or '2026-11-21 03:00:00+01:00'`,
    );
  }
  return at;
}
