/** Files that pages need, as text: the product is one executable. */
import base from "./static/base.css" with { type: "text" };
import cards from "./static/cards.css" with { type: "text" };
import icon from "./static/icon.svg" with { type: "text" };
import live from "./static/live.js" with { type: "text" };
import status from "./static/status.css" with { type: "text" };
import tailStyle from "./static/tail.css" with { type: "text" };
import tail from "./static/tail.js" with { type: "text" };

export interface StaticFile {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

// What is said later about narrow windows overrules what goes before.
const style = [base, status, tailStyle, cards].join("\n");

export const STATIC_FILES: readonly StaticFile[] = [
  { path: "/stylesheets/supervisor.css", type: "text/css", text: style },
  { path: "/static/live.js", type: "text/javascript", text: live },
  { path: "/static/tail.js", type: "text/javascript", text: tail },
  { path: "/static/icon.svg", type: "image/svg+xml", text: icon },
];
