const UNITS: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/**
 * Bytes of a segment from what `SHOW wal_segment_size` prints, such as `16MB`.
 * @throws TypeError on anything else
 */
export function parseSegmentSize(text: string): number {
  const [, count, unit] = /^(\d+)(kB|MB|GB)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? ''];
  if (count === undefined || factor === undefined) {
    throw new TypeError(`${JSON.stringify(text)} is not the size of a WAL segment such as 16MB`);
  }
  return Number(count) * factor;
}
