import type { Argument, Command, Option } from 'commander';

/** What may be typed next. */
export interface Candidate {
  readonly text: string;
  /** What shells show beside it; may be empty. */
  readonly about: string;
}

/**
 * Values that only the plan knows.
 * @param name of the option or argument, as the program has it
 * @param given values of the options before it, by their names
 */
export type PlanValues = (
  name: string,
  given: Readonly<Record<string, string>>,
) => Promise<readonly string[]>;

/**
 * What may stand where the cursor is. Nothing: the shell offers files.
 * @param words behind the program's name; the last one is not ended, and may be empty
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  planValues: PlanValues,
): Promise<Candidate[]> {
  const [name = '', ...rest] = words;
  const current = words.at(-1) ?? '';
  if (words.length <= 1) return beginning(current, commandsOf(program));
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return [];
  const line = read(command, rest.slice(0, -1));
  if (line.open) {
    const name = line.open.attributeName();
    return beginning(current, await valuesOf(line.open, name, line.given, planValues));
  }
  if (current.startsWith('-')) return beginning(current, optionsOf(command));
  const argument = command.registeredArguments[line.positions];
  if (!argument) return [];
  return beginning(current, await valuesOf(argument, argument.name(), line.given, planValues));
}

interface ReadLine {
  /** Whose value comes next. */
  readonly open: Option | undefined;
  readonly given: Readonly<Record<string, string>>;
  /** Arguments that are no options. */
  readonly positions: number;
}

/** Words that are ended. */
function read(command: Command, words: readonly string[]): ReadLine {
  const given: Record<string, string> = {};
  let open: Option | undefined;
  let positions = 0;
  for (const word of words) {
    if (open) {
      given[open.attributeName()] = word;
      open = undefined;
      continue;
    }
    const [flag = '', ...value] = word.startsWith('-') ? word.split('=') : [word];
    const option = command.options.find(({ long, short }) => flag === long || flag === short);
    if (!option && !word.startsWith('-')) positions += 1;
    if (!option?.required && !option?.optional) continue;
    if (value.length > 0) given[option.attributeName()] = value.join('=');
    else open = option;
  }
  return { open, given, positions };
}

const commandsOf = (program: Command): Candidate[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ text: command.name(), about: command.description() }));

const optionsOf = ({ options }: Command): Candidate[] =>
  options
    .filter(({ hidden }) => !hidden)
    .map(({ long, flags, description }) => ({ text: long ?? flags, about: description }));

async function valuesOf(
  { argChoices }: Argument | Option,
  name: string,
  given: ReadLine['given'],
  planValues: PlanValues,
): Promise<Candidate[]> {
  const values = argChoices ?? (await planValues(name, given));
  return values.map((text) => ({ text, about: '' }));
}

const beginning = (current: string, all: readonly Candidate[]): Candidate[] =>
  all.filter(({ text }) => text.startsWith(current));
