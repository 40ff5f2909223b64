import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measure } from '../measure.ts';
import { archiveByCommand } from './archive-command.ts';
import type { Contender } from './contender.ts';
import { PGBACKREST } from './peers.ts';
import type { Stage } from './stage.ts';

interface Settings {
  /** Lines of pgbackrest.conf by name. */
  readonly [name: string]: string;
}

/** @param settings what differs from its defaults */
export async function pgbackrest(
  stage: Stage,
  name: string,
  settings: Settings,
): Promise<Contender> {
  const { server, s3, folder, env } = stage;
  const { uid, gid } = server;
  const bucket = name.replaceAll(/[^a-z0-9]+/g, '-').replace(/-$/, '');
  const own = join(folder, bucket);
  for (const path of [own, join(own, 'lock'), join(own, 'log'), join(own, 'spool')]) {
    await mkdir(path);
    await chown(path, uid, gid);
  }
  const config = join(own, 'pgbackrest.conf');
  const global = {
    'repo1-type': 's3',
    'repo1-path': '/repo',
    'repo1-s3-bucket': bucket,
    'repo1-s3-endpoint': 'localhost',
    'repo1-storage-port': String(s3.port),
    'repo1-storage-ca-file': env.AWS_CA_BUNDLE,
    'repo1-s3-region': s3.region,
    'repo1-s3-uri-style': 'path',
    'repo1-s3-key': s3.accessKeyId,
    'repo1-s3-key-secret': s3.secretAccessKey,
    'lock-path': join(own, 'lock'),
    'log-path': join(own, 'log'),
    'spool-path': join(own, 'spool'),
    'log-level-file': 'off',
    'log-level-console': 'warn',
    'start-fast': 'y',
    ...settings,
  };
  const cluster = {
    'pg1-path': server.dataDir,
    'pg1-socket-path': dirname(server.dataDir),
    'pg1-port': String(server.address.port),
    'pg1-user': server.address.user,
  };
  await writeFile(config, `[global]\n${lines(global)}\n[main]\n${lines(cluster)}`, { mode: 0o644 });
  const args = [`--config=${config}`, '--stanza=main'];
  const run = (command: string, options: readonly string[] = []) =>
    measure({ file: PGBACKREST, args: [...args, ...options, command], env, account: { uid, gid } });
  const push = [PGBACKREST, ...args, 'archive-push'].join(' ');
  return {
    name,
    bucket,
    prepare: async () => {
      await run('stanza-create');
      await stage.archiveWith(`${push} %p`);
    },
    backup: () => run('backup', ['--type=full', '--archive-timeout=120']),
    restore: async (dataDir) => {
      await mkdir(dataDir, { mode: 0o700 });
      await chown(dataDir, uid, gid);
      return run('restore', [
        `--pg1-path=${dataDir}`,
        '--type=immediate',
        '--target-action=promote',
      ]);
    },
    ...(settings['archive-async'] === 'y' && { uncounted: 'without its background process; ' }),
    archive: () => archiveByCommand(stage, join(own, 'times'), `${push} "$1"`),
  };
}

const lines = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
