import { serverSettings } from '../../../lib/engines/postgresql/setup/settings.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { ARCHIVE_SETTINGS, archivingPatch } from '../../charts/postgresql/archiving.ts';
import { settingLines } from '../server-files.ts';

/** What is not usual: these go before the server's own configuration, which may say more than the usual. */
const unusual = (source: SourceOf<'postgresql'>) =>
  serverSettings(source).filter(({ usual }) => !usual);

/** Settings for whatever writes the file by itself, by name. */
export const parameters = (source: SourceOf<'postgresql'>): Record<string, string> =>
  Object.fromEntries(unusual(source).map(({ name, value }) => [name, value]));

/** The same as lines. */
export const parameterLines = (compiled: CompiledPlan, source: SourceOf<'postgresql'>): string =>
  lines(compiled, source, unusual(source));

/** Everything that backups need, as lines for a file that the server's own configuration begins with. */
export const podSettings = (compiled: CompiledPlan, source: SourceOf<'postgresql'>): string =>
  lines(compiled, source, serverSettings(source));

/** What the server archives with is in its pod, where the plan puts it there. */
function lines(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
  settings: ReturnType<typeof serverSettings>,
): string {
  const text = settingLines(settings, (name, value) => `${name} = ${value}`);
  const archives = archivingPatch(compiled, source) !== undefined;
  return archives ? `${text}include = '${ARCHIVE_SETTINGS}'\n` : text;
}
