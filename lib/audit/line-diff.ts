/** Lines that two texts do not share, between lines that they do. */
export interface Hunk {
  /** Index of the first line in the text that was found, and of the one after the last. */
  readonly found: readonly [from: number, to: number];
  readonly derived: readonly [from: number, to: number];
}

/** With more edits than this the texts are not versions of each other; comparing on would take time for nothing. */
const MOST_EDITS = 2000;

/**
 * Every stretch in which two texts differ, by the shortest edit script (Myers, "An O(ND) Difference Algorithm", 1986).
 * One stretch over everything where they have too little in common.
 */
export function diffLines(found: readonly string[], derived: readonly string[]): Hunk[] {
  let head = 0;
  while (head < found.length && head < derived.length && found[head] === derived[head]) head++;
  let tail = 0;
  while (
    tail < Math.min(found.length, derived.length) - head &&
    found[found.length - 1 - tail] === derived[derived.length - 1 - tail]
  ) {
    tail++;
  }
  const a = found.slice(head, found.length - tail);
  const b = derived.slice(head, derived.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  const moves = shortestEdit(a, b);
  if (!moves) return [hunk(head, head, a.length, b.length)];
  return stretches(moves, a.length, b.length).map(([x, y, removed, added]) =>
    hunk(head + x, head + y, removed, added),
  );
}

const hunk = (x: number, y: number, removed: number, added: number): Hunk => ({
  found: [x, x + removed],
  derived: [y, y + added],
});

/** Pairs of indices of lines that both have, ascending; undefined where there are too many edits. */
function shortestEdit(a: readonly string[], b: readonly string[]): [number, number][] | undefined {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  /** After so many edits, the furthest index of `a` on each diagonal `k`, at `k + edits`. */
  const reach: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    const furthest = new Int32Array(2 * edits + 1);
    for (let k = -edits; k <= edits; k += 2) {
      let { x } = entry(reach, k, edits);
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[k + edits] = x;
      if (x >= a.length && x - k >= b.length) return shared(reach, edits, a.length, b.length);
    }
    reach.push(furthest);
  }
  return undefined;
}

/** Where the last edit enters diagonal `k`: by a line of `b` from the one above, or by one of `a` from the one below. */
function entry(
  reach: readonly Int32Array[],
  k: number,
  edits: number,
): { readonly x: number; readonly byLineOfB: boolean } {
  const before = (diagonal: number): number => reach[edits - 1]?.[diagonal + edits - 1] ?? -1;
  if (edits === 0) return { x: 0, byLineOfB: false };
  const [below, above] = [before(k - 1), before(k + 1)];
  return below < above ? { x: above, byLineOfB: true } : { x: below + 1, byLineOfB: false };
}

/** Walks back from the ends of both. */
function shared(
  reach: readonly Int32Array[],
  edits: number,
  lengthA: number,
  lengthB: number,
): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [lengthA, lengthB];
  for (let left = edits; left >= 0; left--) {
    const { x: start, byLineOfB } = entry(reach, x - y, left);
    while (x > start) pairs.push([--x, --y]);
    if (byLineOfB) y--;
    else x--;
  }
  return pairs.reverse();
}

function stretches(
  pairs: readonly (readonly [number, number])[],
  lengthA: number,
  lengthB: number,
): [x: number, y: number, removed: number, added: number][] {
  const found: [number, number, number, number][] = [];
  let [x, y] = [0, 0];
  for (const [a, b] of [...pairs, [lengthA, lengthB] as const]) {
    if (a > x || b > y) found.push([x, y, a - x, b - y]);
    [x, y] = [a + 1, b + 1];
  }
  return found;
}
