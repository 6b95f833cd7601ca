const LIGHT = `--page:#fbfaf8;--panel:#fff;--line:#e3dfd8;--text:#24211d;--quiet:#6f685f;--accent:#0b6b57;--accent-soft:#dff2ec;--left:#b3361b;--left-soft:#fde9e3;--warn:#8a5a00;--warn-soft:#fdf1d8;--add:#e6f6ea;--del:#fdeaea;--add-num:#cfebd6;--del-num:#f7d3d3;--none:#f4f2ee;--keyword:#8b3fa8;--string:#1f6f43;--number:#a14a00;--comment:#857d73;--title:#0f5ca8;color-scheme:light`;
const DARK = `--page:#17161a;--panel:#1f1e23;--line:#35333b;--text:#e8e5e0;--quiet:#a19a92;--accent:#5fd0b3;--accent-soft:#173a32;--left:#ff8f73;--left-soft:#41221b;--warn:#f0c15d;--warn-soft:#3a2f17;--add:#173324;--del:#3b2022;--add-num:#1f4731;--del-num:#512a2d;--none:#1b1a1e;--keyword:#d59cf0;--string:#87d39b;--number:#f0b27a;--comment:#8c857c;--title:#84bdf5;color-scheme:dark`;

/** Colours as variables, so that dark and light are one rule each; contrast is at least 4.5:1. */
export const THEME_STYLE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{${LIGHT}}
:root[data-theme=dark]{${DARK}}`;

/** What `printFlow` prints. */
export const FLOW_STYLE = `.flow{display:grid;grid-template-columns:minmax(14rem,max-content) minmax(20rem,1fr);gap:2.5rem;align-items:start}
figure{margin:0;overflow:auto;max-width:44rem}
figcaption{color:var(--quiet);font-size:.85rem}
.diagram{max-width:100%;height:auto;font:600 13px system-ui,sans-serif}
.diagram text{fill:var(--text)}
.node text{text-anchor:middle}
.node rect{fill:var(--page);stroke:var(--line);stroke-width:1.5}
.node.start rect{fill:var(--accent);stroke:var(--accent)}.node.start text{fill:var(--panel)}
.node.end rect{fill:var(--accent-soft);stroke:var(--accent)}
.edge path{fill:none;stroke:var(--accent);stroke-width:1.75}
.edge text{font-weight:500;paint-order:stroke;stroke:var(--panel);stroke-width:5px;stroke-linejoin:round}
.edge .kind{fill:var(--quiet);font-weight:400;font-size:12px}
.edge.ending path{stroke:var(--quiet);stroke-dasharray:4 4;stroke-width:1.25;opacity:.8}
.diagram .head{fill:context-stroke;stroke:none}
.facts{max-width:44rem}.facts h3:first-child{margin-top:0}
.meter{display:flex;gap:3px}
.meter i{flex:1;height:10px;border-radius:3px;background:var(--line)}
.meter i.used{background:var(--accent)}.meter i.over{background:var(--warn)}
.meter i.legacy{margin-right:7px}
.carried{border-collapse:collapse;width:100%;font-size:.9rem}
.carried th,.carried td{text-align:left;padding:.22rem .5rem .22rem 0;vertical-align:top;overflow-wrap:anywhere}
.carried td:last-child,.carried thead th:last-child{text-align:right;white-space:nowrap}
.carried thead th{color:var(--quiet);font-weight:500;border-bottom:1px solid var(--line)}
.carried tbody th{padding-top:.6rem;font-weight:600}.carried tbody th+td{vertical-align:bottom}`;

/** The style of the page. */
export const PAGE_STYLE = `
${THEME_STYLE}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:5rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
code,pre,.place{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
section:focus{outline:none}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;z-index:9;background:var(--panel);padding:.5rem 1rem}
.top{position:sticky;top:0;z-index:2;display:flex;gap:1.25rem;align-items:center;padding:.7rem 1.5rem;background:var(--panel);border-bottom:1px solid var(--line)}
.top h1{font-size:1.1rem;margin:0;letter-spacing:-.01em}
.top h1 span{color:var(--accent)}
.top p{margin:0;flex:1;display:flex;flex-wrap:wrap;gap:.4rem}
.chip{border:1px solid var(--line);border-radius:99px;padding:.1rem .7rem;font-size:.85rem;color:var(--quiet)}
button{font:inherit;font-size:.85rem;color:var(--text);background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.25rem .8rem;cursor:pointer}
.columns{display:grid;grid-template-columns:15rem minmax(0,1fr);max-width:110rem;margin:0 auto}
nav{position:sticky;top:3.4rem;align-self:start;max-height:calc(100vh - 3.4rem);overflow:auto;padding:1.5rem 0 1.5rem 1.5rem}
nav ol,nav ul{list-style:none;margin:0 0 1rem;padding:0}
nav a{display:block;padding:.35rem .7rem;border-radius:6px;color:inherit;text-decoration:none;overflow-wrap:anywhere}
nav a:hover,nav a[aria-current]{background:var(--accent-soft)}
nav small{display:block;color:var(--quiet);padding-left:1.25rem}
nav ul small{padding-left:0}
.mark.done{color:var(--accent)}.mark.left{color:var(--left)}.mark.ignored{color:var(--quiet)}
main{padding:1.5rem;min-width:0}
section{background:var(--panel);border:1px solid var(--line);border-radius:12px;padding:1.25rem 1.5rem;margin-bottom:1.5rem}
section>header{display:flex;flex-wrap:wrap;gap:.5rem .8rem;align-items:baseline;margin-bottom:.75rem}
h2{font-size:1.3rem;margin:0;letter-spacing:-.01em}
h3{font-size:.78rem;text-transform:uppercase;letter-spacing:.06em;color:var(--quiet);margin:1.1rem 0 .4rem}
.place,.quiet{color:var(--quiet)}
.quiet{font-size:.88rem;margin:.3rem 0}
.badge{font-size:.78rem;border-radius:99px;padding:.08rem .6rem;background:var(--accent-soft);color:var(--accent)}
.badge.left,.badge.error{background:var(--left-soft);color:var(--left)}
.badge.ignored{background:var(--none);color:var(--quiet)}
.badge.warning{background:var(--warn-soft);color:var(--warn)}
${FLOW_STYLE}
details{margin-top:1rem}
summary{cursor:pointer;font-weight:600;padding:.2rem 0}
.diff{overflow:auto;border:1px solid var(--line);border-radius:8px;margin-top:.5rem}
.diff table{border-collapse:collapse;width:100%;min-width:60rem;table-layout:fixed}
.diff col.number{width:3.2rem}
.diff th{text-align:left;font-size:.78rem;font-weight:500;color:var(--quiet);padding:.3rem .8rem;background:var(--none);border-bottom:1px solid var(--line)}
.diff td{padding:0 .8rem;vertical-align:top;line-height:1.45}
.diff code{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12.5px}
.diff td.number{padding:0 .6rem;text-align:right;color:var(--quiet);font:11px/1.65 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;user-select:none}
.diff .none{background:var(--none)}
.diff .added{background:var(--add)}.diff .removed{background:var(--del)}
.diff .number.added{background:var(--add-num)}.diff .number.removed{background:var(--del-num)}
.hljs-keyword,.hljs-literal,.hljs-built_in{color:var(--keyword)}
.hljs-string,.hljs-regexp,.hljs-subst{color:var(--string)}.hljs-subst{color:var(--text)}
.hljs-number{color:var(--number)}
.hljs-comment{color:var(--comment);font-style:italic}
.hljs-title,.hljs-function,.hljs-class .hljs-title{color:var(--title)}
.findings{list-style:none;margin:0;padding:0}
.findings li{border-left:3px solid var(--line);padding:.1rem 0 .1rem 1rem;margin:.9rem 0}
.findings li.error{border-color:var(--left)}.findings li.warning{border-color:var(--warn)}
.findings p{margin:.2rem 0}.findings .remark{color:var(--quiet)}
.findings pre{margin:.3rem 0;padding:.4rem .8rem;background:var(--page);border:1px solid var(--line);border-radius:6px;overflow:auto}
@media (max-width:70rem){.columns{grid-template-columns:minmax(0,1fr)}nav{position:static;padding:1rem 1.5rem 0;max-height:none}.flow{grid-template-columns:minmax(0,1fr)}}
@media print{.top,nav{position:static}button,.skip{display:none}section{break-inside:avoid}}
`;
