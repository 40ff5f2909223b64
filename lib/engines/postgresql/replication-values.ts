/** Values stay as the server wrote them. */
export const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => String(value) };

/** @throws TypeError if the column is missing or null */
export function required(row: Record<string, string | null>, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`the server's answer has no ${column}`);
  return value;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `1min` → 60000, as SHOW prints settings that hold a time; `0` is 0. */
export function parseMilliseconds(text: string): number {
  const [, count, unit] = /^(\d+)\s*([a-z]*)$/.exec(text) ?? [];
  return Number(count ?? 0) * (MILLISECONDS[unit ?? ''] ?? 1);
}
