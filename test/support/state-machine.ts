import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type MapState, machineSchema, type State, type Task } from './state-language.ts';

/**
 * The part of Amazon States Language that our state machines use, with the behaviour that its specification gives to it:
 * payload templates with paths, retries, choices, and distributed maps over a JSON array in S3. Waiting times are
 * shortened. Whatever it does not know, it refuses.
 */
export interface Environment {
  /** Calls a function by its ARN with an input that went through JSON. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  readonly getObject: (bucket: string, key: string) => Promise<string>;
  readonly putObject: (bucket: string, key: string, text: string) => Promise<void>;
}

/** What a failed state leaves. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

type Context = Readonly<Record<string, unknown>>;

/** Runs an execution to its end, in a process of its own or as a child of a map. @throws what the state threw that failed */
export async function execute(
  definition: unknown,
  input: unknown,
  environment: Environment,
): Promise<unknown> {
  const machine = machineSchema.parse(definition);
  let name = machine.StartAt;
  let value = throughJson(input);
  for (;;) {
    const state = machine.States[name];
    if (!state) throw new Error(`there is no state ${name}`);
    const { output, next } = await step(state, value, environment, {});
    if (next === undefined) return output;
    value = output;
    name = next;
  }
}

interface Stepped {
  readonly output: unknown;
  readonly next: string | undefined;
}

async function step(
  state: State,
  input: unknown,
  environment: Environment,
  context: Context,
): Promise<Stepped> {
  switch (state.Type) {
    case 'Succeed':
      return { output: input, next: undefined };
    case 'Choice': {
      const chosen = state.Choices.find(
        ({ Variable, StringEquals }) => pathOf(Variable, input, context) === StringEquals,
      );
      return { output: input, next: chosen?.Next ?? state.Default };
    }
    case 'Task':
      return { output: await task(state, input, environment, context), next: state.Next };
    case 'Map':
      return map(state, input, environment);
  }
}

async function task(
  state: Task,
  input: unknown,
  environment: Environment,
  context: Context,
): Promise<unknown> {
  const { FunctionName, Payload } = z
    .strictObject({ FunctionName: z.string(), Payload: z.unknown() })
    .parse(template(state.Parameters, input, context));
  const tries = new Map<object, number>();
  for (;;) {
    try {
      const answer = await environment.invoke(FunctionName, throughJson(Payload));
      const result = { StatusCode: 200, Payload: throughJson(answer ?? null) };
      const selected = state.ResultSelector
        ? template(state.ResultSelector, result, context)
        : result;
      return state.OutputPath === undefined
        ? selected
        : pathOf(state.OutputPath, selected, context);
    } catch (error) {
      const code = error instanceof StateError ? error.code : nameOf(error);
      const retry = state.Retry.find(({ ErrorEquals }) => catches(ErrorEquals, code));
      const done = (retry && tries.get(retry)) ?? 0;
      if (!retry || done >= retry.MaxAttempts) throw error;
      tries.set(retry, done + 1);
      // A hundredth of a second for a second or more.
      await sleep(10);
    }
  }
}

async function map(state: MapState, input: unknown, environment: Environment): Promise<Stepped> {
  const { ItemReader, ItemProcessor, ResultWriter } = state;
  const key = z.string().parse(pathOf(ItemReader.Parameters['Key.$'], input, {}));
  const items = z
    .array(z.unknown())
    .parse(JSON.parse(await environment.getObject(ItemReader.Parameters.Bucket, key)));
  const waiting = items.entries();
  let failed = 0;
  const results: unknown[] = [];
  await Promise.all(
    Array.from({ length: state.MaxConcurrency }, async () => {
      for (const [Index, Value] of waiting) {
        const child = template(state.ItemSelector, input, { Map: { Item: { Index, Value } } });
        const definition = { StartAt: ItemProcessor.StartAt, States: ItemProcessor.States };
        await execute(definition, child, environment).then(
          (Output) => results.push({ Status: 'SUCCEEDED', Output }),
          () => {
            failed++;
          },
        );
      }
    }),
  );
  const prefix = z.string().parse(pathOf(ResultWriter.Parameters['Prefix.$'], input, {}));
  await environment.putObject(
    ResultWriter.Parameters.Bucket,
    `${prefix}/SUCCEEDED_0.json`,
    JSON.stringify(results),
  );
  if (items.length > 0 && (failed / items.length) * 100 > state.ToleratedFailurePercentage) {
    throw new StateError('States.ExceedToleratedFailureThreshold', `${failed} items failed`);
  }
  return { output: input, next: state.Next };
}

/** `States.TaskFailed` is any failure of a task but its timeout. */
const catches = (patterns: readonly string[], code: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === code ||
      pattern === 'States.ALL' ||
      (pattern === 'States.TaskFailed' && code !== 'States.Timeout'),
  );

/** A payload template: a member whose name ends in `.$` is a path. */
function template(value: unknown, input: unknown, context: Context): unknown {
  if (Array.isArray(value)) return value.map((member) => template(member, input, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), pathOf(z.string().parse(member), input, context)]
        : [name, template(member, input, context)],
    ),
  );
}

/** `$`, `$.a.b`, and `$$.a.b` for the context. */
function pathOf(path: string, input: unknown, context: Context): unknown {
  const match = /^\$(\$)?((?:\.\w+)*)$/.exec(path);
  if (!match) throw new Error(`the interpreter knows no path ${path}`);
  const [, ofContext, names = ''] = match;
  let value: unknown = ofContext ? context : input;
  for (const name of names.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || !(name in value)) {
      throw new StateError(
        'States.ParameterPathFailure',
        `${path} is not in ${JSON.stringify(value)}`,
      );
    }
    value = Reflect.get(value, name);
  }
  return value;
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
