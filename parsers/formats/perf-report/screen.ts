/**
 * The interactive perf report and perf top, copied from the terminal (ui/browsers/hists.c): no `#` before what stands above
 * the rows, `+` and `-` before rows and nodes that can be opened, a scroll bar (▒, ◆) at the end of every line.
 *     Samples: 71K of event 'cycles', Event count (approx.): 60233918811
 *       Children      Self  Command  Shared Object      Symbol                          ◆
 *     +   38.10%     0.41%  nginx    [kernel.kallsyms]  [k] entry_SYSCALL_64_after_hwframe      ▒
 */
const SCROLL_BAR = /[ \t]*[\u2500-\u25ff][ \t]*$/;
const MARK = /^(\s*)[-+](?=\s+\d+\.\d+%)/;
const HEAD =
  /^\s*(?:Samples: [\d.]+[KMGT]? *of events? '|(?:Overhead|Children)\s.*\bSymbol\b|Event count \(approx\.\): \d)/;

/** The line as perf report --stdio prints it; a line of another kind stays as it is. */
export function toStdio(line: string): string {
  if (line.startsWith('#')) return line;
  const bare = line.replace(SCROLL_BAR, '').replace(MARK, '$1 ');
  return HEAD.test(bare) ? `# ${bare.trim()}` : bare;
}

/** `   PerfTop:    1234 irqs/sec  kernel:60.0%  exact: 0.0% [4000Hz cycles],  (all, 8 CPUs)`: event and frequency of perf top. */
export function readPerfTop(line: string): { event: string; sampling: string } | null {
  const found = /^\s*PerfTop:\s+\d+ irqs\/sec .*\[(\d+)(?:Hz)? ([^\]]+)\]/.exec(line);
  return found === null ? null : { event: found[2].trim(), sampling: `${found[1]} Hz` };
}
