import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { clickhouse, full, kubernetes } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import bud from '../../../plans/bud.ts';
import insightdesk from '../../../plans/insightdesk.ts';
import quickstart from '../../../plans/quickstart.ts';
import sensei from '../../../plans/sensei.ts';
import somabrain from '../../../plans/somabrain.ts';
import vectorizer from '../../../plans/vectorizer.ts';
import { plan, source } from '../plan/example.ts';
import { GROUPS } from '../vaults/shop.ts';

const PLANS = [bud, insightdesk, quickstart, sensei, somabrain, vectorizer];

/** Nothing is said about how good a policy this is. */
const AT_LEISURE = { rpo: '2d', rto: '1d' } as const;

/** Uses whatever of AWS a plan can ask for. */
export const everything: PlanInput = plan({
  environments: { production: { account: '111111111111', lock: 'compliance' } },
  alerts: {
    email: ['oncall@example.com'],
    https: ['https://events.example.com/alerts'],
    slack: { workspace: 'T0123ABCD', channel: 'C0123ABCD' },
  },
  access: { breakGlass: { principals: ['user/anna', 'user/incidents/ben'] } },
  awsBackup: { groups: GROUPS },
  monitoring: { namespace: 'monitoring' },
  sources: {
    database: source(),
    cluster: kubernetes({
      protect: [full({ at: '05:00', keep: '30d' })],
      objectives: AT_LEISURE,
    }),
    events: clickhouse({
      server: { service: 'clickhouse.stats', serviceAccount: 'clickhouse' },
      protect: [full({ at: '04:00', keep: '30d' })],
      objectives: AT_LEISURE,
    }),
  },
});

/** The same with the replica in another account. */
export const inTwoAccounts: PlanInput = {
  ...everything,
  name: 'apart',
  environments: {
    production: { account: '111111111111', replicaAccount: '222222222222', lock: 'compliance' },
  },
};

export interface DeployedEnvironment {
  readonly name: string;
  readonly plan: PlanInput;
  readonly environment: string;
}

/** Every environment of every plan of the repository, one with everything, and one in two accounts. */
export const environments: readonly DeployedEnvironment[] = [
  ...PLANS,
  everything,
  inTwoAccounts,
].flatMap((of) =>
  Object.keys(of.environments).map((environment) => ({ name: of.name, plan: of, environment })),
);

export function compiledOf({ plan: of, environment }: DeployedEnvironment): CompiledPlan {
  const { compiled, findings } = compile(of, environment);
  if (!compiled) throw new Error(JSON.stringify(findings));
  return compiled;
}
