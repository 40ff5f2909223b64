import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';
import type { Fact } from './facts.ts';
import { groupSource } from './shared-facts.ts';
import { gapOf } from './source-facts.ts';

const daysSchema = z.number().nullable();
const ruleSchema = z.object({
  name: z.string(),
  tier: tierSchema.nullable(),
  schedule: scheduleSchema,
  everySeconds: z.number(),
  keepDays: daysSchema,
  coldAfterDays: daysSchema,
  copy: z.object({ keepDays: daysSchema }).nullable(),
});
const groupSchema = z.object({
  name: z.string(),
  resources: z.array(z.string()),
  tag: z.object({ key: z.string(), value: z.string() }),
  rules: z.array(ruleSchema),
  restoreTest: scheduleSchema.nullable(),
});

/** What of AWS Backup is a promise. */
export const comparableAwsBackupSchema = z.object({ groups: z.array(groupSchema) });

type Group = z.infer<typeof groupSchema>;
type Rule = z.infer<typeof ruleSchema>;

/**
 * A group is told like a source, each of its rules like a row. Recovery points of a vault end when they were promised to,
 * whatever becomes of the rule that made them: their retention is in no class of the bucket.
 */
export function awsBackupFacts({ groups }: z.infer<typeof comparableAwsBackupSchema>): Fact[] {
  return groups.flatMap((group) => {
    const source = groupSource(group.name);
    const { restoreTest } = group;
    return [
      { about: 'source', source, engine: 'AWS Backup' },
      ...oldest(source, group),
      ...group.resources.map((resource): Fact => ({ about: 'resource', source, resource })),
      { about: 'tag', source, ...group.tag },
      ...group.rules.flatMap((rule) => ruleFacts(source, rule)),
      ...(restoreTest === null
        ? []
        : [
            {
              about: 'check',
              source,
              check: 'restore',
              schedule: restoreTest,
              gapSeconds: gapOf(restoreTest),
            } as const,
          ]),
    ];
  });
}

function oldest(source: string, { rules }: Group): Fact[] {
  if (rules.length === 0) return [];
  const days = Math.max(...rules.map(({ keepDays }) => keepDays ?? Number.POSITIVE_INFINITY));
  return [{ about: 'oldest', source, days: Number.isFinite(days) ? days : null, classes: [] }];
}

function ruleFacts(source: string, rule: Rule): Fact[] {
  const { name, everySeconds, keepDays, copy } = rule;
  // Continuous backup has a schedule only because AWS Backup wants one.
  const schedule = rule.tier === null ? null : rule.schedule;
  const of = { source, kind: name };
  return [
    { about: 'row', ...of, standing: 'derived', schedule, everySeconds, classes: [] },
    ...(schedule === null ? [] : [{ about: 'rhythm', ...of, schedule, everySeconds } as const]),
    {
      about: 'kept',
      ...of,
      tier: null,
      days: keepDays,
      class: '',
      stated: true,
      storage: rule.coldAfterDays === null ? 'standard' : 'cold',
    },
    ...(copy === null
      ? []
      : [
          { about: 'copy', ...of } as const,
          { about: 'copy-kept', ...of, days: copy.keepDays } as const,
        ]),
  ];
}
