import { relative } from 'node:path';
import { styleText } from 'node:util';
import { EXIT, type ExitCode } from '../lib/commands/exit-codes.ts';
import { processIo } from '../lib/commands/main.ts';
import { synth } from '../lib/commands/synth.ts';
import { messageOf } from '../lib/message.ts';
import { compile } from '../lib/plan/compile.ts';
import { narrator } from '../lib/rehearsal/narrator.ts';
import { rehearse } from '../lib/rehearsal/rehearse.ts';
import { rehearsalText } from '../lib/rehearsal/text.ts';
import { findingsText } from '../lib/report/findings.ts';
import { summaryText } from '../lib/report/summary.ts';
import plan from '../plans/quickstart.ts';

const OUT = 'dist';
const io = processIo();
const { stdout } = io;

const heading = (text: string) =>
  stdout.write(`\n${styleText(['bold', 'cyan'], text, { stream: stdout })}\n\n`);

async function quickstart(): Promise<ExitCode> {
  heading('1  Check the plan plans/quickstart.ts, derive templates and manifests from it');
  for (const environment of Object.keys(plan.environments)) {
    const { compiled, findings } = compile(plan, environment);
    // What is merely good to know is in the summary's words too, and in `tidemark check`.
    const worth = findings.filter(({ severity }) => severity !== 'info');
    if (worth.length > 0) stdout.write(`${findingsText(worth, stdout)}\n\n`);
    if (!compiled) return EXIT.input;
    const files = await synth(compiled, OUT);
    const here = (paths: readonly string[]) => paths.map((path) => relative('.', path));
    const shown = { aws: here(files.aws), k8s: here(files.k8s) };
    stdout.write(`${summaryText(compiled, findings, shown, stdout)}\n\n`);
    io.signal.throwIfAborted();
  }

  heading('2  Rehearse a recovery: lose a table of a real PostgreSQL server, and bring it back');
  const narration = narrator(stdout);
  try {
    const result = await rehearse({ report: narration.report, signal: io.signal });
    narration.end();
    stdout.write(`\n${rehearsalText(result, stdout)}\n`);
    return result.passed ? EXIT.ok : EXIT.unhealthy;
  } finally {
    narration.end();
  }
}

try {
  process.exitCode = await quickstart();
} catch (error) {
  process.exitCode = io.signal.aborted ? EXIT.interrupted : EXIT.failed;
  if (io.signal.aborted) stdout.write('\ninterrupted: everything is stopped and removed\n');
  else process.stderr.write(`\nerror: ${messageOf(error)}\n`);
}
