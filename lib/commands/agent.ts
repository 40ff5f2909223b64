import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { aofCommand } from './aof.ts';
import { backupCommand } from './backup.ts';
import { drillCommand } from './drill.ts';
import { exporterCommand } from './exporter.ts';
import { healthCommand } from './health.ts';
import { listCommand } from './list.ts';
import { loadCommand } from './load.ts';
import type { Io } from './main.ts';
import type { JobManifests } from './manifest-options.ts';
import { restoreCommand } from './restore.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';
import { walCommand } from './wal.ts';
import { walFetchCommand } from './wal-fetch.ts';
import { walPushCommand } from './wal-push.ts';

/**
 * The commands that move data: all that a container needs. Imports neither CDK nor cdk8s.
 * @param jobs what `--manifest` prints with
 */
export function agentProgram(io: Io, jobs?: JobManifests): Command {
  return new Command('tidemark')
    .description('backup and recovery as code')
    .version(VERSION)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed, 2 wrong input, 3 found damage, missing backups or broken promises,
4 another run is active, 5 archived: go on when it is thawed, 130 interrupted;
of wal-fetch alone: 143 ended by its server, 200 failed`,
    )
    .addCommand(listCommand(io))
    .addCommand(statusCommand(io))
    .addCommand(verifyCommand(io))
    .addCommand(backupCommand(io))
    .addCommand(walCommand(io))
    .addCommand(aofCommand(io))
    .addCommand(walPushCommand(io))
    .addCommand(walFetchCommand(io))
    .addCommand(restoreCommand(io, jobs))
    .addCommand(loadCommand(io, jobs))
    .addCommand(drillCommand(io, jobs))
    .addCommand(exporterCommand(io))
    .addCommand(healthCommand(io));
}
