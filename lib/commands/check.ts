import { Command } from 'commander';
import { compile } from '../plan/compile.ts';
import type { Finding } from '../plan/findings.ts';
import { loadPlan } from '../plan/load.ts';
import { isRecord } from '../plan/merge.ts';
import { findingsText } from '../report/findings.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';

export function checkCommand(io: Io): Command {
  return new Command('check')
    .description('check a plan and prove its objectives')
    .argument('[plan]', 'a plan in plans/ by its name, or the path to a plan of your own')
    .option('--plan <plan>', 'the same as the argument')
    .option('--env <environment>', 'check one environment; default: all')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ tidemark check quickstart
  $ tidemark check ./backup-plan.ts --env production
Exit code 2 when the plan has an error.`,
    )
    .action(
      async (
        argument: string | undefined,
        options: { plan?: string; env?: string; json?: boolean },
        command: Command,
      ) => {
        const plan = argument ?? options.plan;
        if (plan === undefined) command.error('error: name a plan: tidemark check PLAN');
        else if (options.plan !== undefined && options.plan !== plan)
          command.error(`error: two plans are named, ${plan} and ${options.plan}; name one`);
        else await check(plan, options, io);
      },
    );
}

async function check(
  plan: string,
  options: { env?: string; json?: boolean },
  io: Io,
): Promise<void> {
  const loaded = await loadPlan(plan);
  const results = (options.env === undefined ? environmentsOf(loaded) : [options.env]).map(
    (environment) => ({
      environment,
      findings: compile(loaded, environment).findings,
    }),
  );
  if (results.some(({ findings }) => findings.some(isError))) io.exitCode = EXIT.input;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ plan, environments: results }, null, 2)}\n`);
    return;
  }
  for (const [index, { environment, findings }] of results.entries()) {
    // What is wrong with the form is wrong everywhere: it is shown once.
    const shown = index === 0 ? findings : findings.filter((finding) => !isAboutForm(finding));
    const above = shown.length < findings.length ? '; those about the form are above' : '';
    io.stdout.write(`${plan} / ${environment}: ${count(findings)}${above}\n`);
    if (shown.length > 0) io.stdout.write(`\n${findingsText(shown, io.stdout)}\n\n`);
  }
}

function environmentsOf(loaded: unknown): string[] {
  const environments = isRecord(loaded) && isRecord(loaded.environments) ? loaded.environments : {};
  const names = Object.keys(environments);
  return names.length > 0 ? names : ['production'];
}

const isAboutForm = ({ code }: Finding): boolean => code.startsWith('TM0');

const isError = (finding: Finding): boolean => finding.severity === 'error';

function count(findings: readonly Finding[]): string {
  const errors = findings.filter(isError).length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (errors + warnings === 0) return 'in order';
  return `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
}
