import { measure } from '../measure.ts';
import type { Contender } from './contender.ts';
import { BARMAN_BACKUP } from './peers.ts';
import type { Stage } from './stage.ts';

const BUCKET = 'barman';

/** It reads the server's files, beside it; its WAL is archived apart, so it is not restored here. */
export function barman({ server, s3, env, folder, archiveWith }: Stage): Contender {
  const { uid, gid, address } = server;
  return {
    name: 'barman-cloud-backup',
    bucket: BUCKET,
    prepare: () => archiveWith('true'),
    backup: () =>
      measure({
        file: BARMAN_BACKUP,
        // biome-ignore format: one option and its value each
        args: ['--endpoint-url', s3.endpoint, '--immediate-checkpoint', '-h', address.host, '-p',
          String(address.port), '-U', address.user, `s3://${BUCKET}`, 'main'],
        env: { ...env, HOME: folder },
        account: { uid, gid },
      }),
  };
}
