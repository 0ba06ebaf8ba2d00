/** The style of a report: one column for a phone, light and dark, and black on white when it is printed. */
export const reportStyle: string = `:root{color-scheme:light dark;--ink:#1c1b19;--paper:#fbfaf7;--card:#fff;--line:#d9d4c8;--quiet:#5c574d;--link:#2b3a80;--passed:#1b6b4c;--indeterminate:#855300;--failed:#a1281d}
@media (prefers-color-scheme:dark){:root{--ink:#ece9e1;--paper:#171613;--card:#201e1a;--line:#3b382f;--quiet:#b3ad9f;--link:#a9b6f5;--passed:#6fd0a4;--indeterminate:#e9b85c;--failed:#f2938a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.7 "Report","Sarabun","Noto Sans Thai",system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:50rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.05rem;color:var(--quiet);margin:0 0 .5rem}
h2{font-size:1.3rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1.1rem;margin:1.5rem 0 .5rem}
h4{font-size:1rem;margin:1.25rem 0 .25rem;color:var(--quiet)}
p{margin:.5rem 0}
.verdict{border:2px solid;border-radius:8px;padding:1rem;background:var(--card)}
.verdict p{margin:0;font-size:1.25rem;font-weight:700}
.mark{font-weight:700;white-space:nowrap}
.passed{color:var(--passed)}
.indeterminate{color:var(--indeterminate)}
.failed{color:var(--failed)}
.note{color:var(--quiet)}
.answers,.checks{list-style:none;margin:0;padding:0}
.answers>li{padding:.75rem 0;border-bottom:1px solid var(--line)}
.question{display:block;color:var(--quiet)}
.said{color:var(--ink)}
.checks>li{padding:.2rem 0 .2rem .75rem;border-left:2px solid var(--line)}
.source{color:var(--quiet);font-size:.85rem}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.2rem 1rem;margin:.5rem 0}
dt{color:var(--quiet)}
dd{margin:0}
.exact{font-family:ui-monospace,"Cascadia Mono",Consolas,monospace;font-size:.85rem}
.chain{margin:0;padding-left:1.5rem}
details{margin:.25rem 0}
details details{margin-left:.75rem;border-left:2px solid var(--line);padding-left:.75rem}
summary{cursor:pointer;padding:.55rem 0;min-height:2.75rem}
summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.advice{background:var(--card);border-left:4px solid var(--link);padding:.75rem 1rem}
footer{margin-top:3rem;color:var(--quiet);font-size:.9rem}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{:root{--ink:#000;--paper:#fff;--card:#fff;--line:#999;--quiet:#333;--passed:#000;--indeterminate:#000;--failed:#000}body{font-size:10.5pt;line-height:1.5}main{max-width:none;padding:0}h2,h3,h4,summary{break-after:avoid}.answers>li,.checks>li,dl{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}}
@page{margin:18mm 16mm}
`;
