import type { RecoveryPoint } from '../catalog/recovery-points.ts';
import { formatBytes, formatInstant, table } from './format.ts';

/** A line for each backup; what is said of none has no column. */
export function recoveryPointsText(points: readonly RecoveryPoint[]): string {
  const states = points.map(stateOf);
  const told = states.some((state) => state !== '');
  const labelled = points.some(({ manifest }) => manifest.label !== undefined);
  const head = ['backup', 'kind', 'tier', 'class', 'consistent at', 'stored', 'data'];
  const rows = points.map(({ manifest: b }, i) => [
    b.id,
    b.kind,
    b.tier,
    b.class,
    formatInstant(b.consistentAt),
    formatBytes(b.storedBytes),
    formatBytes(b.logicalBytes),
    ...(labelled ? [b.label ?? ''] : []),
    ...(told ? [states[i] ?? ''] : []),
  ]);
  return table([...head, ...(labelled ? ['label'] : []), ...(told ? ['state'] : [])], rows);
}

const stateOf = ({ manifest: { parent }, hidden, held }: RecoveryPoint): string =>
  [
    ...(held ? ['held'] : []),
    ...(hidden ? ['hidden'] : []),
    ...(parent === null ? [] : [`builds on ${parent}`]),
  ].join(', ');
