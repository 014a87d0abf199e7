import { runTool } from '../system/processes.ts';

/**
 * How the setting of now can be put back, found out before the first change: for each `sysctl -w KEY=…` and
 * `ethtool -K DEV FEATURE …` of the two commands, in whatever namespace they run (`ip netns exec NAME sysctl …`).
 */
export interface Restore {
  command: string;
  /** Parts of the settings of which nobody can tell what was before. */
  unknown: string[];
}

const SYSCTL = /^(.*\bsysctl)\s+(?:-q\s+)?(?:-w\s+)?([\w./*-]+)=/;
const ETHTOOL = /^(.*\bethtool)\s+-K\s+(\S+)\s+(.+)$/;
/** Short names of `ethtool -K`, as `ethtool -k` prints them. */
const FEATURES: Readonly<Record<string, string>> = {
  gro: 'generic-receive-offload',
  lro: 'large-receive-offload',
  tso: 'tcp-segmentation-offload',
  gso: 'generic-segmentation-offload',
  rx: 'rx-checksumming',
  tx: 'tx-checksumming',
  sg: 'scatter-gather',
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function findRestore(commands: readonly string[]): Restore {
  const parts = commands.flatMap((command) => command.split(/;|&&/)).map((part) => part.trim());
  const back = new Set<string>();
  const unknown: string[] = [];
  for (const part of parts) {
    if (part === '' || part === ':' || part === 'true') continue;
    const lines = restoreSysctl(part) ?? restoreFeatures(part);
    if (lines === null) unknown.push(part);
    else for (const line of lines) back.add(line);
  }
  return { command: [...back].join('; '), unknown };
}

function restoreSysctl(part: string): string[] | null {
  const match = SYSCTL.exec(part);
  if (match === null) return null;
  const [, tool, key] = match;
  const { code, stdout } = runTool('sh', ['-c', `${tool} -n ${key}`]);
  return code === 0 ? [`${tool} -q -w ${quote(`${key}=${stdout.trim()}`)}`] : null;
}

function restoreFeatures(part: string): string[] | null {
  const match = ETHTOOL.exec(part);
  if (match === null) return null;
  const [, tool, device, words] = match;
  const shown = runTool('sh', ['-c', `${tool} -k ${device}`]).stdout;
  const names = words.split(/\s+/).filter((_, index) => index % 2 === 0);
  const back = names.map((name) => {
    const state = new RegExp(`^\\s*${FEATURES[name] ?? name}: (on|off)`, 'm').exec(shown)?.[1];
    return state === undefined ? null : `${name} ${state}`;
  });
  return back.includes(null) ? null : [`${tool} -K ${device} ${back.join(' ')}`];
}
