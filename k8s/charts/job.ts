import type { k8s } from 'cdk8s-plus-28';

/** Finished Jobs, also those that a person started by hand, go after a week; their logs by then are elsewhere. */
const KEPT_SECONDS = 7 * 86_400;

/** Exit code of a wrong configuration: trying again cannot help. A test holds it against the command line's own. */
const WRONG_INPUT = 2;

/** Exit code while another run of the source is active. A test holds it against the command line's own. */
const BUSY = 4;

const CONTAINER = 'tidemark';

const DISRUPTED: k8s.PodFailurePolicyRule = {
  action: 'Ignore',
  onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
};

export interface JobLimits {
  /** Seconds until a Job is ended that still runs. */
  readonly deadlineSeconds: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Exit codes, beside that of a wrong configuration, after which trying again cannot help. @default none */
  readonly finalCodes?: readonly number[];
  /**
   * Whether it waits for another run of the source to end, until its own deadline. Retries alone are over in about a minute.
   * @default false
   */
  readonly waits?: boolean;
}

/** Kubernetes starts the next pod after 10 s, then after twice as long each time, and after ten minutes at most. */
const onCodes = (
  action: 'FailJob' | 'Ignore',
  values: readonly number[],
): k8s.PodFailurePolicyRule => ({
  action,
  onExitCodes: { containerName: CONTAINER, operator: 'In', values: [...values] },
  // Kubernetes 1.28 lists the field as required and takes an empty one for none.
  onPodConditions: [],
});

/** A Job whose pods run once each, as often as `retries` says after the first. */
export function jobSpec(
  labels: Record<string, string>,
  pod: k8s.PodSpec,
  limits: JobLimits,
): k8s.JobSpec {
  return {
    activeDeadlineSeconds: limits.deadlineSeconds,
    backoffLimit: limits.retries,
    podFailurePolicy: {
      rules: [
        // A drained node is not the job's fault; what is never repeated is not begun anew for that either.
        ...(limits.retries > 0 ? [DISRUPTED] : []),
        ...(limits.waits ? [onCodes('Ignore', [BUSY])] : []),
        onCodes('FailJob', [WRONG_INPUT, ...(limits.finalCodes ?? [])]),
      ],
    },
    ttlSecondsAfterFinished: KEPT_SECONDS,
    template: {
      metadata: {
        labels,
        annotations: {
          // Scaling a cluster down waits for the job instead of throwing its work away.
          'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
          'karpenter.sh/do-not-disrupt': 'true',
        },
      },
      spec: pod,
    },
  };
}
