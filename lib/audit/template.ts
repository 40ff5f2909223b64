import { LineCounter, parseAllDocuments, parseDocument } from 'yaml';
import { jsonErrors } from './json-errors.ts';
import { Located, spanOf } from './located.ts';
import type { Place } from './model.ts';

/** A synthesised file: its path relative to the folder of the environment, and what it holds. */
export interface AuditFile {
  readonly file: string;
  readonly text: string;
}

/** A resource of a CloudFormation template, or an object of a Kubernetes manifest. */
export interface Resource {
  readonly file: string;
  /** Logical id of CloudFormation; `CronJob/tidemark-database` for a manifest. */
  readonly id: string;
  /** `AWS::S3::Bucket`, `CronJob`. */
  readonly type: string;
  /** All that is written about it. */
  readonly whole: Located;
  /** `Properties` of CloudFormation, an empty value where there are none; the whole of a manifest. */
  readonly body: Located;
}

/** What does not parse, with the reason. */
export interface Unreadable {
  readonly place: Place;
  readonly message: string;
}

export interface ReadFile {
  readonly resources: readonly Resource[];
  readonly unreadable: readonly Unreadable[];
}

/** Reads a CloudFormation template in JSON, of which YAML is a superset: hence one parser that keeps lines for both. */
export function readTemplate({ file, text }: AuditFile): ReadFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const unreadable = [
    ...jsonErrors(file, text, document, lines),
    ...errorsOf(file, lines, document.errors),
  ].slice(0, 1);
  const { contents } = document;
  if (!contents || unreadable.length > 0) return { resources: [], unreadable };
  const root = new Located(
    { file, resource: '', document, lines, offset: 0 },
    contents,
    spanOf(contents),
  );
  const resources = (root.get('Resources')?.entries() ?? []).map(([id, value]): Resource => {
    const whole = value.of(id);
    return {
      file,
      id,
      type: whole.text('Type') ?? '',
      whole,
      body: whole.get('Properties') ?? whole,
    };
  });
  return { resources, unreadable };
}

/** Reads every object of a Kubernetes manifest. */
export function readManifest({ file, text }: AuditFile): ReadFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return { resources: [], unreadable: [] };
  const unreadable = documents.flatMap(({ errors }) => errorsOf(file, lines, errors));
  const resources = documents.flatMap((document): Resource[] => {
    const { contents } = document;
    if (!contents || document.errors.length > 0) return [];
    const root = new Located(
      { file, resource: '', document, lines, offset: 0 },
      contents,
      spanOf(contents),
    );
    const type = root.text('kind') ?? '';
    const id = `${type}/${root.text('metadata', 'name') ?? ''}`;
    const whole = root.of(id);
    return [{ file, id, type, whole, body: whole }];
  });
  return { resources, unreadable };
}

/**
 * JSON or YAML that stands in a file as a block of text below its key. Undefined where it does not parse.
 * @param data the block: its first line follows that of its key
 */
export function readValue(data: Located): Located | undefined {
  const lines = new LineCounter();
  const document = parseDocument(String(data.value), { lineCounter: lines });
  const { contents, errors } = document;
  if (!contents || errors.length > 0) return undefined;
  const { file, line, resource } = data.place;
  const origin = { file, resource, document, lines, offset: line };
  return new Located(origin, contents, spanOf(contents));
}

/** How the name of the file ends that has what all sources of a region share. */
export const templateEnding = (region: string): string => `-${region}.template.json`;

/** The resources of one type, in the order of the files. */
export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

function errorsOf(
  file: string,
  lines: LineCounter,
  errors: readonly { readonly message: string; readonly pos: readonly [number, number] }[],
): Unreadable[] {
  return errors.map(({ message, pos }) => ({
    place: { file, line: lines.linePos(pos[0]).line, resource: '' },
    message: message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message,
  }));
}
