import { BACKUP, PAUSE, RESUME } from './backups.ts';
import { STATUS } from './look.ts';
import type { ScenarioName } from './names.ts';
import { DRILL, VERIFY } from './proofs.ts';
import { LOAD_LATEST, LOAD_TABLE, RESTORE_LATEST, RESTORE_TO } from './restores.ts';
import type { Scenario } from './step.ts';
import { SWITCH_OVER } from './switch-over.ts';

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  status: STATUS,
  backup: BACKUP,
  pause: PAUSE,
  resume: RESUME,
  'restore-latest': RESTORE_LATEST,
  'restore-to': RESTORE_TO,
  'switch-over': SWITCH_OVER,
  'load-latest': LOAD_LATEST,
  'load-table': LOAD_TABLE,
  verify: VERIFY,
  drill: DRILL,
};
