import { rolesIn } from '../../../../../lib/engines/postgresql/load/required-roles.ts';
import {
  nameAt,
  qualifiedNameAt,
  sqlStatements,
} from '../../../../../lib/engines/postgresql/load/sql-statements.ts';

const SCRIPT = `--
-- a comment; with a semicolon, and an 'apostrophe
--

\\restrict abc'def

SET a = 'it''s; not the end';

CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ SELECT ';' || $$x;$$ -- y;
$_$;


COMMENT ON ROLE "a;""b" IS 'two
lines; -- no comment';
/* between; */ SELECT 1;
\\unrestrict abc
`;

const EXPECTED = [
  "SET a = 'it''s; not the end'",
  `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ SELECT ';' || $$x;$$ -- y;\n$_$`,
  `COMMENT ON ROLE "a;""b" IS 'two\nlines; -- no comment'`,
  '/* between; */ SELECT 1',
];

describe('statements of a script', () => {
  // In pieces of any size: quotes and comments are cut in two.
  test.each([1, 2, 7, 64, 10_000])('in pieces of %i characters', async (size) => {
    async function* pieces() {
      for (let at = 0; at < SCRIPT.length; at += size) yield SCRIPT.slice(at, at + size);
    }
    const found: string[] = [];
    for await (const statement of sqlStatements(pieces())) found.push(statement);
    expect(found).toEqual(EXPECTED);
  });
});

test.each([
  ['shop rest', { name: 'shop', end: 4 }],
  ['"a ""b""".c', { name: 'a "b"', end: 9 }],
  ['ü,', { name: 'ü', end: 1 }],
  ['(x)', undefined],
])('the name in %s', (text, expected) => {
  expect(nameAt(text, 0)).toEqual(expected);
});

test('a name with its schema', () => {
  expect(qualifiedNameAt('COPY "s p"."t.1" (a)', 5)).toEqual({
    schema: 's p',
    name: 't.1',
    end: 16,
  });
  expect(qualifiedNameAt('orders', 0)).toBeUndefined();
});

test.each([
  ['ALTER TABLE public.t OWNER TO "App Owner"', ['App Owner']],
  ['GRANT SELECT ON TABLE public.t TO reader WITH GRANT OPTION', ['reader']],
  ['GRANT SELECT ON TABLE public." TO x" TO PUBLIC', []],
  ['REVOKE ALL ON SCHEMA public FROM "a b"', ['a b']],
  [
    'ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA s GRANT SELECT ON TABLES TO reader',
    ['reader', 'maker'],
  ],
  ['CREATE POLICY p ON public.t FOR SELECT TO reader, "a b" USING ((id > 0))', ['reader', 'a b']],
  ['CREATE POLICY p ON public.t USING (true)', []],
  ["COMMENT ON TABLE t IS 'OWNER TO nobody'", []],
])('the roles in %s', (statement, roles) => {
  expect(rolesIn(statement)).toEqual(roles);
});
