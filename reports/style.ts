import { TONE_COLORS } from './theme.ts';

/** The page's one style sheet: no fonts, images or imports from anywhere; readable on paper and in the dark. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#16202e;--quiet:#525d6d;--line:#d6dbe3;--link:#1d4ed8;
--good:${TONE_COLORS.good};--bad:${TONE_COLORS.bad};--neutral:#56606f;--doubt:#8a5a00;--warn-ground:#fff6df;--warn-line:#d9a520}
@media (prefers-color-scheme:dark){:root{--ground:#11161d;--panel:#1a212b;--ink:#e3e8ef;--quiet:#a3aebd;--line:#333d4b;--link:#8ab4ff;
--good:#5fd38a;--bad:#ff8a80;--neutral:#b0bac8;--doubt:#f0c060;--warn-ground:#2b2412;--warn-line:#8a6d1f}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main,footer{max-width:73rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.1rem}
main{padding-bottom:2rem}
a{color:var(--link)}
.eyebrow{margin:0;color:var(--quiet);font-size:.85rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.28;margin:.3rem 0 .7rem;overflow-wrap:anywhere;text-wrap:pretty}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-top:.5rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.5rem 0 .4rem}
h4{font-size:.98rem;margin:0 0 .25rem}
#verdict h2{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
p{margin:.4rem 0 .7rem;max-width:50rem;overflow-wrap:anywhere}
ul{margin:.3rem 0 .8rem;padding-left:1.3rem}li{margin:.15rem 0;max-width:50rem;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.88em}
code{overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;margin:.3rem 0 .9rem;white-space:pre-wrap;overflow-wrap:anywhere}
.caution{background:var(--warn-ground);border-left:4px solid var(--warn-line);padding:.45rem .8rem;margin:.5rem 0 .9rem;font-size:.92rem;border-radius:0 6px 6px 0}
.caution p{margin:.15rem 0;max-width:none}
.good{color:var(--good)}.bad{color:var(--bad)}.neutral{color:var(--neutral)}.doubt{color:var(--doubt)}
.cards{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.8rem;margin:.8rem 0 1rem}
.card{border:1px solid var(--line);border-top:4px solid currentColor;border-radius:8px;padding:.65rem .85rem;background:var(--panel);min-width:0}
.card>*{color:var(--ink);overflow-wrap:anywhere}
.card h3{margin:0;font-size:.9rem;font-weight:600;color:var(--quiet)}
.card .outcome{color:inherit;font-size:1.22rem;font-weight:700;margin:.1rem 0}
.card .figure{font-weight:600;margin:.1rem 0}
.card p{margin:.3rem 0;font-size:.92rem}
.card .basis,.basis{color:var(--quiet);font-size:.85rem}
nav{font-size:.84rem;line-height:1.35;margin:.4rem 0 -.6rem}nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:0;margin:.2rem 0}nav li{margin:0}
.finding{border-left:4px solid currentColor;padding:.05rem 0 .05rem .85rem;margin:.9rem 0 1.2rem}
.finding>*{color:var(--ink)}
.finding h4 .outcome{font-weight:600;font-size:.88rem;margin-left:.5rem}
.finding .good{color:var(--good)}.finding .bad{color:var(--bad)}.finding .neutral{color:var(--neutral)}.finding .doubt{color:var(--doubt)}
.finding p{margin:.2rem 0 .35rem}.finding ul{margin:.15rem 0 .4rem}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;margin:.3rem 0;padding:0;font-size:.9rem}
.facts div{display:flex;gap:.4rem}.facts dt{color:var(--quiet)}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.evidence{list-style:none;padding:0;font-size:.86rem}.evidence li{max-width:none;margin:.1rem 0}
.table{margin:.6rem 0 1rem;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.86rem;font-variant-numeric:tabular-nums}
caption{caption-side:top;text-align:left;font-weight:600;padding:.3rem 0;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.24rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
thead th{color:var(--quiet);font-weight:600;border-bottom:2px solid var(--line);vertical-align:bottom}
tbody th{font-weight:500}
th.number,td.number{text-align:right}

[title]{text-decoration:none}
.note{color:var(--quiet);font-size:.85rem;margin:.2rem 0 .6rem}
figure{margin:1rem 0 1.3rem}
figcaption{margin-bottom:.3rem}figcaption strong{display:block}figcaption span{color:var(--quiet);font-size:.88rem}
figure svg{display:block;max-width:100%;height:auto;color:var(--ink)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:0;margin:.25rem 0;font-size:.84rem}
.legend li{margin:0}.legend svg{display:inline-block;vertical-align:-1px;margin-right:.35rem}
details{margin:.5rem 0 1rem;border:1px solid var(--line);border-radius:6px;padding:.1rem .8rem}
summary{cursor:pointer;padding:.35rem 0;color:var(--link);font-size:.92rem}
footer{color:var(--quiet);font-size:.85rem;border-top:1px solid var(--line);padding-top:.6rem;padding-bottom:1.5rem}
@media (max-width:720px){.cards{grid-template-columns:1fr}}
@media (max-width:900px){table{font-size:.78rem}th,td{padding:.2rem .3rem}}
td.long,th.long{overflow-wrap:anywhere;min-width:7rem}
td.good,td.bad,td.doubt,td.neutral{font-weight:600}
@media (min-width:901px){.wide tbody th.name{min-width:9.5rem}.widest tbody th{min-width:0}}
.wide{overflow-x:auto}.wide table{font-size:.8rem}.wide th,.wide td{padding:.22rem .38rem}
@media (max-width:900px){.wide table{font-size:.7rem}.wide th,.wide td{padding:.18rem .2rem}.widest th,.widest td{overflow-wrap:anywhere}}
@media (max-width:700px){td,th,td.long,th.long{overflow-wrap:anywhere;min-width:0}}
@media print{.wide{overflow:visible}:root{--ground:#fff;--panel:#fff;--ink:#000;--quiet:#333;--line:#999}
body{font-size:10pt}header,main,footer{max-width:none;padding:0}nav{display:none}
h2,h3,h4,caption{break-after:avoid}figure,.card,.finding,tr,pre{break-inside:avoid}
.cards{grid-template-columns:repeat(3,1fr)}a{color:inherit;text-decoration:none}}
`.trim();
