import type { ProfileChain } from '../../../src/model/profile.ts';

/** A node that was read: where its number (or name) begins, and its name. */
interface Node {
  column: number;
  name: string;
  /** Index of the chain whose samples all go through it, -1 none. */
  chain: number;
}

/** `|--50.18%--ksys_write`, `--9.12%--__skb_datagram_iter`, ` 7.81% rep_movs_alternative`, `- 11.05% tcp_recvmsg_locked`. */
const BRANCH = /^([\s|]*?)(?:\||[-+] )?(?:-{1,2})?\s*(\d{1,3}\.\d+)%(?:--| )\s*(\S.*?)\s*$/;
/** Further frames of a branch, one a line: `|          vfs_write`, `---do_syscall_64`. */
const PLAIN = /^([\s|]*)(?:---)?([A-Za-z_][\w.$]*(?:\+0x[0-9a-f]+)?)(?: \[[^\]]*\])?(?: \(inlined\))?\s*$/;

/**
 * The call tree below a row of perf report -g, as --stdio and the interactive screen draw it. Deeper nodes stand further
 * right; frames of one branch stand below each other. What is kept is the path from the row to each node that has a share:
 * it proves below which function a copy was made, whichever end the tree begins with.
 */
export class ChainTree {
  readonly chains: ProfileChain[] = [];
  private readonly open: Node[] = [];
  private row = '';

  startRow(symbol: string): void {
    this.row = symbol;
    this.open.length = 0;
  }

  /** False: the line is no part of a tree. */
  take(line: string, lineNo: number): boolean {
    if (this.row === '') return false;
    const branch = BRANCH.exec(line);
    if (branch !== null) {
      const column =
        line.indexOf(branch[2]) - (/\|?-{1,2}$/.exec(line.slice(0, line.indexOf(branch[2])))?.[0].length ?? 0);
      const name = branch[3].replace(/ \(inlined\)$/, '');
      this.closeTo(column, true);
      const path = [...this.open.map((node) => node.name), name];
      this.chains.push({ row: this.row, symbol: name, percent: Number(branch[2]), path, line: lineNo });
      this.open.push({
        column: line.includes('--') ? line.lastIndexOf(branch[3]) - 1 : column,
        name,
        chain: this.chains.length - 1,
      });
      return true;
    }
    const plain = PLAIN.exec(line);
    if (plain === null) return false;
    const column = line.indexOf(plain[2]) - 1;
    this.closeTo(column, false);
    const chain = this.open.at(-1)?.chain ?? -1;
    if (chain >= 0) this.chains[chain].path.push(plain[2]);
    this.open.push({ column, name: plain[2], chain });
    return true;
  }

  /** Frames to the right end; of those in the same column a branch ends its siblings, a plain frame continues them. */
  private closeTo(column: number, isBranch: boolean): void {
    while (this.open.length > 0) {
      const last = this.open[this.open.length - 1];
      if (last.column < column || (last.column === column && !isBranch)) return;
      this.open.pop();
    }
  }
}
