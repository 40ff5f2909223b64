import { hasExporter } from '../../../lib/access/exporter-role.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { veleroAlerts } from '../velero/alerts.ts';
import { backupAlerts } from './backup-alerts.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import { logAlerts } from './log-alerts.ts';
import { proofAlerts } from './proof-alerts.ts';
import { type RuleGroup, ruleGroupSchema } from './rule.ts';

/**
 * Every alert of a plan that asks for monitoring. Thresholds of sources come with their metrics, from the same plan: a
 * changed schedule changes no rule, and a thousand sources have no more of them than one.
 */
export function ruleGroups(compiled: CompiledPlan): RuleGroup[] {
  const { monitoring } = compiled;
  if (!monitoring) return [];
  const ofExporter = [
    ['backups', backupAlerts(compiled, monitoring)],
    ['logs', logAlerts(compiled, monitoring)],
    ['proofs', proofAlerts(compiled, monitoring)],
    ['exporter', exporterAlerts(compiled, monitoring)],
  ] as const;
  const groups = [
    ...(hasExporter(compiled) ? ofExporter : []),
    ['velero', veleroAlerts(compiled)] as const,
  ];
  return groups
    .filter(([, rules]) => rules.length > 0)
    .map(([name, rules]) =>
      ruleGroupSchema.parse({
        name: `tidemark-${compiled.plan}-${compiled.environment}-${name}`,
        rules,
      }),
    );
}
