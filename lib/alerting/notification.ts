import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { CompiledPlan } from '../plan/compiled.ts';
import { type RunbookSection, readOn, type Severity } from './runbook.ts';

export interface NotificationProps {
  readonly compiled: CompiledPlan;
  readonly severity: Severity;
  /** What happened, as a sentence without a full stop. */
  readonly description: string;
  /** What the event says, by what it is called: paths such as `$.detail.eventName`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly section: RunbookSection;
}

/**
 * An event as people read it. Amazon Q Developer drops what is neither an event as it came nor in this form, so where
 * there is a channel, everybody gets it.
 */
export function notification(props: NotificationProps): RuleTargetInput {
  const { compiled, severity, description, fields, section } = props;
  const { plan, environment } = compiled;
  const title = `${severity}: ${plan} ${environment}: ${description}`;
  const said = Object.entries(fields)
    .map(([name, path]) => `${name}: ${EventField.fromPath(path)}`)
    .join(', ');
  return compiled.alerts.slack
    ? RuleTargetInput.fromObject({
        version: '1.0',
        source: 'custom',
        content: {
          textType: 'client-markdown',
          title,
          description: said,
          nextSteps: [readOn(section)],
        },
      })
    : RuleTargetInput.fromText(`${title}. ${said}. ${readOn(section)}`);
}
