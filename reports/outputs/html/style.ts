import { TONE_COLORS } from '../../theme.ts';

/** Columns that a table may name as numeric: 'n3' = the third stands right. */
const NUMBER_COLUMNS = Array.from({ length: 16 }, (_, i) => i + 1);
const alignNumbers = NUMBER_COLUMNS.map((i) => `.n${i} tr>:nth-child(${i})`).join(',');

/** The page's one style sheet: no fonts, images or imports from anywhere; readable on paper and in the dark. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#16202e;--quiet:#525d6d;--line:#d6dbe3;--link:#1d4ed8;
--good:${TONE_COLORS.good};--bad:${TONE_COLORS.bad};--neutral:#56606f;--doubt:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ground:#11161d;--panel:#1a212b;--ink:#e3e8ef;--quiet:#a3aebd;--line:#333d4b;--link:#8ab4ff;
--good:#5fd38a;--bad:#ff8a80;--neutral:#b0bac8;--doubt:#f0c060}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:.5rem}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main,footer{max-width:73rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:.9rem}main{padding-bottom:1.5rem}
a{color:var(--link)}
.eyebrow{margin:0;color:var(--quiet);font-size:.82rem;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.22;margin:.3rem 0 .6rem;overflow-wrap:anywhere;text-wrap:pretty}
h1.lengthy{font-size:1.3rem}
h2{font-size:1.15rem;margin:.6rem 0 .2rem;padding-top:.25rem;border-top:1px solid var(--line)}
h3{font-size:.98rem;margin:.5rem 0 .05rem}
h2,h3,summary,figcaption,dt,dd,caption,.legend li{overflow-wrap:anywhere}
p{margin:.2rem 0 .35rem;max-width:66rem;overflow-wrap:anywhere}
ul{margin:.25rem 0 .6rem;padding-left:1.2rem}li{margin:.12rem 0;max-width:56rem;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.88em}
code{overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem;margin:.3rem 0 .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
small{color:var(--quiet);font-size:.8rem;display:block;font-weight:400}
.why{font-size:1rem;margin:.2rem 0}
.do{background:var(--panel);border-left:4px solid var(--link);padding:.35rem .8rem;margin:.7rem 0;border-radius:0 6px 6px 0}
.do h2{all:unset;font-weight:600;font-size:.9rem;color:var(--quiet)}.do ul{margin:.1rem 0 .2rem}
.good{color:var(--good)}.bad{color:var(--bad)}.neutral{color:var(--neutral)}.doubt{color:var(--doubt)}
.strip{margin:.7rem 0;font-size:.92rem}.strip tr>*{color:var(--ink);vertical-align:middle}
.strip tr>th{font-weight:600}.strip thead th{font-weight:500}
.strip .word{width:27%}.strip th,.strip td:nth-child(2),.strip td:nth-child(3){white-space:nowrap}.strip .axis{width:260px}.strip svg{display:block}
.strip .good strong{color:var(--good)}.strip .bad strong{color:var(--bad)}.strip .neutral strong{color:var(--neutral)}.strip .doubt strong{color:var(--doubt)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13.6rem,100%),1fr));gap:.5rem;margin:.7rem 0}.figures div{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.35rem .5rem}
.figures dt{color:var(--quiet);font-size:.85rem}.figures dd{margin:0}.figures strong{font-size:.95rem;overflow-wrap:break-word;font-variant-numeric:tabular-nums}
.trust{font-size:.88rem;color:var(--quiet)}
button,input,select{font:inherit;font-size:.85rem;color:var(--ink);background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:.2rem .6rem}
button{cursor:pointer}:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.tools{margin:.3rem 0}
nav{font-size:.82rem;line-height:1.4;margin:.5rem 0 0}nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.05rem .85rem;padding:0;margin:0}nav li{margin:0}
.p{text-decoration:none;font-weight:400;opacity:.75;font-size:.85em}
.finding{border-left:4px solid currentColor;padding:.02rem 0 .02rem .8rem;margin:.4rem 0}
.finding>*{color:var(--ink)}.finding h3{margin:0}.finding p{margin:.05rem 0;max-width:none}
.finding .outcome,.share{font-weight:600;font-size:.85rem;margin-left:.3rem}.finding .good{color:var(--good)}.finding .bad,.share{color:var(--bad)}
.finding details{border:0;padding:0;margin:0}.finding summary{padding:0;font-size:.8rem;line-height:1.3}
.facts{display:flex;flex-wrap:wrap;gap:.05rem 1.2rem;margin:.3rem 0;padding:0;font-size:.88rem}
.facts div{display:flex;gap:.4rem}.facts dt{color:var(--quiet)}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.evidence{list-style:none;padding:0;font-size:.85rem}.evidence li{max-width:none}
.table{margin:.5rem 0 .9rem;max-width:100%;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
caption{caption-side:top;text-align:left;font-weight:600;padding:.2rem 0;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.2rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
thead th{color:var(--quiet);font-weight:600;border-bottom:2px solid var(--line);vertical-align:bottom}
tbody th{font-weight:500}
${alignNumbers}{text-align:right}
${alignNumbers.replace(/tr>/g, 'tbody>tr>')}{white-space:nowrap}
.long{overflow-wrap:anywhere;min-width:7rem}
td.good,td.bad,td.doubt,td.neutral{font-weight:600}
.wide{font-size:.8rem}.wide th,.wide td{padding:.18rem .38rem}
th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid var(--link)}
.tabletools{display:flex;gap:.5rem;flex-wrap:wrap;align-items:center;font-size:.85rem}
.note{color:var(--quiet);font-size:.84rem;margin:.15rem 0 .5rem}
figure{margin:.2rem 0 .3rem}.line{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .8rem;align-items:baseline}
.line button{padding:0 .45rem}
figcaption{margin-bottom:.2rem}figcaption strong{display:block;font-size:.92rem}figcaption span{color:var(--quiet);font-size:.85rem}
.scroll{overflow-x:auto}.scroll svg{display:block;width:100%;min-width:700px;height:auto;color:var(--ink)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.05rem .85rem;padding:0;margin:.1rem 0;font-size:.82rem}
.legend li{margin:0}.legend svg{display:inline-block;vertical-align:-1px;margin-right:.3rem}
.readout{margin:0;min-height:1.3em;font-size:.78rem;flex:1;color:var(--quiet);font-variant-numeric:tabular-nums;max-width:none}
.cursor{stroke:currentColor;stroke-width:2;fill:none}
details{margin:.1rem 0 .3rem}summary{cursor:pointer;padding:.15rem 0;color:var(--link);font-size:.9rem}
.fold{border-bottom:1px solid var(--line);margin:0;padding:.1rem 0}.fold summary h3{display:inline;margin:0;font-weight:500}
footer{color:var(--quiet);font-size:.82rem;border-top:1px solid var(--line);padding-top:.5rem;padding-bottom:1rem}
@media (max-width:900px){table{font-size:.78rem}th,td{padding:.18rem .3rem}h1{font-size:1.35rem}h1.lengthy{font-size:1.1rem}
.strip,.strip tbody,.strip tr,.strip td,.strip th{display:block;border:0}.strip thead{display:none}.strip tr{border-bottom:1px solid var(--line);padding:.3rem 0}.strip tr>*{padding:.05rem 0;width:auto}
.strip .word,.strip .axis{width:auto}.strip tr>*,.strip th,.strip td:nth-child(2),.strip td:nth-child(3){white-space:normal;overflow-wrap:anywhere}nav{display:none}}
@media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--quiet:#333;--line:#999;--link:#000}
body{font-size:9.5pt}header,main,footer{max-width:none;padding:0}nav,.tools,.tabletools,.p,.readout{display:none}
.table,.scroll{overflow:visible}.scroll svg{min-width:0}thead{display:table-header-group}
h2,h3,caption{break-after:avoid}figure,.finding,tr,pre{break-inside:avoid}a{text-decoration:none}}
`.trim();
