import { countMatches, type Damage } from './damage.ts';

/**
 * ECMA-48 control sequences, the byte ESC itself or as tools spell it: `^[` (cat -v), `\033`, `\e`, `\x1b`, `\u001b`, `#033`
 * (rsyslog), `␛`. CSI: `ESC [` parameters, intermediates, a final byte; OSC: `ESC ]` … BEL or ESC \; others of two bytes.
 */
const ESC = String.raw`(?:\x1b|\^\[|\\(?:033|0?33|e|x1[bB]|u001[bB])|#033|\u241b)`;
const CSI = new RegExp(String.raw`(?:${ESC}\[|\x9b)([0-?]*)[ -/]*([@-~])`, 'g');
const OSC = new RegExp(String.raw`${ESC}[\]PX^_][^\x07\x1b]*(?:\x07|\^G|${ESC}\\)`, 'g');
const OTHER = /\x1b(?:[()*+#%][0-9A-Za-z@]|[0-~])?/g;
/** What ends a colour, erases or moves: a task name that holds the beginning of a sequence is no damage. */
const RESETS = new RegExp(String.raw`${ESC}(?:\[(?:0*;?0*m|[0-3]?[KJ]|\d*[CGH]|\?\d+[hl]|39m|2[247]m)|\])`, 'g');
/** The rest of a sequence whose ESC a browser or editor swallowed: `[01;31m[Ksched_[m[Kswitch`. */
const BARE = /(?<!\x1b)\[(?:(?:\d{1,3}(?:;\d{1,3})*)?m|[0-2]?K)/g;
const BARE_COLOUR = /(?<!\x1b)\[\d{1,3}(?:;\d{1,3})*m/g;
const OVERSTRUCK = /[^\x08]\x08/g;
const BELL = /[\x07\x08\x0e\x0f]/g;

/** Colours of grep and ls, erasures, cursor moves of a recorded terminal, bold by overstriking. */
export const TERMINAL_SEQUENCES: Damage = {
  id: 'terminal-sequences',
  title: 'terminal sequences',
  isIn: (lines) => countMatches(lines, RESETS) > 0 || countMatches(lines, OVERSTRUCK) > 2,
  start: () => (line) => {
    if (!/[\x07-\x08\x0e\x0f\x1b\x9b\u241b]|\^\[|\\[0eEux]|\\33|#033/.test(line)) return line;
    const moved = line.replace(OSC, '').replace(CSI, (whole, parameters: string, final: string, at: number) => {
      if (final === 'C') return ' '.repeat(Math.min(Number.parseInt(parameters, 10) || 1, 500));
      // Absolute column: as many blanks as are missing, near enough for formats that are cut at blanks.
      if (final === 'G') return ' '.repeat(Math.min(500, Math.max(1, (Number.parseInt(parameters, 10) || 1) - 1 - at)));
      return whole === '' ? whole : '';
    });
    return moved.replace(OTHER, '').replace(OVERSTRUCK, '').replace(BELL, '');
  },
};

/** Colour codes without their ESC. Two numbers at least: nothing that prints traces writes `[31m`. */
export const BARE_COLOURS: Damage = {
  id: 'bare-colours',
  title: 'rests of colour sequences',
  isIn: (lines) => countMatches(lines, BARE_COLOUR) >= 2,
  start: () => (line) => (line.includes('[') ? line.replace(BARE, '') : line),
};
