import { readEthtoolCommand } from './ethtool.ts';
import type { SideRule } from './grammar.ts';

/**
 * What was typed at a prompt, and answers that need it: `$ cat /sys/class/dma/dma0chan0/memcpy_count` with the value on the
 * next line, `# sysctl -w net.ipv4.tcp_dma_copybreak=2048`, `[root@gw2 ~]# ethtool -S eth2 | grep rx_bytes`.
 */
const PROMPT =
  /^\s*(?:\[[^\]\n]{1,60}\]\s?[$#%>]|[\w.-]+@[\w.-]+(?:[:~ ][^\s$#]*)?\s?[$#%]|(?:ba|z|k)?sh-[\d.]+[$#]|[$#%])\s+(?=\S)/;
/** `gw2$ cat …`, `rx2:/sys # cat …`: a name alone is a prompt only before a program. */
const BARE_PROMPT =
  /^\s*[\w.-]{1,30}(?::[^\s$#]*)?\s?[$#]\s+(?=(?:sudo\s+)?(?:\/\S+\/)?(?:cat|head|grep|zgrep|sysctl|uname|ethtool|lsmod|dmesg|iperf3?|opreport|ifconfig|ip)\b)/;
/** `# comment` of a settings file is no command: after a bare `#` the line must begin with a program that is known. */
const PROGRAMS =
  /^(?:sudo\s+(?:-\S+\s+)*)?(?:\/\S+\/)?(?:cat|head|tail|grep|zgrep|egrep|awk|sysctl|echo|uname|ethtool|ip|ifconfig|ss|netstat|nstat|lsmod|modprobe|modinfo|dmesg|lspci|opreport|opcontrol|operf|perf|iperf3?|netperf|taskset|for|watch|lscpu|numactl|tc|tee|printf)\b/;

/** The command of a line that begins with a prompt; null: not one. */
export function readCommand(line: string): string | null {
  const prompt = PROMPT.exec(line) ?? BARE_PROMPT.exec(line);
  if (prompt === null) return PROGRAMS.test(line) && /^\s*sudo\s/.test(line) ? line.trim() : null;
  const command = line.slice(prompt[0].length).trim();
  return /^\s*[$#%]\s+$/.test(prompt[0]) && !PROGRAMS.test(command) ? null : command;
}

const COUNTER_PATH = /(?:\/sys|\/proc\/sys)\/[^\s"'|;&>]+|\bdma\d+chan\d+\/\w+/g;

export const typedCommand: SideRule = {
  name: 'command',
  take(line, lineNo, recorder, state) {
    const command = readCommand(line);
    if (command === null) return null;
    state.waiting = [];
    state.matched = 0;
    state.ethtool = readEthtoolCommand(command);
    const bare = command.replace(/^sudo\s+(?:-\S+\s+)*/, '').replace(/^\/\S+\//, '');
    const setting = /^sysctl\s.*?(?:-w\s+)?["']?([a-z]\w*(?:[./][\w-]+)+)\s*=\s*["']?([^"']+?)["']?\s*$/.exec(bare);
    const echoed =
      /^(?:echo|printf)\s+["']?([^"'|>]+?)["']?\s*(?:>|\|\s*(?:sudo\s+)?tee)\s*(\/(?:proc\/sys|sys)\/\S+)/.exec(bare);
    if (setting !== null) {
      recorder.keep('sysctl', setting[1].replaceAll('/', '.'), setting[2], lineNo);
      return 'parsed';
    }
    if (echoed?.[2].startsWith('/proc/sys/') === true) {
      recorder.keep('sysctl', echoed[2].slice('/proc/sys/'.length).replaceAll('/', '.'), echoed[1], lineNo);
      return 'parsed';
    }
    if (/^uname -r\b/.test(bare)) state.waiting = ['uname -r'];
    if (/^(?:cat|head|tail)\b/.test(bare)) state.waiting = [...bare.matchAll(COUNTER_PATH)].map(([path]) => path);
    return 'comment';
  },
};

/** `CONFIG_NET_DMA=y`, `# CONFIG_NET_DMA is not set` of /proc/config.gz; `ioatdma   54307  2` of lsmod. */
export const kernelConfig: SideRule = {
  name: 'kernel-config',
  take(line, lineNo, recorder) {
    const set = /^(?:\S*config[\w./-]*:)?CONFIG_(\w+)=(\S+)$/.exec(line);
    const unset = /^(?:\S*config[\w./-]*:)?# CONFIG_(\w+) is not set$/.exec(line);
    if (set !== null || unset !== null) {
      recorder.keep('kernel', `config.${(set ?? unset)![1]}`, set?.[2] ?? 'n', lineNo);
      return 'parsed';
    }
    const module =
      /^(ioatdma|dca|igb|ixgbe|e1000e?|fsldma|async_memcpy|async_tx)\s+\d{3,}\s+(\d+)(?:\s+[\w,-]+)?$/.exec(line);
    if (module === null) return null;
    recorder.keep('kernel', `module.${module[1]}`, module[2], lineNo);
    return 'parsed';
  },
};

/** `ioatdma 0000:00:08.0: Intel(R) I/OAT DMA Engine found, 4 channels, device version 0x12, driver version 3.64`, `dca service started`. */
const KERNEL_LOG =
  /^(?:\S+ +\d+ \d\d:\d\d:\d\d \S+ kernel: *)?(?:<\d>)?(?:\[ *\d+\.\d+\] )?((?:ioatdma|dmaengine|fsl-elo-dma|fsldma|of:fsl-elo-dma|mv_xor|dca|ioat)\b[^|]*|(?:igb|ixgbe|e1000e|ioatdma) [0-9a-f:.]+: .*\bDCA\b.*)$/i;
export const bootLog: SideRule = {
  name: 'boot-log',
  take(line, lineNo, recorder) {
    const match = KERNEL_LOG.exec(line);
    // `ioatdma` at the head of a sentence is no message: those have a colon, an address or "service".
    if (match === null || !/^[\w-]+(?: [\w:.]+)?: \S|^dca service started/i.test(match[1])) return null;
    const isCache = /\bdca\b/i.test(match[1]) && !/^ioat/i.test(match[1]);
    recorder.keepAll(isCache ? 'other' : 'dma', isCache ? 'dmesg.dca' : 'dmesg', match[1], lineNo);
    const version = /\bdevice version (0x[0-9a-f]+)/i.exec(match[1]);
    const channels = /\b(\d+) channels?\b/i.exec(match[1]);
    if (version !== null) recorder.keep('other', 'ioat.device_version', version[1], lineNo);
    if (channels !== null) recorder.keep('other', 'ioat.channels', channels[1], lineNo);
    return 'parsed';
  },
};

export const PASTED_RULES: readonly SideRule[] = [kernelConfig, typedCommand, bootLog];
