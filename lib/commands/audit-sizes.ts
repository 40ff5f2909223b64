import type { CompiledPlan } from '../plan/compiled.ts';
import { parseSizes, type SourceBytes } from '../plan/values/size.ts';
import { InputError } from './input-error.ts';

/** How large sources are, as a command line says it. @throws InputError */
export function givenSizes(
  text: string | undefined,
  { plan, sources }: CompiledPlan,
): Map<string, SourceBytes> {
  if (text === undefined) return new Map();
  const sizes = parsed(text);
  const unknown = [...sizes.keys()].find((name) => !sources.some((source) => source.name === name));
  if (unknown === undefined) return sizes;
  const names = sources.map(({ name }) => name).join(', ');
  throw new InputError(
    `--sizes: plan ${plan} has no source ${JSON.stringify(unknown)}; it has ${names}`,
  );
}

function parsed(text: string): Map<string, SourceBytes> {
  try {
    return parseSizes(text);
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(`--sizes: ${error.message}`);
    throw error;
  }
}
