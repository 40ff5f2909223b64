import { engineRemarks } from '../../engines/plan-rules.ts';
import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { valueAt } from '../issues.ts';

/** What only the engines know to be wrong with their settings. */
export const checkEngines = ({ sources }: CheckedPlan): Finding[] =>
  sources.flatMap((source) =>
    engineRemarks(source.config).map(({ keys, ...remark }) => ({
      ...remark,
      path: source.pathOf(...keys),
      value: valueAt(source.config, keys),
    })),
  );
