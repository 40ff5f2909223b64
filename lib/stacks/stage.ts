import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { PrimaryStack } from './primary-stack.ts';
import { ReplicaStack } from './replica-stack.ts';

export interface EnvironmentStageProps {
  readonly compiled: CompiledPlan;
  /**
   * Replicate in both directions. S3 accepts a destination only once it exists, and each bucket is the other's: so
   * both directions need a second deployment.
   * @default false
   */
  readonly failback?: boolean;
}

/** Everything in AWS of one plan and environment: `<plan>-<environment>/<region>`, the replica region first. */
export class EnvironmentStage extends Stage {
  constructor(scope: Construct, props: EnvironmentStageProps) {
    const { compiled, failback = false } = props;
    super(scope, `${compiled.plan}-${compiled.environment}`);
    const stack = (region: string, description: string) => ({
      compiled,
      failback,
      description,
      env: { account: compiled.account, region },
      terminationProtection: compiled.environment !== 'development',
    });
    const { primary, replica } = compiled.regions;
    const name = `${compiled.plan} ${compiled.environment}`;
    const second = new ReplicaStack(
      this,
      replica,
      stack(replica, `second copy of the backups of ${name}`),
    );
    const first = new PrimaryStack(this, primary, {
      ...stack(primary, `backups of ${name}`),
      replicaAlarms: second.alarms,
    });
    first.addStackDependency(second, 'S3 replicates only to a bucket that exists');
    const tags = {
      plan: compiled.plan,
      environment: compiled.environment,
      'managed-by': 'tidemark',
    };
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(`tidemark:${key}`, value);
  }
}
