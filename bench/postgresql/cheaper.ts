import { cpuPerGib, type Row } from '../table.ts';

/** Tidemark, the first of the rows, takes less processor time than copying with Amazon's client: what is not kept of it. */
export function cheaper([own, ...others]: readonly Row[]): string[] {
  if (!own) return [];
  return others
    .filter((row) => row.name.includes('aws') && cpuPerGib(own) >= cpuPerGib(row))
    .map((row) => `${own.name} takes more processor time than ${row.name}`);
}
