import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import { USER_VARIABLES, userScript } from '../../../lib/engines/redis/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { podSpec } from '../../charts/pod.ts';
import { asServer } from '../../charts/server-pod.ts';
import { secretEnv } from '../../charts/server-secret.ts';
import type { SidecarPatch } from '../../charts/sidecar-patches.ts';

const USER_DIRECTORY = '/etc/tidemark-user';
const USER_VOLUME = 'tidemark-user';
/** What Redis includes: the line of the user of backups, or nothing. */
const USER_FILE = `${USER_DIRECTORY}/user.conf`;

/** What makes the user of backups at every start of Redis, out of the Secret: no file that is kept has its password. */
interface UserFile {
  readonly path: string;
  readonly initContainers: NonNullable<SidecarPatch['template']['initContainers']>;
  readonly volumes: NonNullable<SidecarPatch['template']['volumes']>;
  readonly mount: { readonly name: string; readonly mountPath: string; readonly readOnly: true };
}

/** Undefined where the plan names no Secret: then everybody gets in. */
export function userFile(compiled: CompiledPlan, source: SourceOf<'redis'>): UserFile | undefined {
  const { credentials } = source.settings.server;
  if (credentials === undefined) return undefined;
  const { containers } = podSpec(compiled, source, {
    serviceAccountName: backupServiceAccount(source.name),
    kubernetesApi: false,
    user: source.settings.server,
    // Its own takes the place of this.
    command: ['health'],
    resources: { cpu: ['10m', '100m'], memory: '32Mi' },
    restartPolicy: 'Always',
    graceSeconds: 0,
  });
  return {
    path: USER_FILE,
    initContainers: containers.map(({ args: _args, ...container }) => ({
      ...asServer(source, container),
      name: 'tidemark-user',
      command: ['/bin/sh', '-c', `{\n${userScript(source)}} > ${USER_FILE}`],
      env: [
        secretEnv(credentials, USER_VARIABLES.user, 'username', true),
        secretEnv(credentials, USER_VARIABLES.password, 'password'),
      ],
      volumeMounts: [{ name: USER_VOLUME, mountPath: USER_DIRECTORY }],
    })),
    volumes: [{ name: USER_VOLUME, emptyDir: { medium: 'Memory' } }],
    mount: { name: USER_VOLUME, mountPath: USER_DIRECTORY, readOnly: true },
  };
}
