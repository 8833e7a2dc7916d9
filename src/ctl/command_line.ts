/** A line as typed at the prompt, or joined from a command's arguments. */
export interface CommandLine {
  /**
   * The first word: letters, digits and `_`, in the verbs that Supervisor does not have also `-`.
   * Empty where the line begins with anything else.
   */
  readonly verb: string;
  /** What follows, without white space at its ends. */
  readonly args: string;
}

/** `?x` is `help x`. @param verbs Those that there are. @see spec/ctl.md §2 */
export function readCommandLine(line: string, verbs: ReadonlyMap<string, unknown>): CommandLine {
  const text = line.trim();
  if (text.startsWith("?")) return { verb: "help", args: text.slice(1).trim() };
  const [long] = /^[\w-]*/.exec(text)!;
  const verb = verbs.has(long) ? long : /^\w*/.exec(text)![0];
  return { verb, args: text.slice(verb.length).trim() };
}
