import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { canonicalPolicy } from '../policy.ts';
import { listOf, type Properties, parsed, textAt } from '../properties.ts';
import { fromAnswer, type Look, once, type Reading, ResourceAbsentError } from '../reader.ts';

const UNCONFIRMED = 'PendingConfirmation';
/** Amazon Q Developer subscribes itself to the topics of a Slack channel. */
const OF_SLACK = '.sns-api.chatbot.amazonaws.com';

export function readTopic({ clients: { sns }, id, properties, all }: Look): Reading {
  const ours = all
    .filter(({ type, properties: of }) => type === 'AWS::SNS::Subscription' && of.TopicArn === id)
    .map(({ properties: of }) => `${of.Protocol} ${of.Endpoint}`);
  return {
    expected: properties,
    skipped: ['TopicName', 'Tags'],
    found: {
      ...fromAnswer(() => attributes(sns, id), 'DisplayName', 'KmsMasterKeyId', 'SignatureVersion'),
      'Subscription of somebody else': async () =>
        (await subscriptions(sns, id))
          .filter(({ Protocol, Endpoint }) => !(Protocol === 'https' && isSlack(Endpoint)))
          .map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`)
          .filter((one) => !ours.includes(one)),
    },
  };
}

export function readTopicPolicy({ clients: { sns }, properties }: Look): Reading {
  const topics = listOf(properties.Topics).filter((topic) => typeof topic === 'string');
  return {
    expected: { ...properties, PolicyDocument: canonicalPolicy(properties.PolicyDocument) },
    skipped: ['Topics'],
    found: {
      PolicyDocument: async () => {
        const [topic = ''] = topics;
        return canonicalPolicy(parsed(textAt(await attributes(sns, topic), 'Policy')));
      },
    },
  };
}

/** Told by its topic and address: until the address confirms it, it has no ARN. */
export function readSubscription({ clients: { sns }, properties }: Look): Reading {
  const topic = textAt(properties, 'TopicArn') ?? '';
  const found = once(async (): Promise<Subscription> => {
    const one = (await subscriptions(sns, topic)).find(
      ({ Protocol, Endpoint }) =>
        Protocol === properties.Protocol && Endpoint === properties.Endpoint,
    );
    if (!one)
      throw new ResourceAbsentError(`nothing subscribes ${properties.Endpoint} to ${topic}`);
    return one;
  });
  const details = once(async (): Promise<Properties> => {
    const { SubscriptionArn } = await found();
    if (SubscriptionArn === undefined || SubscriptionArn === UNCONFIRMED) return {};
    const answer = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    return answer.Attributes ?? {};
  });
  return {
    expected: { ...properties, Confirmed: true },
    skipped: ['TopicArn', 'Protocol', 'Endpoint'],
    found: {
      Confirmed: async () => {
        const { SubscriptionArn } = await found();
        return SubscriptionArn !== UNCONFIRMED && (await details()).PendingConfirmation !== 'true';
      },
      FilterPolicy: async () => parsed(textAt(await details(), 'FilterPolicy')),
      RawMessageDelivery: async () =>
        (await details()).RawMessageDelivery === 'true' ? true : undefined,
      RedrivePolicy: async () => parsed(textAt(await details(), 'RedrivePolicy')),
    },
  };
}

const isSlack = (address: string | undefined): boolean =>
  URL.parse(address ?? '')?.hostname.endsWith(OF_SLACK) ?? false;

async function attributes(sns: SNSClient, TopicArn: string): Promise<Properties> {
  return (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
}

async function subscriptions(sns: SNSClient, TopicArn: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    found.push(...(page.Subscriptions ?? []));
  return found;
}
