/** The program in the containers: every command that moves data, and nothing that derives stacks or manifests. */
import { agentProgram } from '../../lib/commands/agent.ts';
import { endOnCrash } from '../../lib/commands/crash.ts';
import { main, processIo } from '../../lib/commands/main.ts';

endOnCrash();
const io = processIo();
main(agentProgram(io), process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
