import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan, Protection, SourceOf } from '../../../lib/plan/compiled.ts';
import { componentLabels, podSelector, walStreamerName } from '../names.ts';
import { AGENT_UID, PROGRAM, podSpec, SCRATCH_DIRECTORY } from '../pod.ts';
import { wave } from '../sync-wave.ts';
import { databaseAccess } from './database-access.ts';

const HEALTH_FILE = `${SCRATCH_DIRECTORY}/health`;

/** The Deployment that streams WAL: one replica, and never two at once, because a slot serves one reader. */
export class WalStreamerChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    protection: Protection,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const labels = componentLabels(compiled, source, 'wal-streamer');
    const { env, volumes } = databaseAccess(source);
    new k8s.KubeDeployment(this, 'Deployment', {
      metadata: {
        name: walStreamerName(source),
        namespace: compiled.kubernetes.namespace,
        labels,
        annotations: wave('streamer'),
      },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        revisionHistoryLimit: 3,
        selector: { matchLabels: podSelector(compiled, source, 'wal-streamer') },
        template: {
          metadata: { labels },
          spec: podSpec(compiled, source, {
            serviceAccountName: backupServiceAccount(source.name),
            kubernetesApi: true,
            user: { uid: AGENT_UID, gid: AGENT_UID },
            command: ['wal', '--health-file', HEALTH_FILE],
            env,
            volumes,
            // Where WAL was lost it takes a base backup beside the stream; and the probes run in here too.
            resources: { cpu: ['100m', '2'], memory: '384Mi' },
            probes: probes(protection.flushSeconds ?? 0),
            restartPolicy: 'Always',
            // The tail of one segment, 16 MiB before compression, over a slow link.
            graceSeconds: 120,
          }),
        },
      },
    });
  }
}

/**
 * Ready means that everything is in the store as promised. Alive is more patient: a restart cures a stuck
 * process, but not a store or a server that is down, and then the slot holds the WAL.
 */
function probes(flushSeconds: number) {
  const late = Math.max(120, 2 * flushSeconds + 60);
  const stuck = 5 * late;
  return {
    startupProbe: probe(late, 10, 30),
    readinessProbe: probe(late, 30, 1),
    livenessProbe: probe(stuck, 60, 2),
  };
}

const probe = (
  maxAgeSeconds: number,
  periodSeconds: number,
  failureThreshold: number,
): k8s.Probe => ({
  exec: { command: [PROGRAM, 'health', '--file', HEALTH_FILE, '--max-age', `${maxAgeSeconds}s`] },
  periodSeconds,
  timeoutSeconds: 10,
  failureThreshold,
});
