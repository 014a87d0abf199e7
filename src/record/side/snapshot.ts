import { writePrivate } from '../system/files.ts';
import { findTool, type Running, runTool, startProgram } from '../system/processes.ts';
import type { Undo } from '../undo.ts';
import { COUNTERS_SCRIPT, SETTINGS_SCRIPT } from './script.ts';

/**
 * Reads the side data of one network namespace. /sys shows the devices of the namespace that mounted it, so another
 * namespace gets a mount of its own, in a mount namespace that ends with the reading.
 */
export class SideData {
  private readonly folder: string;
  private readonly undo: Undo;
  private netns = '';
  /** Keeps the namespace alive until the counters were read again, also when the target has ended. */
  private keeper: Running | null = null;

  constructor(folder: string, netns: string, undo: Undo) {
    this.folder = folder;
    this.undo = undo;
    this.moveTo(netns);
  }

  /** Counters of that namespace from now on; '' = ours. */
  moveTo(netns: string): void {
    this.keeper?.kill('SIGKILL');
    this.keeper = null;
    this.netns = netns;
    if (netns === '' || findTool('nsenter') === '') return;
    const keeper = startProgram('nsenter', [`--net=${netns}`, 'sleep', '86400'], ['ignore', 'ignore', 'ignore']);
    this.keeper = keeper;
    this.undo.add(() => keeper.kill('SIGKILL'));
  }

  /** The namespace as a file that lasts as long as this does; '' = ours. */
  get namespace(): string {
    const pid = this.keeper?.child.pid;
    return pid === undefined ? this.netns : `/proc/${pid}/ns/net`;
  }

  readBefore(): void {
    writePrivate(`${this.folder}/system.txt`, this.read(SETTINGS_SCRIPT, this.netns));
    writePrivate(`${this.folder}/side-before.txt`, this.read(COUNTERS_SCRIPT, this.netns));
  }

  readAfter(): void {
    writePrivate(`${this.folder}/side-after.txt`, this.readCounters());
    this.keeper?.kill('SIGKILL');
  }

  /** One reading of the counters, for figures that need no file. */
  readCounters(): string {
    return this.read(COUNTERS_SCRIPT, this.namespace);
  }

  private read(script: string, place: string): string {
    if (this.netns === '') return runTool('sh', ['-c', script]).stdout;
    const mounted = `mount -t sysfs sysfs /sys 2>/dev/null\n${script}`;
    const inside = runTool('nsenter', [`--net=${place}`, 'unshare', '--mount', 'sh', '-c', mounted]);
    if (inside.code === 0) return inside.stdout;
    return runTool('nsenter', [`--net=${this.netns}`, 'sh', '-c', script]).stdout;
  }
}
