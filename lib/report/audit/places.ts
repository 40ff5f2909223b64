import type { Audit, Place } from '../../audit/model.ts';

/** `us-east-1:262`, `60-database-base-backup.yaml:12`: enough where the folder is known. */
export function shortPlace({ regions }: Audit, { file, line }: Place): string {
  const region = Object.values(regions).find((name) => file.endsWith(`-${name}.template.json`));
  return `${region ?? file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}
