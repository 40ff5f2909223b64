import { prove } from '../../../../lib/plan/proof.ts';
import { BackupYear } from './backup-year.ts';
import { chanceOf } from './chance.ts';
import { isScheduled, resolved, type TestRow } from './rows.ts';
import type { Backup, Failing } from './take-backups.ts';
import { YEAR } from './wall-year.ts';

const DAY = 86_400_000;
/** Seconds; what is kept for ever is looked for as long. */
const LONGEST_KEEP = 45 * 86_400;

/** After everything has come into its rhythm. */
const FROM = YEAR.from + 120 * DAY;
const TO = YEAR.to - DAY;

export const claims = (rows: readonly TestRow[]) => prove(resolved(rows), 'sunday', true).proof;

/** Loss in seconds just before each backup is complete, which is when it is greatest, and at some other moments. */
export function worstLoss(year: BackupYear, others: readonly number[] = []): number {
  const moments = year.backups.map(({ completedAt }) => completedAt - 1);
  let worst = 0;
  for (const now of [...moments, ...others]) {
    if (now < FROM || now > TO) continue;
    const newest = year.newestRestorable(now) ?? Number.NEGATIVE_INFINITY;
    worst = Math.max(worst, (now - newest) / 1000);
  }
  return worst;
}

/** Some moments of the year, the same for the same seed. */
export function momentsOf(seed: number, count: number): number[] {
  const chance = chanceOf(seed);
  return Array.from({ length: count }, () => FROM + Math.floor(chance() * (TO - FROM)));
}

/** What the year contradicts of what is claimed, as sentences; empty when it holds. */
export function contradictions(
  rows: readonly TestRow[],
  seed: number,
  failing?: Failing,
): string[] {
  const proof = claims(rows);
  const chance = chanceOf(seed);
  const year = new BackupYear(rows, chance, failing);
  const claimed = failing ? proof.lossAfterFailureSeconds : proof.worstLossSeconds;
  const loss =
    claimed === null || !Number.isFinite(claimed) ? 0 : worstLoss(year, momentsOf(seed, 40));
  const tooMuch = loss > (claimed ?? 0) ? [`lost ${loss} s, not ${claimed} s`] : [];
  if (failing) return tooMuch;
  return [
    ...tooMuch,
    ...outsideOfWindow(year, proof.windowSeconds, seed),
    ...missingPoints(rows, year, proof.reach, seed),
  ];
}

/** Backups around which something may be missing: some of them, the same for the same seed. */
function someOf({ backups }: BackupYear, seed: number): Backup[] {
  const chance = chanceOf(seed);
  const some = Array.from({ length: 60 }, () => backups[Math.floor(chance() * backups.length)]);
  return some.flatMap((backup) => backup ?? []);
}

/** Moments of the past are the hardest to reach just before a backup was complete, and when they are oldest. */
function outsideOfWindow(year: BackupYear, seconds: number | null, seed: number): string[] {
  if (seconds === 0) return [];
  const chance = chanceOf(seed);
  const moments = [
    ...momentsOf(seed, 20),
    ...someOf(year, seed).map(({ completedAt }) => completedAt - 1),
  ];
  return moments.flatMap((moment) => {
    const now = moment + (seconds ?? LONGEST_KEEP) * 1000 * (chance() < 0.7 ? 1 : chance());
    if (moment < FROM || now > TO || year.canRestore(moment, now)) return [];
    return [`at ${now} the moment ${moment} was out of reach`];
  });
}

/** The same for backups alone, and just before they started. */
function missingPoints(
  rows: readonly TestRow[],
  year: BackupYear,
  reach: ReturnType<typeof claims>['reach'],
  seed: number,
): string[] {
  const chance = chanceOf(seed);
  const youngest = Math.max(0, ...rows.map((row) => (isScheduled(row) ? row.withinMinutes : 0)));
  const moments = [
    ...momentsOf(seed, 20),
    ...someOf(year, seed).map(({ startedAt }) => startedAt - 1),
  ];
  return reach
    .filter(({ everySeconds }) => everySeconds > 0)
    .flatMap(({ kind, tier, everySeconds, forSeconds }) => {
      const from = youngest * 60_000;
      const to = (forSeconds ?? LONGEST_KEEP) * 1000;
      return moments.flatMap((moment) => {
        const now = moment + from + (to - from) * (chance() < 0.7 ? 1 : chance());
        if (to < from || moment < FROM || now > TO) return [];
        const there = year.backups.some(
          (backup) =>
            (tier === null || backup.kind === kind) &&
            backup.startedAt <= moment &&
            backup.startedAt >= moment - everySeconds * 1000 &&
            year.exists(backup, now),
        );
        return there ? [] : [`at ${now} no ${tier ?? ''} ${kind} backup for ${moment}`];
      });
    });
}
