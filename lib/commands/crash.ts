import { EXIT, failureCode } from './exit-codes.ts';

/**
 * Ends the process after an error that nobody caught. Node.js would end it with 1, and a server that recovers would take
 * that for the end of its log.
 */
export function endOnCrash(): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`error: ${error.stack ?? error.message}\n`);
    process.exit(failureCode(process.argv[2], EXIT.failed));
  });
}
