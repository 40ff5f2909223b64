import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { storeUrlOf } from '../../../lib/plan/store-url.ts';
import { CONFIG_DIRECTORY, CONFIG_FILE, sourceConfigMapName } from '../configuration.ts';
import { podSpec } from '../pod.ts';
import { serverNamespace } from '../server-location.ts';
import { asServer, serverWorkload } from '../server-pod.ts';
import type { SidecarPatch } from '../sidecar-patches.ts';
import { storeWords } from '../store-access.ts';

const PROGRAM_DIRECTORY = '/opt/tidemark';
/** What the server has to include to archive. */
export const ARCHIVE_SETTINGS = `${PROGRAM_DIRECTORY}/archive.conf`;
const SPOOL_DIRECTORY = '/var/spool/tidemark';
/** A server that archives has to end a segment now and then, or nothing of it is stored. */
const DEFAULT_TIMEOUT_SECONDS = 60;
const PROGRAM_VOLUME = 'tidemark-program';
const PLAN_VOLUME = 'tidemark-plan';
const SPOOL_VOLUME = 'tidemark-spool';

/**
 * Puts the program, Node.js and the settings of `archive_command` into the server's container. The settings themselves are
 * the server's: it has to include them. Undefined where the plan does not ask for it, or the server is elsewhere.
 */
export function archivingPatch(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): SidecarPatch | undefined {
  const { archiving, server } = source.settings;
  const wal = source.protections.find(({ kind, derived }) => kind === 'wal' && derived);
  if (!archiving || !wal) return undefined;
  if (serverNamespace(compiled, source) !== compiled.kubernetes.namespace) return undefined;
  const serviceAccountName = backupServiceAccount(source.name);
  const { containers } = podSpec(compiled, source, {
    serviceAccountName,
    kubernetesApi: false,
    user: server,
    command: ['wal-push'],
    resources: { cpu: ['50m', '1'], memory: '64Mi' },
    restartPolicy: 'Always',
    graceSeconds: 0,
  });
  const { words, volumes } = storeWords(compiled, 'writer');
  const settings = archiveSettings(compiled, source.name, wal.flushSeconds, words);
  return {
    target: serverWorkload(source, archiving.workload),
    template: {
      serviceAccountName,
      initContainers: containers.map(({ args: _args, env: _env, ...container }) => ({
        ...asServer(source, container),
        name: 'tidemark-archiving',
        command: ['/bin/sh', '-c', copy(settings)],
        volumeMounts: [{ name: PROGRAM_VOLUME, mountPath: PROGRAM_DIRECTORY_THERE }],
      })),
      containers: [
        {
          name: archiving.container,
          volumeMounts: [
            { name: PROGRAM_VOLUME, mountPath: PROGRAM_DIRECTORY, readOnly: true },
            { name: PLAN_VOLUME, mountPath: CONFIG_DIRECTORY, readOnly: true },
            { name: SPOOL_VOLUME, mountPath: SPOOL_DIRECTORY },
            ...volumes.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
          ],
        },
      ],
      volumes: [
        { name: PROGRAM_VOLUME, emptyDir: {} },
        // The plan that the server was deployed with may have been removed since: the server starts all the same.
        {
          name: PLAN_VOLUME,
          configMap: { name: sourceConfigMapName(compiled, source), optional: true },
        },
        // At most eight segments, of up to 1 GiB each. Without a limit of its own: to reach it would evict the server.
        { name: SPOOL_VOLUME, emptyDir: {} },
        ...volumes.map(({ mountPath: _path, readOnly: _readOnly, ...volume }) => volume),
      ],
    },
  };
}

/** Where the init container sees the volume: its own program lies where the server's will. */
const PROGRAM_DIRECTORY_THERE = '/program';

const copy = (settings: string): string =>
  `cp /usr/local/bin/node ${PROGRAM_DIRECTORY}/tidemark.mjs ${PROGRAM_DIRECTORY_THERE}/
cat > ${PROGRAM_DIRECTORY_THERE}/archive.conf <<'END'
${settings}END
`;

/** Lines for `postgresql.conf`. Everything that the program needs is in the command: the server's environment is its own. */
function archiveSettings(
  compiled: CompiledPlan,
  source: string,
  flushSeconds: number | null,
  store: readonly string[],
): string {
  const environment = [
    `TMPDIR=${SPOOL_DIRECTORY}`,
    `NODE_COMPILE_CACHE=${SPOOL_DIRECTORY}/node`,
    // As in the image: short-lived garbage does not grow, and what threads have freed goes back.
    'NODE_OPTIONS=--max-semi-space-size=4',
    'MALLOC_ARENA_MAX=2',
    ...store,
  ];
  const options = [
    `--config ${CONFIG_DIRECTORY}/${CONFIG_FILE}`,
    `--source ${source}`,
    // To PostgreSQL a single percent sign begins one of its words.
    `--store "${storeUrlOf(compiled).replaceAll('%', '%%')}"`,
  ];
  const program = `${PROGRAM_DIRECTORY}/node ${PROGRAM_DIRECTORY}/tidemark.mjs`;
  return `archive_mode = on
archive_timeout = ${flushSeconds ?? DEFAULT_TIMEOUT_SECONDS}
archive_command = '${environment.join(' ')} ${program} wal-push %p ${options.join(' ')}'
restore_command = '${environment.join(' ')} ${program} wal-fetch %f %p ${options.join(' ')}'
`;
}
