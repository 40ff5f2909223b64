import { createHash } from 'node:crypto';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import { ROLE_VARIABLES, roleSql } from '../../../lib/engines/postgresql/setup/role-sql.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { BY_HAND } from '../by-hand.ts';
import { componentLabels } from '../names.ts';
import { AGENT_UID, type PodNeeds } from '../pod.ts';
import { secretEnv, serverCa } from '../server-secret.ts';
import { wave } from '../sync-wave.ts';
import { cronJob, type Work } from '../work.ts';

const SQL_DIRECTORY = '/etc/tidemark-setup';
const SQL_FILE = 'role.sql';
const DEADLINE_SECONDS = 600;

/**
 * Makes the role of the backups, as the superuser that the plan names: a job that a person starts once, and again when the
 * password has changed. It is psql with the same SQL that lies in `values/`.
 */
export class SetupChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    superuser: string,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const labels = componentLabels(compiled, source, 'setup');
    const sql = roleSql(source);
    const digest = createHash('sha256').update(sql).digest('hex').slice(0, 10);
    const name = `tidemark-${source.name}-setup-${digest}`;
    new k8s.KubeConfigMap(this, 'Sql', {
      metadata: {
        name,
        namespace: compiled.kubernetes.namespace,
        labels,
        annotations: wave('policy'),
      },
      immutable: true,
      data: { [SQL_FILE]: sql },
    });
    const { metadata, spec } = cronJob(compiled, source, work(source, superuser, name), BY_HAND);
    new k8s.KubeCronJob(this, 'CronJob', {
      ...(metadata && { metadata }),
      ...(spec && { spec: withPsql(spec) }),
    });
  }
}

function work(source: SourceOf<'postgresql'>, superuser: string, configMap: string): Work {
  const { server } = source.settings;
  const ca =
    server.tls === 'verify-full' ? serverCa(server.credentials, 'PGSSLROOTCERT') : undefined;
  return {
    name: 'setup',
    component: 'setup',
    deadlineSeconds: DEADLINE_SECONDS,
    retries: 0,
    pod: {
      serviceAccountName: backupServiceAccount(source.name),
      kubernetesApi: false,
      user: { uid: AGENT_UID, gid: AGENT_UID },
      // psql takes the place of this.
      command: ['health'],
      env: [
        { name: 'PGHOST', value: server.service },
        { name: 'PGPORT', value: `${server.port}` },
        { name: 'PGDATABASE', value: server.database },
        { name: 'PGSSLMODE', value: server.tls },
        secretEnv(superuser, 'PGUSER', 'username'),
        secretEnv(superuser, 'PGPASSWORD', 'password'),
        ...(ca?.env ?? []),
        secretEnv(server.credentials, ROLE_VARIABLES.user, 'username'),
        secretEnv(server.credentials, ROLE_VARIABLES.password, 'password'),
      ],
      volumes: [...(ca?.volumes ?? []), sqlVolume(configMap)],
      resources: { cpu: ['50m', '500m'], memory: '64Mi' },
      restartPolicy: 'Never',
      graceSeconds: 10,
    },
  };
}

const sqlVolume = (configMap: string): NonNullable<PodNeeds['volumes']>[number] => ({
  name: 'sql',
  configMap: { name: configMap },
  mountPath: SQL_DIRECTORY,
  readOnly: true,
});

/** The image has the server's programs; this is the one job that is none of ours. */
function withPsql(spec: k8s.CronJobSpec): k8s.CronJobSpec {
  const job = spec.jobTemplate.spec;
  const pod = job?.template.spec;
  if (!job || !pod) return spec;
  const containers = pod.containers.map((container) => ({
    ...container,
    command: ['psql'],
    args: ['--no-psqlrc', '--quiet', '--file', `${SQL_DIRECTORY}/${SQL_FILE}`],
  }));
  const template = { ...job.template, spec: { ...pod, containers } };
  return { ...spec, jobTemplate: { ...spec.jobTemplate, spec: { ...job, template } } };
}
