import { endOnCrash } from '../lib/commands/crash.ts';
import { main, processIo } from '../lib/commands/main.ts';
import { program } from '../lib/commands/program.ts';

endOnCrash();
const io = processIo();
process.exitCode = await main(program(io), process.argv.slice(2), io);
