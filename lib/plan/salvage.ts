import { isRecord } from './merge.ts';
import { type Plan, planSchema } from './schema.ts';

type Path = readonly PropertyKey[];

/** Stand-ins for required parts that are unusable, chosen so that no rule finds fault with them. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  name: 'plan',
  regions: { primary: 'us-east-1', replica: 'us-west-2' },
  objectives: { rpo: '9999y', rto: '9999y' },
  kubernetes: { namespace: 'plan', cluster: 'plan', image: 'plan' },
  alerts: { email: ['someone@example.com'] },
  exemptions: [],
};

/**
 * As much of a plan as has a sound form, so that the meaning of that part is checked in the same run: a source or an
 * environment with a mistake is left out, as is an exemption; another part of the plan is replaced by a stand-in.
 * @param mistakes paths of everything that is wrong with the form
 */
export function salvage(plan: unknown, mistakes: readonly Path[]): Plan | undefined {
  if (!isRecord(plan)) return undefined;
  const copy: Record<string, unknown> = { ...plan };
  for (const name of ['environments', 'sources']) {
    const group = copy[name];
    if (!isRecord(group)) return undefined;
    copy[name] = { ...group };
  }
  if (Array.isArray(plan.exemptions)) copy.exemptions = soundItems(plan.exemptions, mistakes);
  for (const [part, name] of mistakes) {
    if (part === undefined) return undefined;
    if (part === 'exemptions' && name !== undefined) continue;
    const group = copy[String(part)];
    if (part !== 'environments' && part !== 'sources') {
      const standIn = STAND_INS[String(part)];
      if (standIn === undefined) delete copy[String(part)];
      else copy[String(part)] = standIn;
    } else if (isRecord(group) && name !== undefined) {
      delete group[String(name)];
    }
  }
  const parsed = planSchema.safeParse(copy);
  return parsed.success ? parsed.data : undefined;
}

/** Without one exemption the others still accept what they accept. */
function soundItems(exemptions: readonly unknown[], mistakes: readonly Path[]): unknown[] {
  const wrong = new Set(mistakes.filter(([part]) => part === 'exemptions').map(([, at]) => at));
  return exemptions.filter((_, index) => !wrong.has(index));
}
