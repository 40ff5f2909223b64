import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { source } from '../plan/example.ts';
import { compiledOf, everything } from './every-environment.ts';

/** With everything that a plan can ask for, in both directions, and so many sources that there is every kind of stack. */
const sources = {
  ...everything.sources,
  ...Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`orders-${i}`, source()])),
};
export const compiled = compiledOf({
  name: everything.name,
  environment: 'production',
  plan: { ...everything, sources },
});
export const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback: true }).synth();

export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export const resources: Resource[] = stacks.flatMap(({ stackName, template }) =>
  Object.entries<Omit<Resource, 'id' | 'stack'>>(template.Resources).map(([id, resource]) => ({
    ...resource,
    id,
    stack: stackName,
  })),
);

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

export function of(type: string): Resource[] {
  const found = resources.filter(({ Type }) => Type === type);
  if (found.length === 0) throw new Error(`no stack has a ${type}`);
  return found;
}

/** Names those that do not keep it, so that a failure says which. */
export const breaking = (
  all: readonly Resource[],
  keeps: (resource: Resource) => boolean,
): string[] => all.filter((resource) => !keeps(resource)).map(({ stack, id }) => `${stack}/${id}`);

export const statementsIn = (document: unknown): Statement[] =>
  list((document as { Statement: Statement | Statement[] }).Statement);
