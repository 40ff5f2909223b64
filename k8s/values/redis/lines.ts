import { serverSettings } from '../../../lib/engines/redis/setup/settings.ts';
import type { SourceOf } from '../../../lib/plan/compiled.ts';
import { settingLines } from '../server-files.ts';

/** Settings as Redis reads them, each with its reason. */
export const redisLines = (source: SourceOf<'redis'>): string =>
  settingLines(serverSettings(source), (key, value) => `${key} ${value}`);
