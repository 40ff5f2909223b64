import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDockerfile, stages } from '../../k8s/agent/dockerfile.ts';
import { postgresPrograms } from '../postgres-install.ts';
import { REDIS_CHECK_RDB } from '../redis-install.ts';

const DOCKERFILE = join(import.meta.dirname, '..', '..', '..', 'k8s', 'agent', 'Dockerfile');
const DEBIAN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a container finds before its pod adds anything. */
export interface Image {
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Folders and files of this machine by where the image has them, beyond the Debian that both are. */
  readonly holds: Readonly<Record<string, string>>;
  /** What this machine has and the image has not: taken away. */
  readonly lacks: readonly string[];
}

/**
 * What the image of that name holds: the agent's of a variant, or a server's own, such as `postgres:17`.
 * @param program path of the agent's bundle
 */
export async function imageOf(name: string, program: string): Promise<Image> {
  const [, variant] = /:[\d.]+-([a-z]+\d*)$/.exec(name) ?? [];
  return variant === undefined ? serverImage(name) : agentImage(variant, program);
}

function serverImage(name: string): Image {
  const [, server, major = ''] = /^(postgres|redis):(\d+)$/.exec(name) ?? [];
  if (server === undefined) throw new Error(`nobody here has the image ${name}`);
  const place = `/usr/lib/postgresql/${major}`;
  const postgresql = server === 'postgres';
  return {
    env: { PATH: `${DEBIAN_PATH}${postgresql ? `:${place}/bin` : ''}` },
    workingDirectory: '/',
    holds: postgresql ? programsOf(major, place) : {},
    lacks: postgresql ? [REDIS_CHECK_RDB] : [],
  };
}

/**
 * The image of a variant, such as `pg15`, as the Dockerfile makes it, of what this machine has: the same Debian, the same
 * Node.js, the program, and the server's programs of exactly that variant.
 * @param program path of the bundle
 */
async function agentImage(variant: string, program: string): Promise<Image> {
  const last = stages(parseDockerfile(await readFile(DOCKERFILE, 'utf8'))).at(-1) ?? [];
  const env = Object.fromEntries(
    last
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ text }) => [...text.matchAll(/(\w+)=(\S+)/g)])
      .map(([, name = '', value = '']) => [name, value]),
  );
  const workingDirectory = last.find(({ name }) => name === 'WORKDIR')?.text ?? '/';
  const [, server = '', major = ''] = /^([a-z]+)(\d*)$/.exec(variant) ?? [];
  const postgresql = server === 'pg' ? `/usr/lib/postgresql/${major}` : undefined;
  return {
    env: { PATH: `${DEBIAN_PATH}${postgresql ? `:${postgresql}/bin` : ''}`, ...env },
    workingDirectory,
    holds: {
      '/usr/local/bin/node': process.execPath,
      '/opt/tidemark/tidemark.mjs': program,
      ...(postgresql && programsOf(major, postgresql)),
    },
    lacks: server === 'redis' ? [] : [REDIS_CHECK_RDB],
  };
}

/** Only the majors that run here can be in an image. */
function programsOf(major: string, place: string): Record<string, string> {
  const version = [15, 17, 18].find((one) => String(one) === major);
  if (version !== 15 && version !== 17 && version !== 18) {
    throw new Error(`no PostgreSQL ${major} runs here`);
  }
  const programs = postgresPrograms(version);
  // Of another Debian they come with their own C library, and ask for it where it lies.
  const cache = '/var/cache/tidemark';
  return {
    [place]: join(programs, '..'),
    [`/usr/share/postgresql/${major}`]: join(programs, '../../../../share/postgresql', major),
    ...(programs.startsWith(cache) && existsSync(cache) ? { [cache]: cache } : {}),
  };
}
