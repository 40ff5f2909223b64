import { referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource, templateEnding } from '../template.ts';

export interface Topic {
  /** Logical id, or the ARN of a topic that no template has. */
  readonly name: string;
  /** The template that has it: the alert's own, or that of the region which the ARN names. */
  readonly file: string;
  readonly known: boolean;
  readonly addresses: readonly string[];
}

/** Resources by the file that has them. */
export type Files = ReadonlyMap<string, readonly Resource[]>;

/** The topic that an alert tells, with who is subscribed to it. */
export function topicOf(action: Located, alert: Resource, files: Files): Topic {
  const id = referenced(action.value);
  const topic =
    id === undefined ? topicByArn(textOf(action.value), files) : { file: alert.file, id };
  if (!topic) return { name: textOf(action.value), file: alert.file, known: false, addresses: [] };
  const there = files.get(topic.file) ?? [];
  return {
    name: topic.id,
    file: topic.file,
    known: there.some(({ type, id: name }) => type === 'AWS::SNS::Topic' && name === topic.id),
    addresses: ofType(there, 'AWS::SNS::Subscription')
      .filter(({ body }) => referenced(body.get('TopicArn')?.value) === topic.id)
      .map(({ body }) => spoken(textOf(body.get('Endpoint')?.value ?? ''))),
  };
}

/** The path of an endpoint holds the key to it, which a report must not spread. */
export const spoken = (address: string): string =>
  URL.canParse(address) ? `${new URL(address).origin}/…` : address;

/** Stacks of sources name the topic of their region, whose template is told by the name of its file. */
function topicByArn(arn: string, files: Files): { file: string; id: string } | undefined {
  const [, region, name] = /^arn:[\w-]+:sns:([\w-]+):\d+:(.+)$/.exec(arn) ?? [];
  return [...files]
    .filter(([file]) => file.endsWith(templateEnding(`${region}`)))
    .flatMap(([, resources]) => ofType(resources, 'AWS::SNS::Topic'))
    .find(({ body }) => body.text('TopicName') === name);
}
