import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { archiveByCommand } from './archive-command.ts';
import type { Contender } from './contender.ts';
import { AWS } from './peers.ts';
import type { Stage } from './stage.ts';

const BUCKET = 'aws-cli';

/** What is written by hand where there is no tool: PostgreSQL's client and Amazon's in a pipe. */
export function awsCli(stage: Stage): Contender {
  const { server, s3, env, folder } = stage;
  const { uid, gid, binDir, address } = server;
  const account = { uid, gid };
  const copy = [AWS, '--endpoint-url', s3.endpoint, 's3', 'cp', '--only-show-errors'];
  const object = `s3://${BUCKET}/base.tar`;
  const pipe = (script: string, name: string, args: readonly string[]) =>
    measure({
      file: 'bash',
      args: ['-o', 'pipefail', '-c', script, name, ...args],
      env: {
        ...env,
        HOME: folder,
        PGHOST: address.host,
        PGPORT: String(address.port),
        PGUSER: address.user,
      },
      account,
    });
  return {
    name: 'pg_basebackup | aws s3 cp',
    bucket: BUCKET,
    prepare: () => stage.archiveWith('true'),
    backup: async () => {
      const [size] = await server.sql(
        'SELECT sum(pg_database_size(oid))::text AS b FROM pg_database',
      );
      return pipe(`"$0" -D - -Ft -X fetch -c fast | "$@"`, join(binDir, 'pg_basebackup'), [
        ...copy,
        ...['--expected-size', String(size?.b), '-', object],
      ]);
    },
    restore: async (dataDir) => {
      await mkdir(dataDir, { mode: 0o700 });
      await chown(dataDir, uid, gid);
      return pipe(`"$@" | tar -x -C "$0"`, dataDir, [...copy, object, '-']);
    },
    archive: () =>
      archiveByCommand(stage, join(folder, 'aws'), `${copy.join(' ')} "$1" s3://${BUCKET}/wal/`),
  };
}
