import { chmod, chown, readFile, rm, writeFile } from 'node:fs/promises';
import type { Archiving } from './contender.ts';
import type { Stage } from './stage.ts';

/**
 * Lets the server archive with a command, and counts the processor seconds of each call. What a call leaves running
 * behind is not counted.
 * @param file where the times are written
 * @param command for a shell; the path of the segment is `$1`
 */
export async function archiveByCommand(
  { server: { uid, gid }, env, archiveWith }: Stage,
  file: string,
  command: string,
): Promise<Archiving> {
  const script = `${file}.sh`;
  const exported = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(
    script,
    `#!/bin/bash\n${exported.join('')}TIMEFORMAT="%U %S"\n{ time ${command} 2>&4; } 4>&2 2>>${file}\n`,
  );
  await chown(script, uid, gid);
  await chmod(script, 0o700);
  await rm(file, { force: true });
  await archiveWith(`${script} %p`);
  return {
    stop: async () => {
      await archiveWith('true');
      const counted = await readFile(file, 'utf8');
      const cpuSeconds = counted
        .split(/\s+/)
        .map(Number)
        .reduce((sum, seconds) => sum + seconds, 0);
      return { cpuSeconds, peakBytes: 0 };
    },
  };
}
