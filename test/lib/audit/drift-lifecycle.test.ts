import { audited, BUCKET, type Case, PRIMARY, REPLICA, testEdits } from './edit-cases.ts';
import { insert, remove, replace } from './edits.ts';

const RULES = '"LifecycleConfiguration"';

/** A lifecycle rule's lines are sorted: its days come before its id and its prefix. */
const ofRule = (id: string, text: string): string[] => [BUCKET, RULES, `"Id": "${id}"`, text];

const EDITS: readonly Case[] = [
  [
    'fewer days of a class',
    PRIMARY,
    replace([BUCKET, RULES, '"ExpirationInDays": 30'], '30', '20'),
    /below catalog\/30d\/ after 20 d; the plan needs 30 d/,
  ],
  [
    'more days of a class',
    REPLICA,
    replace([BUCKET, RULES, '"ExpirationInDays": 90'], '90', '900'),
    /below catalog\/90d\/ after 900 d; the plan needs 90 d/,
  ],
  [
    'data that goes before its manifest',
    PRIMARY,
    replace([BUCKET, RULES, '"ExpirationInDays": 367'], '367', '366'),
    /below data\/366d-cold\/ after 366 d; the plan needs 367 d/,
  ],
  [
    'a rule disabled',
    REPLICA,
    replace(ofRule('wal-7d', '"Status"'), 'Enabled', 'Disabled'),
    /rule wal-7d is disabled/,
  ],
  [
    'a rule deleted',
    PRIMARY,
    remove(ofRule('catalog-90d', '"Prefix"'), 12),
    /no rule that expires objects below catalog\/90d\//,
  ],
  [
    'a rule of a cold class deleted',
    REPLICA,
    remove(ofRule('data-366d-cold', '"Prefix"'), 12),
    /no rule that expires objects below data\/366d-cold\//,
  ],
  [
    'a transition of old versions only',
    PRIMARY,
    replace(
      ofRule('data-366d-cold', '"Transitions"'),
      'Transitions',
      'NoncurrentVersionTransitions',
    ),
    /leaves objects below data\/366d-cold\/ in the standard class/,
  ],
  [
    'a rule for less than its class',
    PRIMARY,
    replace(ofRule('data-30d', '"Prefix"'), 'data/30d/', 'data/30d/database/2026'),
    /rule data-30d of .* is for a part of data\/30d\/ only/,
  ],
  [
    'a rule that hides everything',
    PRIMARY,
    insert(
      [BUCKET, RULES, '"Rules"'],
      ['{', '"ExpirationInDays": 3,', '"Id": "tidy",', '"Status": "Enabled"', '},'],
      1,
    ),
    /after 3 d; the plan needs .* \(and \d+ more by this line\)/,
  ],
  [
    'noncurrent versions kept for a year',
    PRIMARY,
    replace(ofRule('data-30d', '"NoncurrentDays"'), '1', '365'),
    /below data\/30d\/ may be deleted after 396 d/,
  ],
  [
    'an archive that cannot be read at once',
    PRIMARY,
    replace(ofRule('data-366d-cold', '"StorageClass"'), 'GLACIER_IR', 'DEEP_ARCHIVE'),
    /DEEP_ARCHIVE after 30 d; the plan needs GLACIER_IR/,
  ],
  [
    'days that only a deployment knows',
    PRIMARY,
    replace([BUCKET, RULES, '"ExpirationInDays": 30'], '30', '{ "Fn::If": ["Short", 1, 30] }'),
    /how long tidemark-insightdesk-.* keeps its objects cannot be read/,
  ],
  [
    'a rule that is there under a condition',
    REPLICA,
    insert(
      [BUCKET, RULES, '"Rules"'],
      ['{ "Fn::If": ["Tidy", { "ExpirationInDays": 1, "Status": "Enabled" }, {}] },'],
    ),
    /keeps its objects cannot be read/,
  ],
  [
    'moves that only a deployment knows',
    PRIMARY,
    insert(ofRule('catalog-90d', '"Prefix"'), ['"Transitions": { "Fn::If": ["Cheap", [], []] },']),
    /keeps its objects cannot be read/,
  ],
  [
    'a status that is a parameter',
    PRIMARY,
    replace(ofRule('wal-7d', '"Status"'), '"Enabled"', '{ "Ref": "Expire" }'),
    /keeps its objects cannot be read/,
  ],
];

testEdits(audited(), EDITS, { breaking: true });
