import { z } from 'zod';
import type { Schedule } from './schedule.ts';
import { UTC } from './zone.ts';

/** How often something is proven. */
export const cadenceSchema = z.enum(['daily', 'weekly', 'monthly']);
export type Cadence = z.infer<typeof cadenceSchema>;

/** When a cadence runs: away from midnight and from the usual backup hours. */
export const CADENCE_SCHEDULES: Readonly<Record<Cadence, Schedule>> = {
  daily: { cron: '30 6 * * *', timezone: UTC },
  weekly: { cron: '30 6 * * 1', timezone: UTC },
  monthly: { cron: '30 6 2 * *', timezone: UTC },
};
