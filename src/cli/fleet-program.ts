import { type Command, Option } from 'commander';
import { DEFAULT_SEED, parseCount } from './shared-options.ts';

type Run = (code: number | Promise<number>) => Promise<void>;

/** `recvscope fleet …`: the questions about many captures, each a command of its own. */
export function addFleet(program: Command, tool: string, finish: Run): void {
  const fleet = program
    .command('fleet')
    .description('many captures on one engine: what there is, what changed, on which hosts')
    .addHelpText(
      'after',
      '\nFOLDERs are those that recvscope summarize filled. DuckDB runs inside this process; a ClickHouse server takes its place with\n--engine clickhouse://HOST:8123/DATABASE.\n\nExamples:\n  recvscope fleet summary summaries/\n  recvscope fleet compare summaries/ --by kernel=6.1.0,6.18.0 -o compare.html\n  recvscope fleet hosts summaries/ --by rollout=old,new\n  recvscope fleet status manifest.txt summaries/',
    );
  addSummary(fleet, tool, finish);
  addCompare(fleet, tool, finish);
  addHosts(fleet, tool, finish);
  addStatus(fleet, finish);
  addLoad(fleet, tool, finish);
  for (const command of fleet.commands)
    command.exitOverride().option('--debug', 'print the stack of an error').option('-q, --quiet', 'no warnings');
}

function addEngineOptions(command: Command): Command {
  return command
    .argument('[folders...]', 'folders of summaries, Parquet files, or addresses that DuckDB reads')
    .option('--engine <url>', 'clickhouse://HOST:8123/DATABASE instead of DuckDB')
    .option('--exact', 'exact quantiles, from the rows that summarize --calls wrote')
    .option('--memory <size>', 'what DuckDB may use before it goes to disk', '1GB')
    .option('-o, --output <file>', 'write here (default: standard output)');
}

const formatOption = (): Option =>
  new Option('--format <format>', 'output format (default: by the extension of -o)').choices([
    'html',
    'markdown',
    'text',
    'json',
  ]);
const metricOption = (): Option =>
  new Option('--metric <name>', 'service, cpu, duration or a phase').default('service');
const seedOption = (): Option =>
  new Option('--seed <n>', 'seed of every random choice').default(DEFAULT_SEED).argParser(parseCount);

function addSummary(fleet: Command, tool: string, finish: Run): void {
  addEngineOptions(fleet.command('summary'))
    .description('hosts, kernels, mechanisms, sizes: calls, bytes, p50 and p99, share offloaded')
    .option(
      '--by <keys>',
      'columns to group by: host, kernel, cpu_model, nic, driver, mechanism, size, receiver or a label',
      'kernel,mechanism,size',
    )
    .addOption(metricOption())
    .addOption(formatOption())
    .addOption(seedOption())
    .addHelpText('after', '\nExample:\n  recvscope fleet summary summaries/ --by host,kernel --format json')
    .action(async (folders: string[], o) => {
      const { runFleetSummary } = await import('./commands/fleet/questions.ts');
      await finish(runFleetSummary(folders, { ...o, tool }));
    });
}

function addCompare(fleet: Command, tool: string, finish: Run): void {
  addEngineOptions(fleet.command('compare'))
    .description('before and after, each host against itself: how much, and which hosts changed by something else')
    .requiredOption('--by <key=before,after>', 'the two sides: kernel=6.1.0,6.18.0 or a label')
    .addOption(metricOption())
    .addOption(formatOption())
    .addOption(seedOption())
    .addHelpText('after', '\nExample:\n  recvscope fleet compare summaries/ --by kernel=6.1.0,6.18.0 -o compare.html')
    .action(async (folders: string[], o) => {
      const { runFleetCompare } = await import('./commands/fleet/questions.ts');
      await finish(runFleetCompare(folders, { ...o, tool }));
    });
}

function addHosts(fleet: Command, tool: string, finish: Run): void {
  addEngineOptions(fleet.command('hosts'))
    .description('the hosts that changed by something else than the rest, tab separated')
    .requiredOption('--by <key=before,after>', 'the two sides: kernel=6.1.0,6.18.0 or a label')
    .addOption(metricOption())
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(seedOption())
    .addHelpText('after', '\nExample:\n  recvscope fleet hosts summaries/ --by rollout=old,new | cut -f1')
    .action(async (folders: string[], o) => {
      const { runFleetHosts } = await import('./commands/fleet/questions.ts');
      await finish(runFleetHosts(folders, { ...o, tool }));
    });
}

function addStatus(fleet: Command, finish: Run): void {
  fleet
    .command('status')
    .description('how far summarize is with a list of captures: done, failed, missing (exit 1 unless all are done)')
    .argument('<manifest>', 'captures, one a line (- = standard input)')
    .argument('<folder>', 'where summarize writes')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .option('-o, --output <file>', 'write here (default: standard output)')
    .addHelpText('after', '\nExample:\n  recvscope fleet status manifest.txt summaries/')
    .action(async (manifest: string, folder: string, o) => {
      const { runFleetStatus } = await import('./commands/fleet/status.ts');
      await finish(runFleetStatus(manifest, folder, o));
    });
}

function addLoad(fleet: Command, tool: string, finish: Run): void {
  fleet
    .command('load')
    .description('summaries (and rows of calls) into a ClickHouse server; what is there already is not loaded again')
    .argument('<folders...>', 'folders that summarize filled')
    .requiredOption('--engine <url>', 'clickhouse://HOST:8123/DATABASE')
    .option('--print-schema [cluster]', 'print the tables to create, for shards of a cluster with Distributed tables')
    .addHelpText(
      'after',
      '\nExamples:\n  recvscope fleet load summaries/ --engine clickhouse://db1:8123/fleet\n  recvscope fleet load . --engine clickhouse://db1:8123/fleet --print-schema shards   # for many servers',
    )
    .action(async (folders: string[], o) => {
      const { runFleetLoad } = await import('./commands/fleet/load.ts');
      await finish(runFleetLoad(folders, { ...o, tool }));
    });
}
