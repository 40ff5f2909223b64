import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SCRIPTS, SHELLS, type Shell } from '../../../lib/commands/completion/shells.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const run = promisify(execFile);
let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('completion');
  await mkdir(join(folder.path, 'bin'));
  await symlink(resolve('bin/tidemark.mjs'), join(folder.path, 'bin/tidemark'));
  await writeFile(join(folder.path, 'a file.txt'), '');
  for (const shell of SHELLS) {
    await writeFile(join(folder.path, shell), SCRIPTS[shell]);
  }
});
afterAll(() => folder?.remove());

/** What each shell is asked with: the line up to the cursor, in a variable. */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `source ./bash
COMP_WORDS=($LINE); [[ "$LINE" == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
_tidemark tidemark
printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The functions of zsh's own system, of which a script has none without a terminal.
  zsh: `compdef() { : }
_describe() { print -l -- "\${(@P)2}" }
_files() { print -l -- *(.) }
source ./zsh
words=(\${=LINE}); [[ "$LINE" == *' ' ]] && words+=('')
CURRENT=\${#words}
_tidemark`,
  fish: `source ./fish
complete --do-complete "$LINE"`,
};

async function offered(shell: Shell, line: string): Promise<string[]> {
  const { stdout } = await run(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', ASK[shell]], {
    cwd: folder.path,
    env: {
      PATH: `${join(folder.path, 'bin')}${delimiter}${process.env.PATH}`,
      HOME: folder.path,
      LINE: line,
    },
  });
  return stdout.trim().split('\n');
}

test.each(SHELLS)('%s completes an environment of the plan that the line names', async (shell) => {
  const [only, ...others] = await offered(shell, 'tidemark status --plan insightdesk --env prod');
  expect(only).toMatch(/^production:?$/);
  expect(others).toEqual([]);
});

test('zsh and fish say what an option is for', async () => {
  expect(await offered('zsh', 'tidemark restore --exc')).toEqual([
    '--exclusive:without what happened at the moment or the position itself',
  ]);
  expect(await offered('fish', 'tidemark restore --exc')).toEqual([
    '--exclusive\twithout what happened at the moment or the position itself',
  ]);
});

test.each(['zsh', 'fish'] as const)('%s offers files where nothing else can be', async (shell) => {
  expect((await offered(shell, 'tidemark restore --target a')).join()).toContain('file.txt');
});
