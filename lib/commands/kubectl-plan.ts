import { Argument, Command, Option } from 'commander';
import { SCENARIO_NAMES, type ScenarioName } from '../../k8s/on-call/names.ts';
import type { Place } from '../../k8s/on-call/step.ts';
import { clusterSources } from '../engines/kubernetes/names.ts';
import { derivedSources } from '../plan/compiled.ts';
import { usesAws } from '../plan/store-url.ts';
import { kubectlPlanText, scenariosText } from '../report/kubectl-plan.ts';
import { givenOptions, shellLine } from './command-line.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { type Asked, answers, type KubectlPlanOptions, named } from './on-call.ts';
import { parseMoment, parseTable, withPlan } from './options.ts';
import { compiledPlan } from './plan-input.ts';

interface Answer {
  readonly json: unknown;
  readonly text: string;
}

export function kubectlPlanCommand(io: Io): Command {
  return withPlan(new Command('kubectl-plan'))
    .description('print what to type in an emergency: the lines of kubectl, in their order')
    .addArgument(
      new Argument('[scenario]', 'what is to be done; without it, what there is').choices(
        SCENARIO_NAMES,
      ),
    )
    .option('--source <name>', 'source of the plan; may be left out when there is one')
    .addOption(
      new Option('--to <moment>', 'the moment to go back to, with its offset from UTC').argParser(
        parseMoment,
      ),
    )
    .addOption(
      new Option('--table <name>', 'of load-table, such as public.orders').argParser(parseTable),
    )
    .option('--replica', 'in the cluster of the replica region')
    .option('--context <name>', "of kubectl; default: the cluster's name in the plan")
    .option('--json', 'print the steps as JSON')
    .addHelpText(
      'after',
      `
Nothing is done: a person reads each line, types it, and looks at what it says. Names are read from
the manifests that the plan derives.

Examples:
  $ tidemark kubectl-plan --plan insightdesk --env production
  $ tidemark kubectl-plan status --plan insightdesk --env production
  $ tidemark kubectl-plan restore-latest --plan insightdesk --env production
  $ tidemark kubectl-plan restore-to --plan insightdesk --env production --to 2026-11-21T02:00:00Z
  $ tidemark kubectl-plan load-table --plan insightdesk --env production --table public.tickets`,
    )
    .action(async (name: ScenarioName | undefined, options: KubectlPlanOptions, command) => {
      const compiled = await compiledPlan(options);
      const asked = { compiled, options, given: givenOptions(command), at: io.now() };
      const { json, text } = name === undefined ? await listed(asked) : await steps(asked, name);
      io.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : text}\n`);
    });
}

async function steps(asked: Asked, name: ScenarioName): Promise<Answer> {
  const source = named(asked);
  const { title, found, place } = (await answers(asked))(source, name);
  if (typeof found === 'string') throw new InputError(`${name} of ${source.name}: ${found}`);
  const typed = found.map(({ say, run }) => ({
    say,
    run: run.map((pipeline) => pipeline.map(shellLine).join(' | ')),
  }));
  return {
    json: { scenario: name, source: source.name, title, steps: typed },
    text: kubectlPlanText({ head: head(place, source.name, title), steps: typed }),
  };
}

/** What can be done for each source, and what keeps the others from it. */
async function listed(asked: Asked): Promise<Answer> {
  const { compiled, options } = asked;
  // What an option may say is said: what is missing then is missing in the plan.
  const answer = await answers(asked, { to: 'latest', table: 'public.orders' });
  const sources = options.source
    ? [named(asked)]
    : [...derivedSources(compiled), ...clusterSources(compiled)];
  const json = sources.map((source) => ({
    source: source.name,
    scenarios: SCENARIO_NAMES.map((name) => {
      const { title, found } = answer(source, name);
      return { name, title, ...(typeof found === 'string' && { not: found }) };
    }),
  }));
  return { json, text: json.map((one) => scenariosText(one.source, one.scenarios)).join('\n\n') };
}

/** Where it is, and how to get there: on a line of its own, to be copied. */
function head({ compiled, context }: Place, source: string, title: string): string[] {
  const { plan, environment, kubernetes, regions } = compiled;
  const what = `${plan} in ${environment}, ${source}: ${title}.`;
  if (!usesAws(compiled)) return [what];
  const configure = ['aws', 'eks', 'update-kubeconfig', '--region', regions.primary];
  return [
    what,
    'Once on this machine:',
    `  ${shellLine([...configure, '--name', kubernetes.cluster, '--alias', context])}`,
  ];
}
