/** Ink on paper by day, chalk on slate by night. Every pair of text and ground has a contrast of 4.5 or more. */
const LIGHT = `
--paper: #fbfaf7; --raised: #f4f2ec; --line: #dcd8ce; --ink: #1c2429; --quiet: #55606a;
--tide: #0d5566; --tide-faint: #8db4bb; --wash: #e3eeee; --ok: #1d6840; --warn: #84520a; --bad: #a1291f; --bad-wash: #f8e9e4;`;

const DARK = `
--paper: #13191d; --raised: #1b2328; --line: #333d44; --ink: #e8e5de; --quiet: #a5afb6;
--tide: #79c7d4; --tide-faint: #3c6f7a; --wash: #1c2e34; --ok: #84cfa1; --warn: #e3b562; --bad: #f29a8e; --bad-wash: #33211f;`;

export const COLOURS = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { color-scheme: light; ${LIGHT} --paper: #fff; --raised: #fff; } }
`;
