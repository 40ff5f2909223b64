import { App } from 'aws-cdk-lib';

/**
 * An app that makes the same templates for `cdk` and for `tidemark synth`.
 * @param outdir folder for the assembly; default: what the CDK's command line says, else a temporary one
 */
export function tidemarkApp(outdir?: string): App {
  return new App({
    ...(outdir !== undefined && { outdir }),
    // Both would write what is not the plan's into the templates.
    analyticsReporting: false,
    treeMetadata: false,
    context: { '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true },
  });
}
