import type { Measurement } from './measure.ts';

export interface Row {
  readonly name: string;
  readonly runs: readonly Pick<Measurement, 'seconds' | 'cpuSeconds' | 'peakBytes'>[];
  /** Bytes that one run moves. */
  readonly bytes: number;
  /** The row to compare with. */
  readonly peer?: Row;
  readonly note?: string;
}

const MIB = 1024 * 1024;

/** MiB of data per second of the median run. */
export function speed({ runs, bytes }: Row): number {
  return bytes / MIB / median(runs.map(({ seconds }) => seconds));
}

/** Processor seconds for each GiB of data; the median run's. */
export function cpuPerGib({ runs, bytes }: Row): number {
  return median(runs.map(({ cpuSeconds }) => cpuSeconds)) / (bytes / (1024 * MIB));
}

/** Bytes; the worst of the runs; 0 where it was not measured. */
export function peak({ runs }: Row): number {
  return Math.max(...runs.map(({ peakBytes }) => peakBytes));
}

/** Speed as a share of the peer's. */
export function ratio(row: Row): number | undefined {
  return row.peer && speed(row) / speed(row.peer);
}

/** Columns that line up in a terminal. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.runs.map(({ seconds }) => seconds.toFixed(2)).join(' '),
    `${speed(row).toFixed(0)} MiB/s`,
    cpuPerGib(row).toFixed(2),
    peak(row) === 0 ? '' : `${(peak(row) / MIB).toFixed(0)} MiB`,
    ratio(row)?.toFixed(2) ?? '',
    row.note ?? '',
  ]);
  const lines = [
    ['', 'seconds', 'median speed', 'CPU s/GiB', 'peak memory', 'ratio', ''],
    ...cells,
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((i) =>
    Math.max(...lines.map((line) => line[i]?.length ?? 0)),
  );
  const pad = (cell: string, i: number) =>
    i === 0 || i === 6 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
