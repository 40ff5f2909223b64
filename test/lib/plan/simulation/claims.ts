import { prove } from '../../../../lib/plan/proof.ts';
import { BackupYear } from './backup-year.ts';
import { chanceOf } from './chance.ts';
import { isScheduled, resolved, type TestRow } from './rows.ts';
import type { Failing } from './take-backups.ts';
import { YEAR } from './wall-year.ts';

const DAY = 86_400_000;

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
  const moments = momentsOf(seed, 40);
  const claimed = failing ? proof.lossAfterFailureSeconds : proof.worstLossSeconds;
  const loss = claimed === null || !Number.isFinite(claimed) ? 0 : worstLoss(year, moments);
  const tooMuch = loss > (claimed ?? 0) ? [`lost ${loss} s, not ${claimed} s`] : [];
  if (failing) return tooMuch;
  return [
    ...tooMuch,
    ...moments.flatMap((now) => {
      const age = (proof.windowSeconds ?? 45 * 86_400) * 1000 * (chance() < 0.5 ? 1 : chance());
      if (proof.windowSeconds === 0 || year.canRestore(now - age, now)) return [];
      return [`at ${now} the moment ${age} ms before was out of reach`];
    }),
    ...moments.flatMap((now) => unreached(proof.reach, rows, year, now, chance())),
  ];
}

/** @param part of the way to the oldest that is claimed */
function unreached(
  reach: ReturnType<typeof claims>['reach'],
  rows: readonly TestRow[],
  year: BackupYear,
  now: number,
  part: number,
): string[] {
  const longestRun = Math.max(0, ...rows.map((row) => (isScheduled(row) ? row.withinMinutes : 0)));
  const youngest = longestRun * 60_000;
  return reach.flatMap(({ kind, tier, everySeconds, forSeconds }) => {
    if (everySeconds === 0) return [];
    const oldest = (forSeconds ?? 0) * 1000;
    if (oldest < youngest) return [];
    const moment = now - youngest - part * (oldest - youngest);
    const there = year.backups.some(
      (backup) =>
        (tier === null || backup.kind === kind) &&
        backup.startedAt <= moment &&
        backup.startedAt >= moment - everySeconds * 1000 &&
        year.exists(backup, now),
    );
    return there ? [] : [`at ${now} no ${tier ?? ''} ${kind} backup for ${moment}`];
  });
}
