import { Argument, Command, Option } from 'commander';
import { SCENARIO_NAMES, type ScenarioName } from '../../k8s/on-call/names.ts';
import type { Question } from '../../k8s/on-call/step.ts';
import type { QualifiedName } from '../engines/postgresql/load/sql-statements.ts';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../plan/compiled.ts';
import { usesAws } from '../plan/store-url.ts';
import { kubectlPlanText, scenariosText } from '../report/kubectl-plan.ts';
import { clusterOf } from './cluster-of.ts';
import { givenOptions, shellLine } from './command-line.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { parseMoment, parseTable, withPlan } from './options.ts';
import { compiledPlan, type SourceOptions, sourceOf } from './plan-input.ts';

interface KubectlPlanOptions extends SourceOptions {
  to?: Date | 'latest';
  table?: QualifiedName;
  context?: string;
  replica?: boolean;
  json?: boolean;
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

interface Asked {
  readonly compiled: CompiledPlan;
  readonly options: KubectlPlanOptions;
  /** Options as they were given, each followed by its value. */
  readonly given: readonly string[];
  readonly at: Date;
}

interface Answer {
  readonly json: unknown;
  readonly text: string;
}

async function steps(asked: Asked, name: ScenarioName): Promise<Answer> {
  const { scenarios, question } = await onCall(asked);
  const source = sourceOf(asked.compiled, asked.options.source);
  const { title, steps: stepsOf } = scenarios[name];
  const asks = question(source);
  const found = stepsOf(asks);
  if (typeof found === 'string') throw new InputError(`${name} of ${source.name}: ${found}`);
  const typed = found.map(({ say, run }) => ({
    say,
    run: run.map((pipeline) => pipeline.map(shellLine).join(' | ')),
  }));
  return {
    json: { scenario: name, source: source.name, title, steps: typed },
    text: kubectlPlanText({ head: head(asks, title), steps: typed }),
  };
}

/** What can be done for each source, and what keeps the others from it. */
async function listed(asked: Asked): Promise<Answer> {
  const { scenarios, question } = await onCall(asked);
  const { compiled, options } = asked;
  const sources = options.source ? [sourceOf(compiled, options.source)] : derivedSources(compiled);
  const json = sources.map((source) => {
    // What an option may say is said: what is missing then is missing in the plan.
    const everything = { ...question(source), to: 'latest', table: 'public.orders' };
    return {
      source: source.name,
      scenarios: SCENARIO_NAMES.map((name) => {
        const found = scenarios[name].steps(everything);
        const not = typeof found === 'string' ? { not: found } : {};
        return { name, title: scenarios[name].title, ...not };
      }),
    };
  });
  return { json, text: json.map((one) => scenariosText(one.source, one.scenarios)).join('\n\n') };
}

/** cdk8s takes a second to load, which no other command should wait for. */
async function onCall({ compiled, options, given, at }: Asked) {
  const [{ SCENARIOS }, { workloadsOf }] = await Promise.all([
    import('../../k8s/on-call/scenarios.ts'),
    import('../../k8s/on-call/workloads.ts'),
  ]);
  const value = (flag: string): string[] => {
    const at = given.indexOf(flag);
    return at < 0 ? [] : given.slice(at, at + 2);
  };
  const question = (named: DerivedSource): Question => {
    const cluster = clusterOf(compiled, named, options.replica === true);
    return {
      ...{ ...cluster, workloads: workloadsOf(cluster.compiled, cluster.source), at },
      context: options.context ?? cluster.compiled.kubernetes.cluster,
      policy: [...value('--plan'), ...value('--env'), ...value('--config')],
      replica: value('--replica').slice(0, 1),
      to: value('--to')[1],
      table: value('--table')[1],
    };
  };
  return { scenarios: SCENARIOS, question };
}

/** Where it is, and how to get there: on a line of its own, to be copied. */
function head({ compiled, source, context }: Question, title: string): string[] {
  const { plan, environment, kubernetes, regions } = compiled;
  const what = `${plan} in ${environment}, ${source.name}: ${title}.`;
  if (!usesAws(compiled)) return [what];
  const configure = ['aws', 'eks', 'update-kubeconfig', '--region', regions.primary];
  return [
    what,
    'Once on this machine:',
    `  ${shellLine([...configure, '--name', kubernetes.cluster, '--alias', context])}`,
  ];
}
