import { Command, Option } from 'commander';
import { diffJson } from '../report/audit/diff/environment-diff.ts';
import { diffMarkdown } from '../report/audit/diff/markdown.ts';
import { diffText } from '../report/audit/diff/text.ts';
import { diffAgainstAudit } from './diff/against-audit.ts';
import { type Comparison, diffAgainstRef } from './diff/against-ref.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';

const FORMATS = {
  text: ({ diffs, against }: Comparison, stream: NodeJS.WritableStream) =>
    diffText(diffs, against, stream),
  json: ({ diffs, against }: Comparison) => diffJson(diffs, against),
  markdown: ({ diffs, against }: Comparison) => diffMarkdown(diffs, against),
} as const satisfies Record<string, (found: Comparison, stream: NodeJS.WritableStream) => string>;

interface DiffOptions {
  readonly plan: string;
  readonly env?: string;
  readonly against: string;
  readonly format: keyof typeof FORMATS;
}

export function diffCommand(io: Io): Command {
  return new Command('diff')
    .description('tell what a change of a plan does to its promises')
    .requiredOption(
      '--plan <plan>',
      'a plan in plans/ by its name, or the path to a plan of your own',
    )
    .option('--env <environment>', 'one environment; default: all, or that of the audit')
    .requiredOption(
      '--against <ref or file>',
      'a git ref, or the JSON of an older audit (a name that ends in .json)',
    )
    .addOption(
      new Option('--format <format>', 'form of the result')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Says which promises shrink, change or grow, those that shrink first. Work tree and index stay as they are.

Examples:
  $ tidemark diff --plan insightdesk --env production --against main
  $ tidemark diff --plan ./backups/shop.ts --against v1.2.0 --format markdown
  $ tidemark diff --plan insightdesk --against audit-2026-06.json
Exit code 2 when a promise shrinks, 0 when none does, 1 when the input is wrong.`,
    )
    .action(async ({ plan, env, against, format }: DiffOptions) => {
      const found = against.endsWith('.json')
        ? await diffAgainstAudit(plan, env, against)
        : await diffAgainstRef(plan, env, against, io);
      const shrinks = found.diffs.some(({ changes }) =>
        changes.some(({ effect }) => effect === 'shrinks'),
      );
      if (shrinks) io.exitCode = EXIT.weaker;
      io.stdout.write(`${FORMATS[format](found, io.stdout)}\n`);
    });
}
