/** The page, its headings and its words. */
export const TEXT = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(1rem, 4vw, 3.5rem) 5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; font-variant-numeric: tabular-nums; }
h1, h2, h3, .question, .answer { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, "Times New Roman", serif; font-weight: 400; text-wrap: balance; }
h2 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem; }
h3 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem; }
p, ul, ol, dl, dd { margin: 0; }
ul, ol { padding: 0; list-style: none; }
a { color: var(--tide); text-decoration-thickness: 1px; text-underline-offset: .18em; }
a:focus-visible { outline: 2px solid var(--tide); outline-offset: 3px; border-radius: 2px; }
code, .place, .name, .file { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .8125em; overflow-wrap: anywhere; }
.tells { margin-bottom: 1rem; }
.lead { max-width: 46rem; color: var(--quiet); margin-bottom: 1.5rem; }
.engine { font: .875rem/1.4 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--quiet); margin-left: .35em; }
.small { display: block; font-size: .8125rem; line-height: 1.4; color: var(--quiet); }
a.place { white-space: nowrap; font-size: .75rem; }
.name { color: var(--quiet); }
.line { display: block; }
.code, .exhibit { font-weight: 600; font-variant-numeric: tabular-nums; }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { display: inline-block; padding: .5rem 0; }
.signs { position: absolute; width: 0; height: 0; }

.mark { font-weight: 600; white-space: nowrap; }
.sign { width: .8em; height: .8em; margin-right: .4em; vertical-align: -.04em; }
.ok { color: var(--ok); } .accepted { color: var(--tide); } .warn { color: var(--warn); } .bad { color: var(--bad); } .none { color: var(--quiet); font-weight: 400; white-space: normal; }

.contents ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: .75rem 0; border-block: 1px solid var(--line); font-size: .875rem; }
.contents a { display: inline-block; padding: .25rem 0; text-decoration: none; }
.contents a:hover { text-decoration: underline; }

.opening { padding: clamp(.5rem, 4vw, 3rem) 0 1.75rem; }
.subject { font-size: 1.0625rem; }
.title { color: var(--quiet); }
h1 { padding-top: 1.75rem; }
.what { color: var(--quiet); margin-left: .75em; padding-left: .75em; border-left: 1px solid var(--line); }
h1 { margin: 0 0 1rem; line-height: 1.08; }
.question { display: block; font-size: 1.5rem; font-style: italic; color: var(--quiet); margin-bottom: .35rem; }
.answer { display: block; font-size: clamp(2.25rem, 6.5vw, 4rem); letter-spacing: -.015em; }
.kept .answer { color: var(--tide); } .broken .answer { color: var(--bad); }
.because { max-width: 42rem; font-size: 1.0625rem; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin-top: 2rem; }
.facts div { max-width: 24rem; }
dt { font-size: .8125rem; color: var(--quiet); }
.section { margin-top: 4rem; }

.section-problems { margin-top: 2rem; padding: 1.5rem clamp(1rem, 3vw, 2rem); background: var(--bad-wash); border-left: 4px solid var(--bad); }
.section-problems ol { counter-reset: problem; }
.section-problems li { counter-increment: problem; padding: 1rem 0 1rem 2.25rem; position: relative; }
.section-problems li + li, .findings li + li { border-top: 1px solid var(--line); }
.section-problems li::before { content: counter(problem); position: absolute; left: 0; color: var(--bad); font-weight: 600; }
.section-problems .message { font-weight: 600; }
.message, .remedy, .reason { max-width: 52rem; }
.where { color: var(--quiet); margin-top: .25rem; }
.do { color: var(--quiet); }
.do::after { content: ":"; }
.findings li { padding: 1rem 0; }
.findings .head { margin-bottom: .25rem; }
.reason { padding-left: 1rem; border-left: 2px solid var(--tide); margin-top: .5rem; }
.files li { display: grid; grid-template-columns: 3rem minmax(12rem, 1fr) minmax(0, auto); gap: .25rem 1rem; padding: .4rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
.files li:target { background: var(--wash); }
.digest { color: var(--quiet); }
`;
