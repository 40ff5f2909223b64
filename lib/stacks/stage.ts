import { type Stack, type StackProps, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { accountOf, isCrossAccount, watchStackId } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { terminationProtected } from '../plan/termination-protection.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { PrimaryStack } from './primary-stack.ts';
import { ReplicaStack } from './replica-stack.ts';
import { SourcesStack } from './sources-stack.ts';
import { sourceGroups } from './spread.ts';
import { WatchStack } from './watch-stack.ts';

const SLACK = 'a Slack channel listens to the topics of its account in both regions';

export interface EnvironmentStageProps {
  readonly compiled: CompiledPlan;
  /**
   * Replicate in both directions. S3 accepts a destination only once it exists, and each bucket is the other's: so
   * both directions need a second deployment.
   * @default false
   */
  readonly failback?: boolean;
}

/**
 * Everything in AWS of one plan and environment: `<plan>-<environment>/<region>`, the replica region first. Where sources
 * are many, `<region>-sources-<n>` has the roles and alarms of some of them; where the replica has an account of its own,
 * `<region>-replication` watches what is copied to that region.
 */
export class EnvironmentStage extends Stage {
  private readonly compiled: CompiledPlan;

  constructor(scope: Construct, props: EnvironmentStageProps) {
    const { compiled, failback = false } = props;
    super(scope, `${compiled.plan}-${compiled.environment}`);
    this.compiled = compiled;
    const { primary, replica } = compiled.regions;
    const [watch, watchBack] = [this.watch('primary'), failback && this.watch('replica')];
    const second = new ReplicaStack(this, replica, {
      ...this.stackProps('replica', 'second copy of the backups'),
      compiled,
      failback,
    });
    const first = new PrimaryStack(this, primary, {
      ...this.stackProps('primary', 'backups'),
      compiled,
      failback,
      elsewhere: (watch || second).alarms,
    });
    if (watch) first.addStackDependency(watch, SLACK);
    if (watchBack) second.addStackDependency(watchBack, SLACK);
    first.addStackDependency(second, 'S3 replicates only to a bucket that exists');
    this.spread('replica', second);
    this.spread('primary', first);
    const tags = {
      plan: compiled.plan,
      environment: compiled.environment,
      'managed-by': 'tidemark',
    };
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(`tidemark:${key}`, value);
  }

  /** Of the copies that one side makes in the other account; nothing where both sides are in one. */
  private watch(from: Side): WatchStack | undefined {
    const { compiled } = this;
    if (!isCrossAccount(compiled)) return undefined;
    const region = compiled.regions[otherSide(from)];
    return new WatchStack(this, watchStackId(region), {
      ...this.stackProps(from, 'replication alarms', region),
      compiled,
      from,
    });
  }

  /** A source leaves the stack that it was in before it comes to another one: its names exist once. */
  private spread(side: Side, region: Stack): void {
    const made = new Map<number, Stack>();
    for (const { number, sources, after } of sourceGroups(this.compiled)) {
      const id = `${this.compiled.regions[side]}-sources-${number}`;
      const props = this.stackProps(side, `${sources.length} sources of the backups`);
      const stack = new SourcesStack(this, id, {
        ...props,
        compiled: this.compiled,
        side,
        sources,
      });
      stack.addStackDependency(region, 'roles and alarms name its bucket, key and topic');
      for (const origin of after) {
        const before = made.get(origin);
        if (before) stack.addStackDependency(before, 'its sources may have been there');
      }
      made.set(number, stack);
    }
  }

  /** @param side whose account and, unless said otherwise, region it is in */
  private stackProps(side: Side, what: string, region = this.compiled.regions[side]): StackProps {
    const { plan, environment } = this.compiled;
    return {
      description: `${what} of ${plan} ${environment}`,
      env: { account: accountOf(this.compiled, side), region },
      terminationProtection: terminationProtected(this.compiled),
    };
  }
}
