import { z } from 'zod';
import { messageOf } from '../message.ts';
import { VERSION } from '../version.ts';
import { type CompiledPlan, compiledPlanSchema } from './compiled.ts';

/** A compiled plan was written by another version of Tidemark, or is none. */
export class WrittenPlanError extends Error {
  override readonly name = 'WrittenPlanError';
}

/** Version of the compiled plan's schema. A program refuses every other one. */
const PLAN_FORMAT = compiledPlanSchema.shape.format.value;

/** What is looked at first: the rest means something only to the version that wrote it. */
const headSchema = z.looseObject({ format: z.number(), tidemark: z.string().optional() });

/**
 * A compiled plan as files hold it, with the version that compiled it. Keys are in the schema's order, whatever order they
 * were computed in.
 */
export function planText(compiled: CompiledPlan): string {
  return `${JSON.stringify({ tidemark: VERSION, ...compiledPlanSchema.parse(compiled) }, null, 2)}\n`;
}

/**
 * Reads what `planText` wrote.
 * @param path of the file, for messages
 * @throws WrittenPlanError unless the plan is of this format and of a version that belongs together with this one
 */
export function readPlanText(text: string, path: string): CompiledPlan {
  const json = parse(text, path);
  const head = headSchema.safeParse(json);
  if (head.success) checkVersion(head.data, path);
  const { tidemark: _tidemark, ...plan } = head.success ? head.data : {};
  const parsed = compiledPlanSchema.safeParse(head.success ? plan : json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WrittenPlanError(
    `${path} is not a compiled plan of this version: ${issue?.path.join('.')}: ${issue?.message}; synthesise again with the tidemark that runs here`,
  );
}

/** Plans without a version are of the first one, which wrote none. */
function checkVersion({ format, tidemark }: z.infer<typeof headSchema>, path: string): void {
  const author = `tidemark${tidemark === undefined ? '' : ` ${tidemark}`}`;
  if (format !== PLAN_FORMAT) {
    throw new WrittenPlanError(
      `${path} has format ${format}, written by ${author}; this is tidemark ${VERSION}, which reads format ${PLAN_FORMAT}: ${TOGETHER}`,
    );
  }
  if (tidemark !== undefined && series(tidemark) !== series(VERSION)) {
    throw new WrittenPlanError(
      `${path} was compiled by ${author}, and this is tidemark ${VERSION}: ${TOGETHER}`,
    );
  }
}

const TOGETHER =
  'deploy image, manifests and stacks of one minor version together (synthesise again with the tidemark that runs here, or run the image that the manifests name)';

/** Major and minor: versions that only differ behind them are used together. */
const series = (version: string): string => version.split('.').slice(0, 2).join('.');

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WrittenPlanError(
      `${path} is not JSON (${messageOf(cause)}); it is the file plan.json that 'tidemark synth' puts into the ConfigMap`,
      { cause },
    );
  }
}
