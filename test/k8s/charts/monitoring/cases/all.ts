import type { AlertCase } from './alert-case.ts';
import { BACKUP_CASES } from './backups.ts';
import { EXPORTER_CASES } from './exporter.ts';
import { LOG_CASES } from './logs.ts';
import { PROOF_CASES } from './proofs.ts';
import { VELERO_CASES } from './velero.ts';

export const ALERT_CASES: readonly AlertCase[] = [
  ...BACKUP_CASES,
  ...LOG_CASES,
  ...PROOF_CASES,
  ...EXPORTER_CASES,
  ...VELERO_CASES,
];
