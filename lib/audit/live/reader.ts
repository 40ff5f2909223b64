import type { Clients } from './clients.ts';
import type { Properties } from './properties.ts';
import type { Where } from './resolve.ts';

/** A resource of a template, as it must be deployed. */
export interface Expected {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Undefined where CloudFormation made none. */
  readonly physicalId: string | undefined;
  /** Resolved. */
  readonly properties: Properties;
  readonly where: Where;
}

export interface Look {
  readonly resource: Expected;
  readonly id: string;
  readonly properties: Properties;
  readonly where: Where;
  readonly clients: Clients;
  /** Everything that the templates of the environment have: a role's policies may be resources of their own. */
  readonly all: readonly Expected[];
}

/** How a resource is looked at. Nothing is asked before a property is read. */
export interface Reading {
  /** What must be found, where that is not what the template says word by word. */
  readonly expected?: Properties;
  /**
   * Each by itself, so that one that may not be read does not hide the others. Undefined = it is not set.
   * @throws the error of the SDK; one that says the resource is absent makes it a missing one
   */
  readonly found: Readonly<Record<string, () => Promise<unknown>>>;
  /** Properties of the template that name the resource, or that AWS does not tell. */
  readonly skipped: readonly string[];
}

export type Reader = (look: Look) => Reading;

/** Thrown where an answer shows that the resource is not there. */
export class ResourceAbsentError extends Error {
  override readonly name = 'NotFound';
}

/** Asks once, however many properties are in the answer. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** Properties that are members of one answer. */
export const fromAnswer = (
  ask: () => Promise<Properties>,
  ...names: readonly string[]
): Record<string, () => Promise<unknown>> => {
  const answer = once(ask);
  return Object.fromEntries(names.map((name) => [name, async () => (await answer())[name]]));
};
