/** Lists whose items are told with the line that they are on. */
import { list } from "./datatypes.ts";
import { BadValue } from "./problems.ts";
import { complain, type Scope } from "./section.ts";

export interface ListItem {
  readonly item: string;
  /** The line of the list's text, from 0. */
  readonly row: number;
}

/** The items of a list with commas. */
export function listRows(text: string): ListItem[] {
  const parts = text.split(",");
  let row = 0;
  return list(text).map((item, i) => {
    const [before = "", after = ""] = item === "" ? [] : parts[i]!.split(item, 2);
    const own = row + before.split("\n").length - 1;
    row = own + (item + after).split("\n").length - 1;
    return { item, row: own };
  });
}

/** The words of a list with blanks. */
export function wordRows(text: string): ListItem[] {
  return text.split("\n").flatMap((line, row) =>
    line.split(/\s+/).filter((item) => item !== "").map((item) => ({ item, row }))
  );
}

/** What items stand for; what one of them cannot mean is reported at its line. */
export function readItems<T>(
  scope: Scope,
  option: string,
  items: readonly ListItem[],
  convert: (item: string) => readonly T[],
): T[] {
  return items.flatMap(({ item, row }) => {
    try {
      return convert(item);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      const { code, message, detail } = error;
      complain(scope, option, { code, message, detail, row });
      return [];
    }
  });
}
