import type { DeployedEnvironment } from '../../../support/deployed/environment.ts';

/** Property, what the template says and what is found; `missing` for a whole resource. */
export type Told =
  | readonly [property: string, expected: string | null, found: string | null]
  | 'missing';

/** What somebody does by hand to a resource that no other case touches. */
export interface Case {
  readonly side?: 'primary' | 'replica';
  /** Its logical id. */
  readonly resource: RegExp;
  /** @param id its physical id */
  readonly change: (environment: DeployedEnvironment, id: string) => Promise<unknown>;
  readonly told: readonly Told[];
}

export type Cases = Readonly<Record<string, Case>>;
