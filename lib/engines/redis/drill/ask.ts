import { EngineInputError } from '../../input-error.ts';
import { type RedisConnection, textOf } from '../connection.ts';

/** The answer to a command that only reads; the parts of a list are separated by spaces. */
export async function ask(connection: RedisConnection, query: string): Promise<string | null> {
  const reply = await connection.command(...wordsOf(query));
  if (reply === null) return null;
  return Array.isArray(reply) ? reply.map(textOf).join(' ') : textOf(reply);
}

/** The words of a command; what is in double quotes is one word. @throws EngineInputError if there are none */
export function wordsOf(query: string): string[] {
  const words = [...query.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  if (words.length > 0) return words;
  throw new EngineInputError("an empty --query; write a command such as 'GET user:1'");
}
