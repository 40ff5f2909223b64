/** What may be asked for, in the order in which it is listed. */
export const SCENARIO_NAMES = [
  'status',
  'backup',
  'pause',
  'resume',
  'restore-latest',
  'restore-to',
  'switch-over',
  'load-latest',
  'load-table',
  'verify',
  'drill',
] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];
