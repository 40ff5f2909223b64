import { aptInstall, executable } from './apt.ts';
import type { Server } from './servers.ts';

/** Debian's package puts them there. */
export const REDIS_SERVER = '/usr/bin/redis-server';
export const REDIS_CLI = '/usr/bin/redis-cli';
/** Judges a file of a snapshot or of the append-only directory. */
export const REDIS_CHECK_RDB = '/usr/bin/redis-check-rdb';
export const REDIS_CHECK_AOF = '/usr/bin/redis-check-aof';

export const REDIS: Server = {
  name: 'Redis',
  present: async () => {
    const programs = [REDIS_SERVER, REDIS_CLI, REDIS_CHECK_RDB, REDIS_CHECK_AOF];
    return (await Promise.all(programs.map(executable))).every((found) => found);
  },
  install: () => aptInstall(['redis-server', 'redis-tools']),
  hint: `install Redis 7 so that ${REDIS_SERVER} and its tools are there; on Debian or Ubuntu: \`sudo apt-get install --no-install-recommends redis-server\``,
};
