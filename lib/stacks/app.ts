import { App } from 'aws-cdk-lib';
import type { CompiledPlan } from '../plan/compiled.ts';
import { EnvironmentStage } from './stage.ts';

export interface EnvironmentAppOptions {
  /** Replicate in both directions; see EnvironmentStage. */
  readonly failback?: boolean;
  /** Folder for the assembly. @default what the CDK's command line says, else a temporary one */
  readonly outdir?: string;
}

/** The CDK app of one plan and environment, the same for `cdk` and for `tidemark synth`. */
export function environmentApp(compiled: CompiledPlan, options: EnvironmentAppOptions = {}): App {
  const { failback = false, outdir } = options;
  const app = new App({
    ...(outdir !== undefined && { outdir }),
    // Both would write what is not the plan's into the templates.
    analyticsReporting: false,
    treeMetadata: false,
    context: { '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true },
  });
  new EnvironmentStage(app, { compiled, failback });
  return app;
}
