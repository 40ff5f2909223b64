import type { CompiledPlan } from '../../plan/compiled.ts';
import { planOfSource } from '../../plan/pod-plan.ts';
import { planText } from '../../plan/written.ts';
import { type Breach, lackAnywhere } from '../breach.ts';
import type { Located } from '../located.ts';
import { planFileOf } from '../read/plan-file.ts';
import type { Workload } from '../read/workloads.ts';
import { type Resource, readValue } from '../template.ts';

const REMEDY = 'synthesise again, so that pods and buckets follow one plan';

/** The parts of a plan that decide what is written where; the others are for people and alarms. */
const WRITING = new Set(['', 'sources', 'classes', 'buckets', 'regions', 'weekStartsOn', 'lock']);

/** Whether what the pods read is the plan that is audited: it decides the retention class of everything they write. */
export function checkConfiguration(
  manifests: readonly Resource[],
  workloads: readonly Workload[],
  compiled: CompiledPlan,
): Breach[] {
  const files = workloads.map((workload) => ({ workload, ...planFileOf(workload, manifests) }));
  const lost = files.flatMap(({ workload, at, missing }): Breach[] =>
    missing === undefined
      ? []
      : [
          {
            place: at.place,
            message: `${workload.resource.id} reads no plan: ${missing}`,
            remedy: REMEDY,
            lacks: lackAnywhere('kind: ConfigMap'),
            breaks: (row) => row.source === workload.source,
          },
        ],
  );
  // All pods of a source share one file.
  const texts = new Map(
    files.flatMap(({ at, missing, workload }) =>
      missing === undefined ? [[JSON.stringify(at.place), { at, name: workload.source }]] : [],
    ),
  );
  return [...lost, ...[...texts.values()].flatMap((text) => checkPlan(text, compiled))];
}

function checkPlan(
  { at: text, name }: { readonly at: Located; readonly name: string },
  compiled: CompiledPlan,
): Breach[] {
  const plan = readValue(text);
  const source = compiled.sources.find((one) => one.name === name);
  const whole = source ? planOfSource(compiled, source) : compiled;
  const needed: unknown = JSON.parse(planText(whole));
  const difference = plan
    ? differenceOf(plan, needed, [])
    : { path: [], found: text.value, needed, at: text };
  if (!difference) return [];
  const { path, found, at } = difference;
  return [
    {
      place: at.place,
      message: `pods read another plan: ${path.join('.') || 'the whole'} is ${show(found)}; the plan needs ${show(difference.needed)}`,
      remedy: REMEDY,
      // The ConfigMap is named by the digest of the plan.
      echo: at.place.resource.replace(/^ConfigMap\//, ''),
      breaks: (row) => row.source === name && WRITING.has(path[0] ?? ''),
    },
  ];
}

interface Difference {
  readonly path: readonly string[];
  readonly found: unknown;
  readonly needed: unknown;
  readonly at: Located;
}

/** The first one, in the order of the file. */
function differenceOf(
  at: Located,
  needed: unknown,
  path: readonly string[],
): Difference | undefined {
  const found = at.value;
  if (!isObject(found) || !isObject(needed)) {
    return found === needed ? undefined : { path, found, needed, at };
  }
  const members = membersOf(at);
  for (const [key, member] of members) {
    const difference = differenceOf(member, needed[key], [...path, key]);
    if (difference) return difference;
  }
  const there = new Set(members.map(([key]) => key));
  const lost = Object.keys(needed).find((key) => !there.has(key));
  return lost === undefined
    ? undefined
    : { path: [...path, lost], found: undefined, needed: needed[lost], at };
}

const membersOf = (at: Located): [string, Located][] => [
  ...at.entries(),
  ...at.items().map((item, index): [string, Located] => [`${index}`, item]),
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
