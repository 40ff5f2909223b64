/**
 * What a server has of what a snapshot holds.
 * @param counts of the snapshot: `db0.keys`, `db0.expires` and others, which are left out here
 * @param found what the server reports by the same names
 * @returns a sentence for each difference
 */
export function keyMismatches(
  counts: Readonly<Record<string, number>>,
  found: ReadonlyMap<string, number>,
): string[] {
  const names = new Set([...Object.keys(counts).filter(isReported), ...found.keys()]);
  return [...names].sort().flatMap((name) => {
    const [expected, back] = [counts[name] ?? 0, found.get(name) ?? 0];
    const [database, what] = name.split('.');
    const which = what === 'expires' ? 'keys that expire' : 'keys';
    return expected === back
      ? []
      : [`${database} had ${expected} ${which} when it was backed up and has ${back}`];
  });
}

/** Types and functions are not in INFO. */
const isReported = (name: string): boolean => /\.(keys|expires)$/.test(name);
