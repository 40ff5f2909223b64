import type pg from 'pg';
import { type Archive, type ArchiveOptions, optionArgs } from './archive.ts';
import { LoadRefusedError } from './errors.ts';
import { nameAt } from './sql-statements.ts';

/** As many as a person reads. */
const TOLD = 10;

/**
 * Looks whether the server has every role that owns something in the archive or is granted something: a load that misses
 * one fails at its end.
 * @throws LoadRefusedError
 */
export async function checkRoles(
  admin: pg.Client,
  archive: Archive,
  options: ArchiveOptions,
): Promise<void> {
  const needed = new Set<string>();
  for await (const statement of archive.definitions(['--create', ...optionArgs(options)])) {
    for (const role of rolesIn(statement)) needed.add(role);
  }
  const { rows } = await admin.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  for (const { rolname } of rows) needed.delete(rolname);
  if (needed.size === 0) return;
  const names = [...needed].sort();
  throw new LoadRefusedError(
    `the server lacks roles that the backup needs: ${names.slice(0, TOLD).join(', ')}${names.length > TOLD ? ` and ${names.length - TOLD} more` : ''}; make them with tidemark load --globals; --no-owner and --no-privileges do without owners and those who were granted something`,
  );
}

/** Names of roles in the statements that give something to one. */
export function rolesIn(statement: string): string[] {
  const owner = / OWNER TO /.exec(statement);
  if (statement.startsWith('ALTER ') && owner) return named(statement, owner);
  const policy = /^CREATE POLICY [^;]*? TO (.*?)(?: USING | WITH CHECK |$)/s.exec(statement);
  if (policy) return policyRoles(policy[1] ?? '');
  if (!/^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) /.test(statement)) return [];
  const grantee = [...statement.matchAll(/ (?:TO|FROM) (?=[^ ]+|"[^"]*")/g)].at(-1);
  const creator = /^ALTER DEFAULT PRIVILEGES FOR ROLE /.exec(statement);
  return [
    ...(grantee ? named(statement, grantee) : []),
    ...(creator ? named(statement, creator) : []),
  ];
}

function policyRoles(list: string): string[] {
  const found: string[] = [];
  for (let at = 0; ; ) {
    const role = nameAt(list, at);
    if (!role) return found.filter((name) => name !== 'PUBLIC');
    found.push(role.name);
    at = role.end + ', '.length;
  }
}

function named(statement: string, before: RegExpExecArray): string[] {
  const found = nameAt(statement, before.index + before[0].length);
  return found && found.name !== 'PUBLIC' ? [found.name] : [];
}
