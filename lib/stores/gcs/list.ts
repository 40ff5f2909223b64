import type { ListOptions, ObjectInfo } from '../store.ts';
import type { GcsClient } from './client.ts';
import { type GcsObject, type GcsPage, LISTED_FIELDS, objectInfo, pageOf } from './object.ts';

/** The most that Google gives at once. */
const PAGE = '1000';

/**
 * Objects below a prefix, in byte order of their keys. What is not live any more is hidden; of a hidden key it is the
 * oldest version that is left: objects are written once, so a later one is none of ours.
 */
export async function* listObjects(
  client: GcsClient,
  prefix: string,
  { startAfter = '', hidden = false }: ListOptions,
): AsyncGenerator<ObjectInfo> {
  const root = client.location.prefix;
  const query = {
    prefix: root + prefix,
    fields: `items(${LISTED_FIELDS}),nextPageToken`,
    ...(startAfter !== '' && { startOffset: root + startAfter }),
    ...(hidden && { versions: 'true' }),
  };
  let versions: GcsObject[] = [];
  for await (const { items } of pages(client, `list ${prefix}`, query)) {
    for (const item of items) {
      // The offset itself is given, too.
      if (item.name.slice(root.length) <= startAfter) continue;
      if (versions[0] && versions[0].name !== item.name) {
        yield visible(root, versions);
        versions = [];
      }
      versions.push(item);
    }
  }
  if (versions.length > 0) yield visible(root, versions);
}

/** The names up to the next `/`; with `hidden` also of folders in which nothing is live. */
export async function* listNames(
  client: GcsClient,
  prefix: string,
  hidden: boolean,
): AsyncGenerator<string> {
  const query = {
    prefix: client.location.prefix + prefix,
    delimiter: '/',
    fields: 'prefixes,nextPageToken',
    ...(hidden && { versions: 'true' }),
  };
  let last = '';
  for await (const { prefixes } of pages(client, `list ${prefix}`, query)) {
    for (const found of prefixes) {
      // A folder that goes on after a page is named by both.
      if (found > last) yield found.slice(query.prefix.length);
      last = found;
    }
  }
}

/** What is left of an object that is not live; undefined where it is live or nothing is left. */
export async function hiddenObject(
  client: GcsClient,
  key: string,
): Promise<ObjectInfo | undefined> {
  for await (const found of listObjects(client, key, { hidden: true })) {
    // Keys that go on after this one come later.
    return found.key === key && found.hiddenVersion !== undefined ? found : undefined;
  }
  return undefined;
}

/** @throws StoreNotFoundError where there is no such bucket: of a missing object Google says no more than that */
export async function bucketExists(client: GcsClient, what: string): Promise<void> {
  const query = { maxResults: '1', fields: 'nextPageToken' };
  const { body } = await client.send(what, {
    method: 'GET',
    url: client.objectUrl(undefined, query),
  });
  body.resume();
}

function visible(root: string, versions: readonly GcsObject[]): ObjectInfo {
  const live = versions.find(({ timeDeleted }) => timeDeleted === undefined);
  const oldest = versions.reduce((a, b) => (BigInt(a.generation) <= BigInt(b.generation) ? a : b));
  const shown = live ?? oldest;
  const info = objectInfo(shown.name.slice(root.length), shown);
  return live ? info : { ...info, hiddenVersion: shown.generation };
}

async function* pages(
  client: GcsClient,
  what: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<GcsPage> {
  let pageToken: string | undefined = '';
  do {
    const url = client.objectUrl(undefined, {
      ...query,
      maxResults: PAGE,
      ...(pageToken !== '' && { pageToken }),
    });
    const page: GcsPage = await client.ask(what, { method: 'GET', url }, pageOf);
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}
