import { serverSettings } from '../../../lib/engines/redis/setup/settings.ts';
import type { SourceOf } from '../../../lib/plan/compiled.ts';
import { settingLines } from '../server-files.ts';

const line = (name: string, value: string): string => `${name} ${value}`;

/** Everything that backups need, for a file that the server's own configuration begins with. */
export const allLines = (source: SourceOf<'redis'>): string =>
  settingLines(serverSettings(source), line);

/** What is not usual: these are read behind the server's own configuration, and go before it. */
export const redisLines = (source: SourceOf<'redis'>): string =>
  settingLines(
    serverSettings(source).filter(({ usual }) => !usual),
    line,
  );
