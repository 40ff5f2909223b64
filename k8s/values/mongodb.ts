import type { SourceOf } from '../../lib/plan/compiled.ts';
import { type Origin, render } from '../render.ts';
import { heading, type ServerFiles, withPurpose } from './server-files.ts';

const HOUR = 3600;
const VARIABLES = { user: 'TIDEMARK_USER', password: 'TIDEMARK_PASSWORD' } as const;

/** What a MongoDB server is told: its settings, and the user of the backups. */
export function mongodbFiles(origin: Origin, source: SourceOf<'mongodb'>): ServerFiles {
  const { server } = source.settings;
  const files = new Map<string, string>();
  if (server.replicaSet !== undefined) {
    const conf = {
      replication: { replSetName: server.replicaSet },
      ...oplogRetention(source),
    };
    files.set(
      `${source.name}.mongod.yaml`,
      withPurpose(render(origin, [conf]), ['In mongod.conf, of every member of the replica set.']),
    );
  }
  if (server.credentials !== undefined) {
    files.set(`${source.name}.user.js`, userScript(origin, source, server.credentials));
  }
  return { files };
}

/** The oplog has to reach back to a full backup that the next slice can be joined to, also when one of them fails. */
function oplogRetention({ protections }: SourceOf<'mongodb'>): object {
  if (!protections.some(({ kind }) => kind === 'oplog')) return {};
  const full = protections.find(({ kind }) => kind === 'full');
  const hours = Math.ceil((2 * (full?.longestGapSeconds ?? 0)) / HOUR);
  return { storage: { oplogMinRetentionHours: hours } };
}

const userScript = (
  origin: Origin,
  { name, settings: { server } }: SourceOf<'mongodb'>,
  secret: string,
): string => `${heading(origin, 'js', [
  `Makes the user of the backups, or brings it up to date, with the name and password of the Secret ${secret}:`,
  `  ${VARIABLES.user}=... ${VARIABLES.password}=... mongosh 'mongodb://…' --file ${name}.user.js`,
])}const user = process.env.${VARIABLES.user};
const pwd = process.env.${VARIABLES.password};
if (!user || !pwd) throw new Error('set ${VARIABLES.user} and ${VARIABLES.password} to those of the Secret');
const database = db.getSiblingDB(${JSON.stringify(server.authDatabase)});
const roles = [{ role: 'backup', db: 'admin' }];
if (database.getUser(user)) database.updateUser(user, { pwd, roles });
else database.createUser({ user, pwd, roles });
`;
