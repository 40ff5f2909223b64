import type { SourceOf } from '../../../plan/compiled.ts';

/** A line of `redis.conf` that backups of a source need. */
export interface ServerSetting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  /** It is what the server has by itself: none of our files may take the place of what its own says more of. */
  readonly usual?: true;
}

type Source = SourceOf<'redis'>;

/** What reads the user's name and password for Redis: a file never has them. */
export const USER_VARIABLES = { user: 'REDIS_USERNAME', password: 'REDIS_PASSWORD' } as const;

/** Seconds that a reader may take nothing, because its store stands still. Redis' own default. */
const READER_STANDS_STILL = 60;

const taken = ({ protections }: Source, kind: string): boolean =>
  protections.some((row) => row.kind === kind && row.derived);

/** What the server is told in its configuration, for the rows that jobs are derived from. */
export function serverSettings(source: Source): ServerSetting[] {
  const { appendonly } = source.settings;
  return [
    ...(taken(source, 'snapshot')
      ? [
          {
            name: 'repl-diskless-sync',
            value: 'yes',
            why: 'a backup writes nothing to the disk',
            usual: true as const,
          },
          {
            name: 'repl-timeout',
            value: `${READER_STANDS_STILL}`,
            why: 'seconds that the store of the backups may stand still, or more',
            usual: true as const,
          },
        ]
      : []),
    ...(taken(source, 'aof')
      ? [
          { name: 'appendonly', value: 'yes', why: 'the log that is shipped' },
          {
            name: 'appenddirname',
            value: JSON.stringify(appendonly?.directory),
            why: 'where the sidecar reads it',
          },
          {
            name: 'aof-timestamp-enabled',
            value: 'yes',
            why: 'recovery to the second',
          },
        ]
      : []),
  ];
}

/** Commands that the user of the backups may call. None of them reads a key or writes anything. */
function commands(source: Source): string[] {
  const snapshots = taken(source, 'snapshot') ? ['psync', 'replconf', 'ping', 'info'] : [];
  const log = taken(source, 'aof') ? ['info', 'time'] : [];
  return [...new Set([...snapshots, ...log])];
}

/** Rights of the user of the backups, as `ACL SETUSER` and a `user` line of `redis.conf` take them. */
export const userRights = (source: Source): string =>
  ['resetkeys', 'resetchannels', '-@all', ...commands(source).map((name) => `+${name}`)].join(' ');

/**
 * A script for any POSIX shell that prints the `user` line of `redis.conf`, with the digest of the password instead of the
 * password. It prints nothing where the Secret has no `username`: then `requirepass` is what lets backups in.
 */
export const userScript = (source: Source): string => `set -eu
if [ -n "\${${USER_VARIABLES.user}:-}" ]; then
  digest=$(printf %s "$${USER_VARIABLES.password}" | sha256sum)
  printf 'user %s on #%s %s\\n' "$${USER_VARIABLES.user}" "\${digest%% *}" '${userRights(source)}'
fi
`;
