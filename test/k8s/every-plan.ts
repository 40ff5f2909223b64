import { compile } from '../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import bud from '../../plans/bud.ts';
import insightdesk from '../../plans/insightdesk.ts';
import quickstart from '../../plans/quickstart.ts';
import sensei from '../../plans/sensei.ts';
import somabrain from '../../plans/somabrain.ts';
import vectorizer from '../../plans/vectorizer.ts';
import {
  archivingPostgresql,
  everythingOfPostgresql,
  everythingOfRedis,
  NOWHERE,
  outsideAws,
  proved,
} from './agent/plans.ts';
import { deployedPlan } from './deployed-plan.ts';
import { folderObjects } from './folder-objects.ts';
import type { KubernetesObject } from './synthesised.ts';

export interface NamedPlan {
  readonly name: string;
  readonly compiled: CompiledPlan;
}

/** Every plan of this repository in every environment, and those that together have everything that a plan can say. */
export const EVERY_PLAN: readonly NamedPlan[] = [
  ...[bud, insightdesk, quickstart, sensei, somabrain, vectorizer].flatMap((plan) =>
    Object.keys(plan.environments).map((environment) => {
      const { compiled, findings } = compile(plan, environment);
      if (!compiled) throw new Error(`${plan.name} is wrong: ${JSON.stringify(findings)}`);
      return { name: `${plan.name} in ${environment}`, compiled };
    }),
  ),
  { name: 'everything of PostgreSQL', compiled: everythingOfPostgresql(NOWHERE) },
  { name: 'PostgreSQL that archives', compiled: archivingPostgresql(NOWHERE) },
  { name: 'everything of Redis', compiled: everythingOfRedis(NOWHERE) },
  { name: 'drills of both engines', compiled: proved(NOWHERE) },
  { name: 'a cluster outside of AWS', compiled: outsideAws(NOWHERE) },
  { name: 'everything of a deployment', compiled: deployedPlan() },
  {
    name: 'two regions',
    compiled: deployedPlan({ kubernetes: { ...deployedPlan().kubernetes, standby: true } }),
  },
];

/** Patches of objects that are somebody else's: no objects by themselves. */
const PATCHES = /(^|\/)sidecars$/;

/** Every object of a plan, whoever is to apply it, by where it is. */
export const everyObject = (compiled: CompiledPlan): [folder: string, KubernetesObject][] =>
  [...folderObjects(compiled)]
    .filter(([folder]) => !PATCHES.test(folder))
    .flatMap(([folder, objects]) =>
      objects.map((object): [string, KubernetesObject] => [folder, object]),
    );
