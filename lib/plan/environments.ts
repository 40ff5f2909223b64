import type { Keep } from './values/retention.ts';

export interface Retention {
  readonly database: Keep;
  readonly objects: Keep;
  readonly logs: Keep;
}

/** Retention of the well-known environments, for whatever a plan leaves open. */
export const ENVIRONMENT_RETENTION: Readonly<Record<string, Retention>> = {
  development: { database: '7d', objects: '7d', logs: '3d' },
  staging: { database: '14d', objects: '14d', logs: '7d' },
  production: { database: '30d', objects: '90d', logs: '30d' },
  compliance: { database: '7y', objects: '7y', logs: '7y' },
};
