const MOST = 4096;

/** The same for the same text, made once: a column of a million rows holds a handful of texts, or none twice. */
export function rememberText(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let made = known.get(text);
    if (made === undefined) {
      made = make(text);
      if (known.size === MOST) known.clear();
      known.set(text, made);
    }
    return made;
  };
}
