import type { Command } from 'commander';
import { adoptCommand } from './adopt.ts';
import { agentProgram } from './agent.ts';
import { auditCommand } from './audit.ts';
import { bucketRulesCommand } from './bucket-rules.ts';
import { checkCommand } from './check.ts';
import { completeCommand, completionCommand } from './completion.ts';
import { diffCommand } from './diff.ts';
import { jobManifests } from './job-manifests.ts';
import { kubectlPlanCommand } from './kubectl-plan.ts';
import type { Io } from './main.ts';
import { synthCommand } from './synth.ts';

/** Everything: what the agent has, and what derives stacks and manifests from plans. */
export function program(io: Io): Command {
  const all = agentProgram(io, jobManifests)
    .addCommand(checkCommand(io))
    .addCommand(synthCommand(io))
    .addCommand(bucketRulesCommand(io))
    .addCommand(auditCommand(io))
    .addCommand(adoptCommand(io))
    .addCommand(diffCommand(io))
    .addCommand(kubectlPlanCommand(io))
    .addCommand(completionCommand(io));
  return all.addCommand(completeCommand(io, all), { hidden: true });
}
