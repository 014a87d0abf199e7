import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { LENSES } from '../model/recording/lenses.ts';
import { cleanUp } from './cleanup.ts';
import { parseFailOn } from './fail-on.ts';
import { addFleet } from './fleet-program.ts';
import { readObvious, sayMeaning } from './obvious.ts';
import { clearProgress, finishStdout, printData, printError, printStack, printUsage, setQuiet } from './output.ts';
import { guardFolder, guardOutput } from './output-guard.ts';
import { REPORT_FORMATS } from './report-formats.ts';
import {
  addInputOptions,
  addScopeOptions,
  collect,
  collectCounts,
  collectLabels,
  DEFAULT_SEED,
  parseCount,
  parsePositive,
  parseShard,
  parseUntil,
  parseWhole,
  toLoadOptions,
  toScope,
} from './shared-options.ts';

type Run = (code: number | Promise<number>) => Promise<void>;

/** Builds the program, runs it, returns the exit code. Commands are loaded only when called. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = ExitCode.done;
  const finish: Run = async (code) => {
    exitCode = await code;
  };
  let help = '';
  const program = buildProgram(version, finish, (text) => {
    help += text;
  });
  const meaning = readObvious(argv, [...program.commands.map((command) => command.name()), 'help']);
  try {
    sayMeaning(meaning);
    await program.parseAsync(meaning.argv).catch(async (error) => {
      if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
      await printData(help);
    });
    finishStdout();
    return exitCode;
  } catch (error) {
    return explainFailure(error, argv.includes('--debug'));
  } finally {
    cleanUp();
  }
}

function explainFailure(error: unknown, debug: boolean): number {
  clearProgress();
  if (error instanceof CommanderError) return ExitCode.usage;
  if (debug) printStack(error);
  if (error instanceof RecvscopeError) {
    printError(error);
    return error.exitCode;
  }
  const refusal = describeRefusal(error);
  if (refusal !== null) {
    printError(refusal);
    return refusal.exitCode;
  }
  const text = error instanceof Error ? error.message : String(error);
  printError(
    new RecvscopeError(
      'internal-error',
      ExitCode.bug,
      `internal error: ${text}`,
      'this is a bug of recvscope: run again with --debug and report the output',
    ),
  );
  return ExitCode.bug;
}

/** What the system refused on the way, `EMFILE: too many open files, open '/opt/recvscope/chunk.js'`: no bug of ours. */
function describeRefusal(error: unknown): RecvscopeError | null {
  const { code = '', syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (!/^E[A-Z0-9]+$/.test(code) || syscall === undefined) return null;
  const hint = /^E[MN]FILE$/.test(code)
    ? 'too many files are open: ulimit -n raises the limit'
    : 'check the file system';
  return new RecvscopeError('system-refused', ExitCode.unreadable, message, hint);
}

function buildProgram(version: string, finish: Run, writeOut: (text: string) => void): Command {
  const tool = `recvscope ${version}`;
  const program = new Command('recvscope')
    .description(
      'Reads perf script, ftrace, trace-cmd and oprofile text of the Linux TCP receive path:\none timeline per receive call, where receive copy offload wins or loses, before/after comparisons.',
    )
    .version(version, '-V, --version')
    .option('-q, --quiet', 'no progress, no warnings')
    .option('--no-color', 'plain text (NO_COLOR works too)')
    .option('--debug', 'print the stack of an error')
    .exitOverride()
    .configureOutput({ writeOut, writeErr: printUsage })
    .showHelpAfterError('(recvscope --help lists the commands)')
    .addHelpText(
      'after',
      '\nA CAPTURE is a file, - for standard input, or a folder whose every file is used.\nExit codes: 0 done, 1 --fail-on holds, 2 usage, 3 unreadable input, 4 nothing recognised, 5 cannot record here, 70 bug of recvscope.\n\nExamples:\n  recvscope report trace.txt -o report.html\n  perf script --ns | recvscope report -\n  recvscope compare off.txt on.txt -o compare.html',
    );
  program.hook('preAction', () => setQuiet(program.opts().quiet === true));
  addRecord(program, tool, finish);
  addExperiment(program, tool, finish);
  addReport(program, tool, finish);
  addCompare(program, tool, finish);
  addCalls(program, tool, finish);
  addInspect(program, tool, finish);
  addWhatIf(program, tool, finish);
  addExport(program, tool, finish);
  addSummarize(program, tool, finish);
  addFleet(program, tool, finish);
  addFormats(program, finish);
  addCompletions(program, version, finish);
  for (const command of program.commands)
    command
      .exitOverride()
      .option('--debug', 'print the stack of an error')
      .option('-q, --quiet', 'no progress, no warnings')
      .showHelpAfterError(`(recvscope ${command.name()} --help lists its options)`)
      .hook('preAction', (_, action) => {
        const { quiet, output, before = [], after = [], baseline = [] } = action.opts();
        setQuiet(program.opts().quiet === true || quiet === true);
        const inputs = [...action.args, ...before, ...after, ...baseline];
        // Their arguments are a program to run, not captures to read.
        if (action.name() === 'record' || action.name() === 'experiment') return;
        if (fillsFolder(action)) guardFolder(output, inputs);
        else guardOutput(output, inputs);
      });
  for (const command of program.commands) groupOptions(command);
  return program;
}

const fillsFolder = (command: Command): boolean =>
  command.name() === 'summarize' || (command.name() === 'export' && command.opts().format === 'parquet');

function addRecord(program: Command, tool: string, finish: Run): void {
  program
    .command('record')
    .description('records a capture of this machine that can answer the question, and checks it')
    .argument('[command...]', 'after --: started when the events are on; the recording ends with it')
    .option('-o, --output <folder>', 'the capture (default: recvscope-DATE-TIME)')
    .option('--seconds <n>', 'record this long (default: 2; until the command ends when there is one)', parsePositive)
    .option('--pid <pid>', 'the process whose calls are wanted', parseCount)
    .option('--comm <name>', 'the program whose calls are wanted, by name')
    .addOption(lensOption())
    .addOption(
      new Option('--tracer <tracer>', 'default: perf when it is here, else tracefs').choices(['perf', 'tracefs']),
    )
    .option(
      '--label <key=value>',
      'kept in the capture: what captures of a fleet are grouped by (repeatable)',
      collectLabels,
    )
    .option('--report [file]', 'write the HTML report too (default: FOLDER.html)')
    .option('--print-script', 'print an sh script that records on a box without Node, back to 2.6.32')
    .addHelpText(
      'after',
      '\nNeeds root, or CAP_PERFMON and CAP_DAC_READ_SEARCH. The whole machine is recorded: softirqs and wakeups run in\nother tasks; the calls are those of --pid, --comm or the command. Ctrl-C ends the recording and keeps it.\nExit codes: 5 cannot record here, 4 nothing that could be judged was recorded, 130 ended by Ctrl-C.\n\nExamples:\n  recvscope record --report -- iperf3 -s -1\n  recvscope record --comm redis-server --seconds 5 -o redis\n  recvscope record --pid 1234 --lens drops --lens arrival\n  recvscope record --print-script > rec.sh',
    )
    .action(async (command: string[], o) => {
      if (o.printScript === true) {
        const { runPrintScript } = await import('./commands/print-script.ts');
        await finish(runPrintScript(tool, o.lens ?? []));
        return;
      }
      const { runRecord } = await import('./commands/record.ts');
      await finish(
        runRecord({
          ...o,
          seconds: o.seconds ?? null,
          pid: o.pid ?? null,
          comm: o.comm ?? null,
          lenses: o.lens ?? [],
          tracer: o.tracer ?? null,
          labels: o.label ?? {},
          command,
          tool,
          load: toLoadOptions({ maxCalls: 1_000_000, seed: DEFAULT_SEED }),
        }),
      );
    });
}

const lensOption = (): Option =>
  new Option('--lens <lens>', `more events, at more cost: ${LENSES.join(', ')} (repeatable)`)
    .choices([...LENSES])
    .argParser((value: string, before: string[] = []) => {
      if (!(LENSES as readonly string[]).includes(value))
        throw new InvalidArgumentError(`allowed are ${LENSES.join(', ')}`);
      return collect(value, before);
    });

function addExperiment(program: Command, tool: string, finish: Run): void {
  program
    .command('experiment')
    .description('A-B-A-B: alternates two settings while it records, compares them, puts the old setting back')
    .argument('[command...]', 'after --: the program that receives')
    .requiredOption('--a <command>', 'shell command that makes setting a')
    .requiredOption('--b <command>', 'shell command that makes setting b')
    .option('--rounds <n>', 'pairs of stretches (or of runs)', parseWhole, 5)
    .option(
      '--until <figure:pct>',
      'go on until the interval of cpu, latency or throughput is this narrow: cpu:5%',
      parseUntil,
    )
    .option('--max-rounds <n>', 'with --until: pairs at most', parseWhole, 40)
    .option('--stretch <seconds>', 'how long a setting holds within a recording', parsePositive, 0.5)
    .option('--per-run', 'a recording for each run of the command: for settings that act only on what starts anew')
    .option('--restore <command>', 'puts the old setting back (default: found out for sysctl -w and ethtool -K)')
    .option('-o, --output <folder>', 'captures, experiment.json, compare.html (default: recvscope-DATE-TIME)')
    .option('--pid <pid>', 'the process whose calls are wanted', parseCount)
    .option('--comm <name>', 'the program whose calls are wanted, by name')
    .addOption(
      new Option('--tracer <tracer>', 'default: perf when it is here, else tracefs').choices(['perf', 'tracefs']),
    )
    .addOption(lensOption())
    .option('--seed <n>', 'seed of the order of the sides', parseCount, DEFAULT_SEED)
    .addHelpText(
      'after',
      "\nThe order within a pair is drawn by lot, every second one turned (ABBA). One stretch a side runs without tracer: throughput and what tracing costs.\nWith --until the error of 5 % is spent over the looks (Lan–DeMets, Pocock type). The old setting is put back also\nafter Ctrl-C, SIGTERM and kill -9.\n\nExamples:\n  recvscope experiment --a 'sysctl -w net.ipv4.tcp_rmem=\"4096 131072 6291456\"' --b 'sysctl -w net.ipv4.tcp_rmem=\"4096 16384 65536\"' -- iperf3 -s -1\n  recvscope experiment --a 'ethtool -K eth0 gro on' --b 'ethtool -K eth0 gro off' --until cpu:5% --comm nginx",
    )
    .action(async (command: string[], o) => {
      const { runExperimentCommand } = await import('./commands/experiment.ts');
      await finish(
        runExperimentCommand(command, { ...o, tool, load: toLoadOptions({ maxCalls: 1_000_000, seed: o.seed }) }),
      );
    });
}

const formatOption = (): Option =>
  new Option(
    '--format <format>',
    'output format (default: by the extension of -o; html into a file, text on the terminal)',
  ).choices([...REPORT_FORMATS]);

function addReport(program: Command, tool: string, finish: Run): void {
  addScopeOptions(addInputOptions(program.command('report')))
    .description('one report on one side: verdict, timelines, break-even, causes')
    .argument('<captures...>', 'files, - or folders; several = several runs of one setting')
    .option('-o, --output <file>', 'write here (default: standard output)')
    .addOption(formatOption())
    .option('--full', 'markdown and text: everything, not only what fits into a ticket or on a terminal')
    .option('--baseline <capture>', 'a capture without offload: the trusted price of a CPU copy (repeatable)', collect)
    .option('--copy-rate <ns-per-byte>', 'price of a CPU copy when no capture tells it', parsePositive)
    .option('--title <text>', 'title of the report')
    .option('--note <text>', 'a caveat to print on top (repeatable)', collect)
    .option('--fail-on <condition>', 'loses: exit 1 when a verdict is "loses"', parseFailOn)
    .addHelpText(
      'after',
      '\nExamples:\n  recvscope report trace.txt -o report.html\n  recvscope report run1.txt.gz run2.txt.gz --baseline off.txt.gz -o on.html\n  perf script --ns | recvscope report - --format text',
    )
    .action(async (captures: string[], o) => {
      const { runReport } = await import('./commands/report.ts');
      await finish(runReport(captures, { ...o, tool, load: toLoadOptions(o), scope: toScope(o) }));
    });
}

function addCompare(program: Command, tool: string, finish: Run): void {
  addScopeOptions(addInputOptions(program.command('compare')))
    .description('what changed between two settings, by how much, and whether it is more than noise')
    .argument(
      '[captures...]',
      'BEFORE AFTER (captures or saved .json analyses), or one capture with marks of two sides',
    )
    .option('--marks', 'every capture holds both sides, told apart by marks (recvscope side=A); several add up')
    .option('--before <capture>', 'a run of the first side (repeatable)', collect)
    .option('--after <capture>', 'a run of the second side (repeatable)', collect)
    .option('-o, --output <file>', 'write here (default: standard output)')
    .addOption(formatOption())
    .option('--full', 'markdown and text: everything, not only what fits into a ticket or on a terminal')
    .option('--copy-rate <ns-per-byte>', 'price of a CPU copy when no capture tells it', parsePositive)
    .option('--title <text>', 'title of the report')
    .option('--note <text>', 'a caveat to print on top (repeatable)', collect)
    .option('--fail-on <condition>', 'regression[:PCT] or loses: exit 1 when it holds', parseFailOn)
    .addHelpText(
      'after',
      '\nExamples:\n  recvscope compare off.txt on.txt -o compare.html\n  recvscope compare --before off1 --before off2 --after on1 --after on2 --fail-on regression:5\n  recvscope compare abab.txt    # marks inside: echo "recvscope side=A" > /sys/kernel/tracing/trace_marker\n  recvscope compare last-week.json today.txt --format text',
    )
    .action(async (captures: string[], o) => {
      const { runCompare } = await import('./commands/compare.ts');
      await finish(runCompare(captures, { ...o, tool, load: toLoadOptions(o), scope: toScope(o) }));
    });
}

function addCalls(program: Command, tool: string, finish: Run): void {
  addScopeOptions(addInputOptions(program.command('calls')))
    .description('one row per receive call')
    .argument('<captures...>', 'files, - or folders')
    .addOption(new Option('--format <format>', 'row format').choices(['csv', 'ndjson', 'parquet']).default('csv'))
    .option('-o, --output <file>', 'write here (default: standard output)')
    .option('--extra', 'append detail columns (run of which, links, wake reason)')
    .addHelpText(
      'after',
      '\nTimes are integer ns on the capture’s own clock; an unknown value is an empty field.\nThe *_ns columns from pin_ns to unattributed_ns add up to end_ns - start_ns.\n\nExamples:\n  recvscope calls trace.txt > calls.csv\n  recvscope calls trace.txt --format ndjson | jq .copy_ns',
    )
    .action(async (captures: string[], o) => {
      const { runCalls } = await import('./commands/calls.ts');
      await finish(runCalls(captures, { ...o, tool, load: toLoadOptions(o), scope: toScope(o) }));
    });
}

function addInspect(program: Command, tool: string, finish: Run): void {
  addInputOptions(program.command('inspect'))
    .description('what is in a capture, what is missing, what was lost, what to record next time')
    .argument('<captures...>', 'files, - or folders')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExamples:\n  recvscope inspect trace.txt\n  recvscope inspect bundle/ --format json')
    .action(async (captures: string[], o) => {
      const { runInspect } = await import('./commands/inspect.ts');
      await finish(runInspect(captures, { ...o, tool, load: toLoadOptions(o) }));
    });
}

function addWhatIf(program: Command, tool: string, finish: Run): void {
  addScopeOptions(addInputOptions(program.command('whatif')))
    .description('replays the offload predicate and the cost model with other settings')
    .argument('<captures...>', 'files, - or folders')
    .option('--rcvlowat <bytes>', 'SO_RCVLOWAT values, comma separated', collectCounts)
    .option('--copybreak <bytes>', 'tcp_dma_copybreak values', collectCounts)
    .option('--buffer <bytes>', 'lengths of the read buffer', collectCounts)
    .option('--window <bytes>', 'socket receive buffers (what is asked of SO_RCVBUF)', collectCounts)
    .option('--mtu <bytes>', 'MTUs', collectCounts)
    .option('--baseline <capture>', 'a capture without offload: the trusted price of a CPU copy (repeatable)', collect)
    .option('--copy-rate <ns-per-byte>', 'price of a CPU copy when no capture tells it', parsePositive)
    .option('-o, --output <file>', 'write here (default: standard output)')
    .addOption(formatOption())
    .option('--full', 'markdown and text: everything, not only what fits into a ticket or on a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  recvscope whatif trace.txt --rcvlowat 1,64k,200000\n  recvscope whatif trace.txt --copybreak 2048,4096 --buffer 64k,2M --format markdown',
    )
    .action(async (captures: string[], o) => {
      const { runWhatIf } = await import('./commands/whatif.ts');
      await finish(runWhatIf(captures, { ...o, tool, load: toLoadOptions(o), scope: toScope(o) }));
    });
}

function addExport(program: Command, tool: string, finish: Run): void {
  addInputOptions(program.command('export'))
    .description('a capture for other tools: folded stacks, a Perfetto timeline, Parquet tables')
    .argument('<captures...>', 'files, - or folders (several for parquet only)')
    .addOption(
      new Option(
        '--format <format>',
        'folded: call-chain samples; perfetto: the timeline of every call; parquet: tables',
      )
        .choices(['folded', 'perfetto', 'parquet'])
        .default('folded'),
    )
    .addOption(
      new Option('--weight <unit>', 'what a line of folded counts: samples, or the printed periods')
        .choices(['samples', 'period'])
        .default('samples'),
    )
    .option(
      '--event <name>',
      'folded: the event whose samples are written (default: the first, the others are told of)',
    )
    .option('-o, --output <file>', 'write here (default: standard output); a folder for parquet')
    .addHelpText(
      'after',
      '\nExamples:\n  perf script | recvscope export - --format folded > stacks.folded\n  recvscope export trace.txt --format perfetto -o calls.perfetto-trace   # open in ui.perfetto.dev\n  recvscope export before/ after/ --format parquet -o tables/             # capture, calls, arrivals, hist',
    )
    .action(async (captures: string[], o) => {
      const { runExport } = await import('./commands/export/index.ts');
      await finish(runExport(captures, { ...o, tool, load: toLoadOptions(o) }));
    });
}

function addSummarize(program: Command, tool: string, finish: Run): void {
  addInputOptions(program.command('summarize'))
    .description('one small Parquet file a capture, for recvscope fleet: any number of processes into one folder')
    .argument('[captures...]', 'files, - or folders')
    .requiredOption('-o, --output <folder>', 'write ID.parquet here; what is there already is not made again')
    .option('--from <manifest>', 'captures named in a file, one a line (- = standard input)')
    .option('--shard <i/n>', 'do the i-th of n equal parts of the captures', parseShard, { index: 1, count: 1 })
    .option('--max-failures <n>', 'exit 0 as long as no more captures fail', parseWhole, 0)
    .option('--calls', 'the rows of all calls too, in calls/')
    .addHelpText(
      'after',
      '\nFailures are lines of failures.ndjson and stop nobody. Exit codes: 0 done, 1 more failures than allowed.\n\nExamples:\n  recvscope summarize captures/*.gz -o summaries/\n  find captures -name "*.gz" | xargs -P 8 -n 16 recvscope summarize -q -o summaries/\n  recvscope summarize --from manifest.txt --shard 3/64 -o summaries/ --max-failures 100',
    )
    .action(async (captures: string[], o) => {
      const { runSummarize } = await import('./commands/summarize/index.ts');
      await finish(runSummarize(captures, { ...o, tool, load: toLoadOptions(o) }));
    });
}

function addFormats(program: Command, finish: Run): void {
  program
    .command('formats')
    .description('formats, kernel eras, mechanisms and probes understood')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  recvscope formats --format json | jq -r ".probes[].name"')
    .action(async (o) => {
      const { runFormats } = await import('./commands/formats.ts');
      await finish(runFormats(o.format));
    });
}

function addCompletions(program: Command, version: string, finish: Run): void {
  program
    .command('completions')
    .description('completions for a shell, or the manual page, made from the commands themselves')
    .addArgument(new Argument('<shell>', 'what to print').choices(['bash', 'zsh', 'fish', 'man']))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(recvscope completions bash)\n  recvscope completions fish | source\n  recvscope completions man > recvscope.1',
    )
    .action(async (shell: string) => {
      const { runCompletions } = await import('./commands/completions.ts');
      await finish(runCompletions(shell, program, version));
    });
}

/** Options that decide whose calls are counted, and those that keep strange input within bounds: the rest is common. */
const SCOPE =
  /^--(pid|comm|tid|port|socket|sock|local|remote|cpu|from|to|reader|scope|baseline|before|after|label|marks?|side|lens)\b/;
const LIMITS = /^--(max-|seed|print-recordings|shard)/;

function groupOptions(command: Command): void {
  const groups = ['Common:', 'Scope:', 'Limits:'];
  const groupOf = ({ long = '' }: Option): number => (LIMITS.test(long ?? '') ? 2 : SCOPE.test(long ?? '') ? 1 : 0);
  for (const option of command.options) option.helpGroup(groups[groupOf(option)]);
  // Help lists groups in the order in which they come up.
  (command.options as Option[]).sort((a, b) => groupOf(a) - groupOf(b));
  command.addHelpOption(new Option('-h, --help', 'display help for command').helpGroup(groups[0]));
}
