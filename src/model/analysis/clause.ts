/** One operand of the offload predicate over the whole calls of a capture. */
export interface ClauseRow {
  /** Code of CLAUSES in src/model/mechanism.ts. */
  clause: string;
  /** 'len > copybreak' */
  title: string;
  holds: number;
  fails: number;
  unknown: number;
  /** Evidence, most frequent first: 'sysctl, other-calls'. */
  knownBy: string;
}
