import * as backup from 'aws-cdk-lib/aws-backup';
import { Construct } from 'constructs';
import { auditControls } from '../plan/aws-backup/audit-controls.ts';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import { underscored } from '../plan/aws-backup/names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { breakGlassRoles } from './vault-policy.ts';

export interface AuditFrameworkProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
}

/** AWS Backup Audit Manager checks daily what the plan promises. It sees what AWS Config records. */
export class AuditFramework extends Construct {
  readonly framework: backup.CfnFramework;

  constructor(scope: Construct, id: string, { compiled, awsBackup }: AuditFrameworkProps) {
    super(scope, id);
    const controls = auditControls(awsBackup, {
      ...compiled,
      breakGlass: breakGlassRoles(compiled, 'primary'),
    });
    this.framework = new backup.CfnFramework(this, 'Framework', {
      frameworkName: underscored(awsBackup.vault),
      frameworkDescription: `what ${compiled.plan} ${compiled.environment} promises of AWS Backup`,
      frameworkControls: controls.map(({ name, tag, parameters }) => ({
        controlName: name,
        controlInputParameters: Object.entries(parameters).map(
          ([parameterName, parameterValue]) => ({ parameterName, parameterValue }),
        ),
        // Written as CloudFormation reads it: the construct passes it through.
        controlScope: { Tags: [{ Key: tag.key, Value: tag.value }] },
      })),
    });
  }
}
