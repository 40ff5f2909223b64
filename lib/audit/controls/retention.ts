import { answer, nothing, ofBothCopies, type Question, together } from './answer.ts';

/** Both copies keep every backup at least as long as its row promises, in every version. */
export const keptAsPromised: Question = ofBothCopies(({ side, bucket }, { retention }) => {
  if (!bucket.versioned) return nothing(`${bucket.name} does not keep what is overwritten`);
  return together(
    retention.flatMap(({ source, kind, tier, promisedDays, stored }) =>
      stored
        .filter(({ role }) => role === side)
        .map(({ visibleDays, place }) => {
          const enough =
            visibleDays === null || (promisedDays !== null && visibleDays >= promisedDays);
          if (enough) return answer(place ? [place] : [], []);
          const row = [tier, kind].filter((word) => word !== null).join(' ');
          return nothing(
            `${bucket.name} hides a ${row} backup of ${source} after ${visibleDays} days, before its promise ends`,
          );
        }),
    ),
  );
});

/** Neither copy can be emptied before its lock ends. */
export const locked: Question = ofBothCopies(({ bucket: { name, lock, resource } }) => {
  const at = resource.body.get('ObjectLockConfiguration');
  return at && lock && lock.days > 0
    ? answer([at.place], [])
    : nothing(`${name} has no object lock, so who administers its account can empty it`);
});
