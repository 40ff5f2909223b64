import { Argument, Command } from 'commander';
import { candidates } from './completion/candidates.ts';
import { planValues } from './completion/plan-values.ts';
import { COMPLETE, SCRIPTS, SHELLS, type Shell } from './completion/shells.ts';
import type { Io } from './main.ts';

export function completionCommand(io: Io): Command {
  return new Command('completion')
    .description('print what makes a shell complete commands, options, and names of the plan')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText(
      'after',
      `
Names of plans, environments and sources come from the plans themselves, at the moment of asking.

Examples:
  $ tidemark completion bash >> ~/.bashrc
  $ tidemark completion zsh > "\${fpath[1]}/_tidemark"
  $ tidemark completion fish > ~/.config/fish/completions/tidemark.fish`,
    )
    .action((shell: Shell) => {
      io.stdout.write(SCRIPTS[shell]);
    });
}

/** What the scripts call; no person does. @param program with all of its commands */
export const completeCommand = (io: Io, program: Command): Command =>
  new Command(COMPLETE)
    .description('tell the scripts of `completion` what may be typed next')
    .argument('[words...]', 'behind the name of the program; the last one is not ended')
    .addHelpText(
      'after',
      `
Example:
  $ tidemark ${COMPLETE} -- kubectl-plan re`,
    )
    .action(async (words: string[]) => {
      // A plan that is just being written may be wrong: then there is nothing to offer, and nobody to tell.
      const found = await candidates(program, words, planValues).catch(() => []);
      for (const { text, about } of found)
        io.stdout.write(about ? `${text}\t${about}\n` : `${text}\n`);
    });
