import { z } from 'zod';
import { durationSchema } from './values/duration.ts';

const SEVERITIES = ['critical', 'warning'] as const;
export const alertSeveritySchema = z.enum(SEVERITIES);

/** Ids that Slack gives, as they stand in the address of a channel: `https://app.slack.com/client/<workspace>/<channel>`. */
export const slackSchema = z.strictObject({
  workspace: slackId(/^T[A-Z0-9]{6,}$/, "a workspace's id", 'T0123456789'),
  channel: slackId(/^[CG][A-Z0-9]{6,}$/, "a channel's id", 'C0123456789'),
});

function slackId(form: RegExp, what: string, example: string) {
  return z.string().regex(form, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not ${what} in Slack; write one such as '${example}'`,
  });
}

/** An address that Amazon SNS posts to, such as that of PagerDuty's integration with CloudWatch. */
const endpointSchema = z.url({
  protocol: /^https$/,
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an address that alerts can be sent to; write one such as 'https://events.pagerduty.com/integration/<key>/enqueue'`,
});

/** What alarms. Each threshold follows from the schedules; what is written here is held against it. */
export const alertsSchema = z.strictObject({
  /** Who is told when a backup fails or is missing; each address confirms a subscription once. */
  email: z
    .array(
      z.email({
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not an e-mail address; write one such as 'oncall@example.com'`,
      }),
    )
    .default([]),
  /** A channel that Amazon Q Developer (once AWS Chatbot) writes to. */
  slack: slackSchema.optional(),
  /** Each endpoint confirms a subscription once. */
  https: z.array(endpointSchema).optional(),
  /** A run failed, and none has succeeded for `for` since. */
  failed: z
    .strictObject({
      severity: alertSeveritySchema.default('critical'),
      for: durationSchema.optional(),
    })
    .prefault({}),
  /** No backup as new as the schedule allows. */
  missing: z
    .strictObject({
      severity: alertSeveritySchema.default('critical'),
      /** At the latest; what the schedule allows may be less. */
      after: durationSchema.optional(),
    })
    .prefault({}),
  /** A backup is smaller than this share of the average. */
  tooSmall: z
    .strictObject({
      severity: alertSeveritySchema.default('warning'),
      below: z
        .templateLiteral([z.int().min(1).max(99), '%'], {
          error: (issue) =>
            `${JSON.stringify(issue.input)} is not a share of the average; write one from '1%' to '99%', such as '80%'`,
        })
        .default('80%'),
    })
    .prefault({}),
  /** Stored bytes are not what was written. */
  verificationFailed: z
    .strictObject({ severity: alertSeveritySchema.default('critical') })
    .prefault({}),
});
