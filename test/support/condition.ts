import { setTimeout as delay } from 'node:timers/promises';

/** Looks until the condition holds. @throws after the deadline, which only ends what hangs, naming what was waited for */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await delay(25);
  }
}
