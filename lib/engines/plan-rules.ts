import type { Remark } from '../plan/values/remark.ts';
import type { Kind } from '../plan/values/rows.ts';
import { kubernetesRemarks } from './kubernetes/plan-rules.ts';
import { mongodbRemarks } from './mongodb/plan-rules.ts';
import { postgresqlNotDerived, postgresqlRemarks } from './postgresql/plan-rules.ts';
import { redisRemarks } from './redis/plan-rules.ts';
import type { SourceConfig } from './registry.ts';

/** What only an engine knows to be wrong with its settings. An engine without rules has no line here. */
export function engineRemarks(config: SourceConfig): Remark[] {
  switch (config.engine) {
    case 'postgresql':
      return postgresqlRemarks(config);
    case 'kubernetes':
      return kubernetesRemarks(config);
    case 'mongodb':
      return mongodbRemarks(config);
    case 'redis':
      return redisRemarks(config);
    default:
      return [];
  }
}

/** Why no job is derived from a kind of row, where the engine knows more than that this release has none. */
export const reasonNotDerived = (config: SourceConfig, kind: Kind): string | undefined =>
  config.engine === 'postgresql' ? postgresqlNotDerived(config, kind) : undefined;
