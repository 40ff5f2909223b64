/** Within a stage, as Argo CD orders what it applies; it waits for each Restore and each Job to be done. */
export const stepWave = (step: number): Record<string, string> => ({
  'argocd.argoproj.io/sync-wave': String(step),
  'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true',
});
