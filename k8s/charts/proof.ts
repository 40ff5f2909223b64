import { verifyServiceAccount } from '../../lib/access/service-accounts.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { evidenceUrlOf } from '../../lib/plan/store-url.ts';
import { LONGEST_SECONDS } from './by-hand.ts';
import type { Component } from './names.ts';
import { AGENT_UID, type PodNeeds } from './pod.ts';
import type { Work } from './work.ts';

interface Proof extends Pick<PodNeeds, 'command' | 'volumes' | 'resources'> {
  readonly name: string;
  readonly component: Component;
}

/**
 * Work that proves backups: as the account that may read them and write down what it found, with neither the server's
 * Secret nor a way to the server.
 */
export const proofWork = (
  source: DerivedSource,
  { name, component, command, ...pod }: Proof,
): Work => ({
  name,
  component,
  pod: {
    serviceAccountName: verifyServiceAccount(source.name),
    kubernetesApi: false,
    user: { uid: AGENT_UID, gid: AGENT_UID },
    ownsVolumes: pod.volumes !== undefined,
    command,
    ...pod,
    restartPolicy: 'Never',
    graceSeconds: 120,
  },
  deadlineSeconds: LONGEST_SECONDS,
  // For a store that was away. What was found is found again.
  retries: 2,
  finalCodes: FOUND,
});

/** Exit codes of what did its work and found something bad, or nothing that is not archived: it is on record. */
const FOUND = [3, 5];

/** Options by which what was found is also written where nobody can remove it. */
export function evidenceArgs(compiled: CompiledPlan): string[] {
  const url = evidenceUrlOf(compiled);
  return url === undefined ? [] : ['--evidence', url];
}
