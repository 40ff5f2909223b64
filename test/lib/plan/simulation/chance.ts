/** A number from 0 to 1, such as `Math.random`. */
export type Chance = () => number;

/** A small reproducible source of chance (a linear congruential generator). */
export function chanceOf(seed: number): Chance {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** 0, 1 or something between: the worst cases are at the edges. */
export function edge(chance: Chance): number {
  const side = chance();
  return side < 0.35 ? 0 : side < 0.7 ? 1 : chance();
}
