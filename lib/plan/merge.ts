/** Parts that an environment replaces as a whole; every other one is replaced key by key while it stays of its variant. */
const WHOLE = new Set(['protect', 'objectives']);

/** Keys whose value says which other keys a part has: those of another variant mean nothing in this one. */
const VARIANT_KEYS = ['kind', 'method'];

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A source as an environment sees it. Neither argument is changed. */
export function mergeSource(source: unknown, override: unknown): unknown {
  if (!isRecord(source) || !isRecord(override)) return source;
  const merged: Record<string, unknown> = { ...source };
  for (const [key, value] of Object.entries(override)) {
    if (value === undefined) continue;
    const base = source[key];
    const byKey =
      !WHOLE.has(key) && isRecord(base) && isRecord(value) && isSameVariant(base, value);
    merged[key] = byKey ? { ...base, ...written(value) } : value;
  }
  return merged;
}

const isSameVariant = (base: Record<string, unknown>, value: Record<string, unknown>): boolean =>
  VARIANT_KEYS.every(
    (key) => base[key] === undefined || value[key] === undefined || base[key] === value[key],
  );

/** A key whose value is undefined was not written: it replaces nothing. */
export const written = <T>(changes: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(changes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/** Whether the value at a path below a merged source was written in the override. */
export function isOverridden(override: unknown, path: readonly PropertyKey[]): boolean {
  const [part, key] = path;
  if (!isRecord(override) || typeof part !== 'string') return false;
  const value = override[part];
  if (value === undefined) return false;
  if (WHOLE.has(part) || typeof key !== 'string' || !isRecord(value)) return true;
  return value[key] !== undefined;
}
