import { compile } from '../../../lib/plan/compile.ts';
import { compiledPlanSchema } from '../../../lib/plan/compiled.ts';

const planOf = (source: unknown, changes: Record<string, unknown> = {}): unknown => ({
  name: 'shop',
  regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
  objectives: { rpo: '30h', rto: '8h' },
  kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/acme/agent' },
  alerts: { email: ['oncall@example.com'] },
  environments: { production: { account: '111111111111', ...changes } },
  sources: { it: source },
});

/** What is wrong with the form of a source: its path below the source, what was found and what to write instead. */
export function mistakesOf(source: unknown): string[] {
  return compile(planOf(source), 'production')
    .findings.filter(({ code }) => code.startsWith('TM0'))
    .map(
      ({ path, message, remedy }) => `${path.replace('sources.it.', '')}: ${message}; ${remedy}`,
    );
}

/** A mistake at a path whose text begins as the pattern says. */
export const refusal = (path: string, message: RegExp): unknown =>
  expect.stringMatching(new RegExp(`^${path.replaceAll('.', '\\.')}: ${message.source}`));

/** What is wrong with the form of an environment's changes to a source, with whole paths. */
export function overrideMistakesOf(source: unknown, override: unknown): string[] {
  return compile(planOf(source, { sources: { it: override } }), 'production')
    .findings.filter(({ code }) => code.startsWith('TM0'))
    .map(({ path, message, remedy }) => `${path}: ${message}; ${remedy}`);
}

/** The settings of a sound source after compilation, with every default, as the compiled plan's file holds them. */
export function settingsOf(source: unknown): unknown {
  const { compiled, findings } = compile(planOf(source), 'production');
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (!compiled) throw new Error(`the plan does not compile: ${JSON.stringify(errors)}`);
  const stored = compiledPlanSchema.parse(JSON.parse(JSON.stringify(compiled)));
  if (JSON.stringify(stored) !== JSON.stringify(compiled))
    throw new Error('the file holds another plan');
  return stored.sources[0]?.settings;
}

/** The retention classes that a sound source is stored under. */
export function classesOf(source: unknown, environment: Record<string, unknown>): string[] {
  const { compiled } = compile(planOf(source, environment), 'production');
  return compiled?.classes.map(({ name }) => name) ?? [];
}
