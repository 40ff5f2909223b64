import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { backupKindSchema } from '../../lib/catalog/manifest.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { BACKUP_COMPONENTS } from './names.ts';
import { ScheduledBackupChart, type ServerAccess } from './scheduled-backup.ts';

/** Charts by the name of their file. */
export type NamedCharts = [name: string, chart: Chart][];

/** A CronJob for each scheduled row that jobs are derived from. */
export function scheduledBackups(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
  access: ServerAccess,
): NamedCharts {
  return backupKindSchema.options.flatMap((kind) =>
    source.protections
      .filter((protection) => protection.derived && protection.kind === kind)
      .flatMap(({ schedule, ...protection }) => (schedule ? [{ schedule, ...protection }] : []))
      .map((protection, index): NamedCharts[number] => {
        // The first keeps its plain name when another schedule is added after it.
        const suffix = index === 0 ? '' : `-${index + 1}`;
        const id = `${source.name}-${BACKUP_COMPONENTS[kind]}${suffix}`;
        const backup = { kind, protection, suffix, access };
        return [`60-${id}`, new ScheduledBackupChart(scope, id, compiled, source, backup)];
      }),
  );
}
