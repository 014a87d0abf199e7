import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EventBatch, EventStream } from '../../../src/model/events.ts';
import { ROOT } from '../../support/source-tree.ts';
import { identityHolds, readText } from '../side/support.ts';

/**
 * Damages of pasting (field log of issues, tickets and mails; cases html-escaped-*, no-break-spaces-perf,
 * colour-from-grep-kprobes, log-prefix-graph, atrace-lines-without-wrapper-head): the same rows as of the undamaged text.
 */
const LINES = 260;

function head(name: string): string[] {
  const raw = readFileSync(path.join(ROOT, 'fixtures/captures', name));
  const text = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString('utf8');
  return text.split('\n').slice(0, LINES);
}

const TEXTS = {
  ftrace: head('ftrace/events-6.18/trace.txt'),
  kprobes: head('ftrace/kprobes-3.10/trace.txt'),
  'odd names': head('ftrace/odd-names-6.1/trace.txt'),
  graph: head('function-graph/6.1-default/trace.txt'),
  'graph with times': head('function-graph/6.1-everything-on/trace.txt'),
  'trace-cmd': head('trace-cmd/early-wakeup-7.2/trace.txt'),
  'perf script': head('perf-script/kernel-6.1-probes/probes.txt'),
  'call chains': head('perf-script/call-chains/cc-default.txt'),
  'opreport xml': head('opreport-xml/3.10/symbols.xml'),
  'perf report': head('perf-report/6.1/chains.txt'),
} as const;
type TextName = keyof typeof TEXTS;

interface Told {
  format: string;
  rows: string[];
  profiles: string;
  account: object;
  undone: string[];
  diagnostics: string[];
}

async function tell(lines: readonly string[]): Promise<Told> {
  const rows: string[] = [];
  const sink = {
    onBatch(stream: EventStream, batch: EventBatch) {
      const textOf = (id: number): string => (id < 0 ? '-' : stream.strings.textOf(id));
      for (let row = 0; row < batch.length; row++) {
        const { kind, atNs, cpu, tid, arg0, arg1, arg2, comm, probe, durNs, line } = batch;
        const numbers = [line, kind, atNs, cpu, tid, arg0, arg1, arg2, durNs].map((column) => column[row]);
        rows.push(`${numbers.join(' ')} ${textOf(comm[row])} ${textOf(probe[row])}`);
      }
    },
  };
  const parts = await readText(Buffer.from(`${lines.join('\n')}\n`, 'utf8'), { sink });
  expect(identityHolds(parts)).toBe(true);
  const { format, account, undone } = parts.files[0];
  const diagnostics = parts.diagnostics.toRecords().map(({ name, count }) => `${name} ${count}`);
  return { format, rows, profiles: JSON.stringify(parts.profiles), account, undone, diagnostics };
}

let seed = 7;
function random(): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeByNumber = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const escapeByHex = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`);
const colour = (text: string, on: string, off: string): string =>
  text.replace(/sched_|recvmsg|tcp_|copy/g, (word) => `${on}${word}${off}`);
const pad = (n: number, width: number): string => String(n).padStart(width);

/** Each damage: what it does to line number `i` (0 first), and the code of what is undone where lines change at all. */
const DAMAGES: Record<string, (line: string, i: number) => string> = {
  'html escapes': escapeHtml,
  'numeric entities': escapeByNumber,
  'hexadecimal entities': escapeByHex,
  'html escapes twice': (line) => escapeHtml(escapeHtml(line)),
  'entities and quotes': (line) => `&gt; ${escapeHtml(line)}`,
  'json of a log': (line) =>
    line.replaceAll('\\', '\\\\').replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  'a page of <pre>': (line, i) =>
    `${i === 0 ? '<pre><code>' : ''}${escapeHtml(line)}${i === LINES - 1 ? '</code></pre>' : ''}`,
  'br tags': (line) => `${escapeHtml(line)}<br>`,
  'grep --color': (line) => colour(line, '\x1b[01;31m\x1b[K', '\x1b[m\x1b[K'),
  'less -R': (line) => colour(line, '\x1b[1m\x1b[31m', '\x1b[0m'),
  '256 colours': (line) => `\x1b[38;5;208m${line}\x1b[39;49m\x1b[0m`,
  'line ends of a terminal': (line) => `${line}\x1b[K\r`,
  'a window title': (line, i) => (i === 0 ? `\x1b]0;root@rx: ~\x07${line}` : `${line}\x1b[0m`),
  'caret notation': (line) => colour(line, '^[[01;31m^[[K', '^[[m^[[K'),
  'octal escapes': (line) => colour(line, '#033[1;31m', '#033[0m'),
  'colours without escape': (line) => colour(line, '[01;31m[K', '[m[K'),
  'every blank a no-break space': (line) => line.replaceAll(' ', '\u00a0'),
  'half of the blanks': (line) => line.replace(/ /g, () => (random() < 0.5 ? ' ' : '\u00a0')),
  'blanks in pairs': (line) => line.replaceAll('  ', '\u00a0 '),
  'narrow blanks': (line) => line.replaceAll('  ', '\u202f\u2003'),
  'zero-width spaces': (line) => line.replaceAll('  ', ' \u200b '),
  arrows: (line) =>
    line
      .replaceAll('==>', '==\u2192')
      .replaceAll('->', '\u2192')
      .replaceAll('<-', '\u2190')
      .replaceAll('...', '\u2026'),
  'double arrows': (line) => line.replaceAll('==>', '\u21d2').replaceAll('->', '\u2192').replaceAll('<-', '\u2190'),
  'cat -n': (line, i) => `${pad(i + 1, 6)}\t${line}`,
  'less -N': (line, i) => `${pad(i + 1, 7)} ${line}`,
  'grep -n': (line, i) => `${i + 1}:${line}`,
  'grep -Hn': (line, i) => `trace.txt:${i + 1}:${line}`,
  'sed -n in the middle': (line, i) => `${pad(i + 4711, 6)}\t${line}`,
  journald: (line, i) => `Nov 12 08:14:${String(i % 60).padStart(2, '0')} rx7 trace-save[911]: ${line}`,
  'journald, iso': (line) => `2026-11-12T08:14:00+0100 rx7 trace-save[911]: ${line}`,
  'journald, precise': (line) => `Nov 12 08:14:00.123456 rx7 cat[9]: ${line}`,
  'syslog 5424': (line) => `<13>1 2026-11-12T08:14:00.123Z rx7 cat 911 - - ${line}`,
  'docker -t': (line) => `2026-11-12T08:14:00.123456789Z ${line}`,
  'cri log': (line) => `2026-11-12T08:14:00.123456789+01:00 stdout F ${line}`,
  kubectl: (line) => `[pod/rx-7/tracer] ${line}`,
  compose: (line) => `tracer-1  | ${line}`,
  jenkins: (line) => `[2026-11-12T08:14:00.123Z] ${line}`,
  'journal in a quoted mail': (line) => `> Nov 12 08:14:00 rx7 trace-save[911]: ${line}`,
  'tab in front': (line) => `\t${line}`,
  'four blanks in front': (line) => `    ${line}`,
  'numbers in brackets': (line, i) => `[${i + 1}] ${line}`,
  "ts '%.s'": (line, i) => `1764588000.${String(i).padStart(6, '0')} ${line}`,
  'added lines of a patch': (line) => `+${line}`,
  'lines filled up with blanks': (line) => `${line.padEnd(200)}   `,
  'systrace tails': (line) => `${line.replaceAll('\\', '\\\\')}\\n\\`,
  'lines of a program': (line) => `"${line.replaceAll('\\', '\\\\')}\\n"`,
  'escapes in a journal': (line) => `Nov 12 08:14:00 rx7 trace-save[911]: ${escapeHtml(line)}`,
  'colours and numbers': (line, i) => `\x1b[32m${i + 1}\x1b[m\x1b[K\x1b[36m:\x1b[m\x1b[K${line}`,
};

describe('damaged texts', () => {
  for (const [damage, spoil] of Object.entries(DAMAGES)) {
    describe(damage, () => {
      for (const name of Object.keys(TEXTS) as TextName[]) {
        it(name, async () => {
          const clean = await tell(TEXTS[name]);
          const spoiled = TEXTS[name].map(spoil);
          const read = await tell(spoiled);
          expect(clean.undone).toEqual([]);
          expect({ ...read, undone: [] }).toEqual(clean);
        });
      }
    });
  }
});

describe('names that look like damage', () => {
  const lineOf = (comm: string, pid: number, us: number): string =>
    `${comm.padStart(16)}-${pid}     [001] .....  2051.${String(us).padStart(6, '0')}: sched_wakeup: comm=${comm} pid=${pid} prio=120 target_cpu=001`;
  const NAMES = [
    'a\u00a0b',
    'x\u2192y',
    'p&lt;q',
    'caf\u00e9\u2026',
    '<b>',
    '\x1b[31mred',
    '12:30',
    '7',
    'Nov 12',
    '> x',
    'a\\n',
    'a\\_b',
  ];
  for (const name of NAMES) {
    it(JSON.stringify(name), async () => {
      const others = Array.from({ length: 40 }, (_, i) =>
        lineOf(i % 3 === 0 ? name : 'rxbench', 77 + (i % 3), 1000 + i),
      );
      const read = await tell(['# tracer: nop', '#', ...others]);
      expect(read.undone).toEqual([]);
      expect(read.rows.some((row) => row.includes(` ${name} sched_wakeup`))).toBe(true);
    });
  }

  it("numbers in front count up, or they are the format's own", async () => {
    const lines = Array.from({ length: 9 }, (_, i) => ` ${i % 2})   0.${100 + i} us    |  tcp_rcv_space_adjust();`);
    expect((await tell(lines)).undone).toEqual([]);
  });
});

describe('counts and names that a prefix or an escape could take', () => {
  it('a count of four digits behind a time stamp is no year', async () => {
    const rows = [
      'samples  %        symbol name',
      ...Array.from({ length: 20 }, (_, i) => `${2001 + i}     5.0000  tcp_recvmsg_${i}`),
    ];
    const clean = await readText(
      `CPU: P4, speed 2400 MHz (estimated)\nProfiling through timer interrupt\n${rows.join('\n')}\n`,
    );
    const stamped = ['CPU: P4, speed 2400 MHz (estimated)', 'Profiling through timer interrupt', ...rows].map(
      (line, i) => `Dec 01 11:29:${String(i).padStart(2, '0')} ${line}`,
    );
    const read = await readText(`${stamped.join('\n')}\n`);
    expect(read.profiles[0].totalSamples).toBe(clean.profiles[0].totalSamples);
    expect(read.profiles[0].rows.length).toBe(20);
  });

  it('escaped brackets around one symbol of a disassembly are HTML', async () => {
    const listing = (from: string) =>
      [
        `${from} <copy_user_generic_string>: /* copy_user_generic_string total:     47 67.1429 */`,
        `               :${from}:\tdata16 xchg %ax,%ax`,
        `               :ffffffff81185cd5:\tje     ffffffff81185d07 <copy_user_generic_string+0x37>`,
        '    46 65.7143 :ffffffff81185d00:\trep movsq %ds:(%rsi),%es:(%rdi)',
        '     1  1.4286 :ffffffff81185d07:\txor    %eax,%eax',
      ].join('\n');
    const text = `/* \n * CPU: CPU with timer interrupt, speed 2596.13 MHz (estimated)\n * Profiling through timer interrupt\n */\n${listing('ffffffff81185cd0')}\n${listing('ffffffff81185cd0')}\n`;
    const clean = await readText(text);
    const escaped = await readText(escapeHtml(text));
    expect(clean.profiles[0].rows.map(({ samples }) => samples)).toEqual([47]);
    expect(escaped.profiles[0].rows).toEqual(clean.profiles[0].rows);
    expect(escaped.profiles[0].totalSamples).toBe(clean.profiles[0].totalSamples);
  });
});

describe('damage is named', () => {
  it('in the report of the file', async () => {
    const spoiled = TEXTS.ftrace.map((line, i) => `${i + 1}:${escapeHtml(line)}`);
    expect((await tell(spoiled)).undone).toEqual(['HTML escapes', 'line numbers']);
  });
});
