import type { CallTable } from '../../model/calls.ts';
import type { CallFacts } from '../../model/mechanism.ts';

const MSG_PEEK = 0x2;
/** Calls without flags: their syscall has no such argument. */
const WITHOUT_FLAGS = /^(?:sys_|SyS_|__x64_sys_|ksys_)?p?(?:read|readv|splice)(?:64)?$/;

type ProgramFacts = Pick<CallFacts, 'programReadBytes' | 'programPeeks' | 'entryHasNoFlags'>;

interface Program {
  readBytes: number;
  reads: number;
  flagged: number;
  peeks: number;
}

/**
 * What reads of one program have in common: texts of functions print no arguments, but others of the same bundle do. Only what
 * all known reads share is told of the rest.
 */
export function learnPrograms(table: CallTable): { at(row: number): ProgramFacts } {
  const programs = new Map<number, Program>();
  const comm = table.column('comm');
  const requested = table.column('requestedBytes');
  const flags = table.column('flags');
  const entry = table.column('entry');
  for (let row = 0; row < table.length; row++) {
    const id = comm.get(row);
    if (id < 0) continue;
    let program = programs.get(id);
    if (program === undefined) {
      program = { readBytes: Number.NaN, reads: 0, flagged: 0, peeks: 0 };
      programs.set(id, program);
    }
    const asked = requested.get(row);
    if (asked > 0) {
      program.readBytes = program.reads === 0 || program.readBytes === asked ? asked : Number.NaN;
      program.reads++;
    }
    const word = flags.get(row);
    if (Number.isNaN(word)) continue;
    program.flagged++;
    if ((word & MSG_PEEK) !== 0) program.peeks++;
  }
  const withoutFlags = new Map<number, boolean>();
  return {
    at(row) {
      const program = programs.get(comm.get(row));
      const name = entry.get(row);
      let isWithout = withoutFlags.get(name);
      if (isWithout === undefined) {
        isWithout = name >= 0 && WITHOUT_FLAGS.test(table.strings.textOf(name));
        withoutFlags.set(name, isWithout);
      }
      return {
        programReadBytes: program?.readBytes ?? Number.NaN,
        programPeeks:
          program === undefined || program.flagged === 0 || (program.peeks > 0 && program.peeks < program.flagged)
            ? null
            : program.peeks > 0,
        entryHasNoFlags: isWithout,
      };
    },
  };
}
