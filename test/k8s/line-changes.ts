/** Lines that one text has and the other has not, in their order: `-` before what went, `+` before what came. */
export function lineChanges(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  // Length of the longest common rest from each pair of lines on.
  const rest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => rest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = rest[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changes: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      changes.push(`- ${a[i]?.trim()}`);
      i += 1;
    } else {
      changes.push(`+ ${b[j]?.trim()}`);
      j += 1;
    }
  }
  return changes;
}
