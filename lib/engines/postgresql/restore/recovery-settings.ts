import { formatLsn, type Lsn } from '../lsn.ts';
import { type PrivateFolders, privateSettings, settingsText } from './private-settings.ts';

/** Where a recovery ends: after everything, or at a moment or position. Inclusive: with what happened there itself. */
export type RecoveryGoal = 'end' | { readonly stop: Date | Lsn; readonly inclusive: boolean };

interface RecoveryFolders extends PrivateFolders {
  /** Holds WAL segments and history files under their plain names. */
  readonly wal: string;
}

/**
 * The whole configuration of the server that recovers: nothing of the recovery may stay behind.
 *
 * @param timeline to follow; named, because the server stops looking at the first number that is missing
 */
export function recoverySettings(
  folders: RecoveryFolders,
  timeline: number | 'current',
  goal: RecoveryGoal,
): string {
  return settingsText({
    ...privateSettings(folders),
    restore_command: restoreCommand(folders.wal),
    recovery_target_timeline: String(timeline),
    ...(goal === 'end' ? {} : stopSettings(goal)),
    recovery_target_action: 'promote',
    // Nobody reads before the end, so the original's max_connections and the like need not be matched.
    hot_standby: 'off',
    max_wal_size: '1GB',
  });
}

function stopSettings({ stop, inclusive }: Exclude<RecoveryGoal, 'end'>) {
  return {
    ...(stop instanceof Date
      ? { recovery_target_time: stop.toISOString().replace('T', ' ').replace('Z', '+00') }
      : { recovery_target_lsn: formatLsn(stop) }),
    recovery_target_inclusive: inclusive ? 'on' : 'off',
  };
}

/**
 * A plain copy. 1 tells the server that there is no such file, which ends the recovery; a copy that fails
 * has to end in more than 125, which stops the server instead of promoting it without the rest.
 */
function restoreCommand(wal: string): string {
  // `%` introduces the server's placeholders.
  const source = quoteShell(`${wal}/`).replaceAll('%', '%%');
  return `test -e ${source}%f || exit 1; cp ${source}%f "%p" || exit 200`;
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
