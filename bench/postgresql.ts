/**
 * Backups, restores and WAL of PostgreSQL beside the tools that everybody has:
 * `node bench/postgresql.ts [--gib 4] [--rounds 3] [--seconds 60] [--wal-rounds 3] [--only backup,wal] [--contenders tidemark,aws]`.
 * Everybody works on the same server and the same store, in turns, and the median counts. Exits with 1 when a promise is
 * not kept.
 */
import { parseArgs } from 'node:util';
import { backupRounds } from './postgresql/backup-rounds.ts';
import { contenders } from './postgresql/contenders.ts';
import { installPeers } from './postgresql/peers.ts';
import { setStage } from './postgresql/stage.ts';
import { walRounds } from './postgresql/wal-rounds.ts';

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    'wal-rounds': { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: 'backup,wal' },
    contenders: { type: 'string', default: '' },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

await installPeers();
say(`filling a PostgreSQL 15 with ${values.gib} GiB`);
await using stage = await setStage(Number(values.gib));
const chosen = await contenders(stage, values.contenders.split(','));
const broken: string[] = [];
const rounds = Number(values.rounds);
if (values.only.includes('backup')) {
  broken.push(...(await backupRounds(stage, chosen, { rounds, say })));
}
if (values.only.includes('wal')) {
  broken.push(
    ...(await walRounds(stage, chosen, {
      rounds: Number(values['wal-rounds']),
      seconds: Number(values.seconds),
      say,
    })),
  );
}
process.stdout.write(broken.length === 0 ? '\nkept\n' : `\nnot kept: ${broken.join('; ')}\n`);
if (broken.length > 0) process.exitCode = 1;
