import { listRuns } from '../catalog/reader.ts';
import { tellingKeys } from '../catalog/telling-runs.ts';
import { MS_PER_DAY } from '../plan/values/duration.ts';

/** A record that a store which was away did not take is written later, under its own day. */
const OPEN_DAYS = 3;

/**
 * Keys of the run records of one source. Days that are over get no more of them, so they are listed once: a streamer
 * writes more than a thousand a day, and only few of those tell anything.
 */
export class RunKeys {
  /** Of days that are over. */
  #over: readonly string[] = [];
  /** The first day that is not among them, since 1970. */
  #open: number | undefined;

  readonly list: typeof listRuns = async (store, source, { from, to }) => {
    const first = dayOf(from);
    const open = Math.max(first, dayOf(to) - OPEN_DAYS);
    const known = Math.max(first, this.#open ?? first);
    const over = known < open ? await listRuns(store, source, days(known, open - 1)) : [];
    const keys = await listRuns(store, source, { from: days(open, open).from, to });
    this.#over = tellingKeys([...this.#over, ...over].filter((key) => dayOfKey(key) >= first));
    this.#open = open;
    return [...this.#over, ...keys];
  };
}

const dayOf = (at: Date): number => Math.floor(at.getTime() / MS_PER_DAY);

/** `runs/<source>/2026-11-21/…`. */
const dayOfKey = (key: string): number => dayOf(new Date(key.split('/')[2] ?? ''));

const days = (first: number, last: number): { from: Date; to: Date } => ({
  from: new Date(first * MS_PER_DAY),
  to: new Date(last * MS_PER_DAY),
});
