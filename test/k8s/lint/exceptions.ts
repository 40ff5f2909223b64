/** What kube-score remarks of an object and is wanted all the same. */
export interface Exception {
  /** Name of its check. */
  readonly check: string;
  /** Of the objects; whole names of what they are. */
  readonly objects: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    check: 'container-image-pull-policy',
    objects: /./,
    reason:
      'a tag names one version and a digest one content, so asking the registry at each start only makes backups depend on it',
  },
  {
    check: 'container-security-context-user-group-id',
    objects: /-restore-latest$/,
    reason: 'what is restored belongs to the server, whose image has such a user',
  },
  {
    check: 'cronjob-has-deadline',
    objects: /-(restore-latest|load-latest|pre-deploy|post-deploy|setup|verification)$/,
    reason: 'it is suspended: people start Jobs of it, and it starts none too late',
  },
  {
    check: 'networkpolicy-targets-pod',
    objects: /-(default-deny|common-egress)$/,
    reason:
      'no pod is derived of that plan yet; the first one is not to be open until somebody looks',
  },
  {
    check: 'pod-probes-identical',
    objects: /-exporter$/,
    reason:
      'both ask whether it answers: that the store is away is told in its metrics, and no restart cures it',
  },
];
