/** @jsxImportSource hono/jsx */
/** The status page. @see spec/control.md §6 */
import { Layout } from "./layout.tsx";
import { explainLink, tailLink } from "./links.ts";
import { Buttons, ProcessTable, State } from "./process_table.tsx";
import { type StatusView, troubles } from "./view.ts";

interface StatusPageProps {
  readonly view: StatusView;
  readonly token: string;
  /** What became of the last action; empty if there is nothing to say. */
  readonly message: string;
}

const PAGE_BUTTONS = [
  ["refresh", "Refresh"],
  ["restartall", "Restart All"],
  ["stopall", "Stop All"],
] as const;

export function StatusPage({ view, token, message }: StatusPageProps) {
  const { identifier, hostname, groups, now } = view;
  return (
    <Layout title={`${identifier} on ${hostname}`} script="live.js">
      <header>
        <div>
          <h1>
            {identifier} <small>on {hostname}</small>
          </h1>
          <Summary view={view} />
        </div>
        <nav id="page" aria-label="All processes">
          <Buttons token={token} buttons={PAGE_BUTTONS} />
        </nav>
      </header>
      <main>
        <p id="away" role="alert" hidden>
          The daemon is away. This is what was last known; the page goes on when it is back.
        </p>
        <div id="message" class="status_msg" role="status">{message}</div>
        <Troubles view={view} />
        <ProcessTable groups={groups} now={now} token={token} />
      </main>
      <footer>visor, in place of Supervisor</footer>
    </Layout>
  );
}

export function Summary({ view }: { readonly view: StatusView }) {
  return (
    <ul id="summary" aria-label="Processes by state">
      {view.counts.map(([state, count]) => (
        <li>
          <b>{count}</b> <State state={state} />
        </li>
      ))}
    </ul>
  );
}

/** Those that have been given up, with the reason, where nobody can overlook them. */
export function Troubles({ view }: { readonly view: StatusView }) {
  const fatal = troubles(view);
  if (fatal.length === 0) return <section id="troubles" hidden></section>;
  return (
    <section id="troubles" aria-labelledby="troubles-title">
      <h2 id="troubles-title">
        {fatal.length === 1 ? "1 process" : `${fatal.length} processes`} could not be started
      </h2>
      <ul>
        {fatal.map(({ namespec, description }) => (
          <li>
            <b>{namespec}</b> <span>{description}</span> <a href={explainLink(namespec)}>Why?</a>
            {" "}
            <a href={tailLink({ namespec, channel: "stderr" })}>Its stderr</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
