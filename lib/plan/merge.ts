/** Parts of a source that an environment replaces key by key; every other part is replaced as a whole. */
const BY_KEY = new Set(['server', 'verify', 'restore']);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A source as an environment sees it. Neither argument is changed. */
export function mergeSource(source: unknown, override: unknown): unknown {
  if (!isRecord(source) || !isRecord(override)) return source;
  const merged: Record<string, unknown> = { ...source };
  for (const [key, value] of Object.entries(override)) {
    if (value === undefined) continue;
    const base = source[key];
    merged[key] =
      BY_KEY.has(key) && isRecord(base) && isRecord(value) ? { ...base, ...value } : value;
  }
  return merged;
}

/** Whether the value at a path below a merged source was written in the override. */
export function isOverridden(override: unknown, path: readonly PropertyKey[]): boolean {
  const [part, key] = path;
  if (!isRecord(override) || typeof part !== 'string') return false;
  const value = override[part];
  if (value === undefined) return false;
  if (!BY_KEY.has(part) || typeof key !== 'string') return true;
  return isRecord(value) && value[key] !== undefined;
}
