/** @jsxImportSource hono/jsx */
/** Every process with its buttons. Each row has an id of its own, by which it is kept up to date. */
import { formatUptime } from "../../engine/describe.ts";
import type { Channel } from "../../model/config.ts";
import type { ProcessState } from "../../model/state.ts";
import { explainLink, tailLink } from "./links.ts";
import type { GroupView, ProcessView } from "./view.ts";

/** What a log is followed from: some screens of it. */
const FOLLOW_BYTES = 16 * 1024;

type Button = readonly [action: string, label: string];

interface ButtonsProps {
  readonly token: string;
  /** Whom it is about, if not everybody. */
  readonly name?: string;
  readonly buttons: readonly Button[];
}

/** A form, so that it works without a script; a POST, so that no link can act. */
export function Buttons({ token, name, buttons }: ButtonsProps) {
  return (
    <form method="post" action="index.html" autocomplete="off">
      <input type="hidden" name="token" value={token} />
      {name !== undefined && <input type="hidden" name="processname" value={name} />}
      {buttons.map(([action, label]) => (
        <button
          type="submit"
          name="action"
          value={action}
          aria-label={name === undefined ? undefined : `${label} ${name}`}
        >
          {label}
        </button>
      ))}
    </form>
  );
}

interface TableProps {
  readonly groups: readonly GroupView[];
  readonly now: number;
  readonly token: string;
}

export function ProcessTable({ groups, now, token }: TableProps) {
  if (groups.length === 0) return <p id="processes" class="nothing">No programs to manage</p>;
  return (
    <table id="processes">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Name</th>
          <th scope="col">Description</th>
          <th scope="col" class="action">Action</th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody>
          {!group.single && <GroupRow group={group} token={token} />}
          {group.processes.map((process) => (
            <ProcessRow
              process={process}
              now={now}
              token={token}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

const GROUP_BUTTONS: readonly Button[] = [
  ["startgroup", "Start Group"],
  ["stopgroup", "Stop Group"],
  ["restartgroup", "Restart Group"],
];

function GroupRow({ group, token }: { readonly group: GroupView; readonly token: string }) {
  return (
    <tr id={`group ${group.name}`} class="group">
      <th scope="rowgroup" colspan={3}>{group.name}</th>
      <td class="action">
        <div>
          <Buttons token={token} name={group.name} buttons={GROUP_BUTTONS} />
        </div>
      </td>
    </tr>
  );
}

interface RowProps {
  readonly process: ProcessView;
  readonly now: number;
  readonly token: string;
}

/** Of a row, and so of what may be sent anew: names have no spaces at their ends. */
export function rowId(process: ProcessView): string {
  return `process ${process.namespec}`;
}

export function ProcessRow({ process, now, token }: RowProps) {
  const { namespec, state, description, health, startedAt, isTroubled } = process;
  const uptimeMs = startedAt === null ? null : now - startedAt;
  return (
    <tr id={rowId(process)}>
      <td class="state">
        <State state={state} />
      </td>
      <th scope="row" class="name">
        <a href={tailLink({ namespec })}>{namespec}</a>
      </th>
      <td class="description">
        {description}
        {uptimeMs !== null && (
          <time data-uptime={Math.floor(uptimeMs)}>{formatUptime(uptimeMs)}</time>
        )}
        {health}
        {isTroubled && (
          <>
            {" "}
            <a href={explainLink(namespec)} aria-label={`Why is ${namespec} ${state}?`}>Why?</a>
          </>
        )}
      </td>
      <td class="action">
        <div>
          <Buttons token={token} name={namespec} buttons={buttonsFor(process)} />
          <Tail namespec={namespec} channel="stdout" label="Tail -f Stdout" />
          <Tail namespec={namespec} channel="stderr" label="Tail -f Stderr" />
        </div>
      </td>
    </tr>
  );
}

interface TailProps {
  readonly namespec: string;
  readonly channel: Channel;
  readonly label: string;
}

function Tail({ namespec, channel, label }: TailProps) {
  const href = tailLink({ namespec, channel, limit: FOLLOW_BYTES, follow: true });
  return <a href={href} target="_blank" aria-label={`${label} ${namespec}`}>{label}</a>;
}

/** @see spec/control.md §6, "actions" */
function buttonsFor({ state, waits }: ProcessView): readonly Button[] {
  const clearLog: Button = ["clearlog", "Clear Log"];
  if (waits) return [["stop", "Stop"], clearLog];
  switch (state) {
    case "RUNNING":
      return [["restart", "Restart"], ["stop", "Stop"], clearLog];
    case "STOPPED":
    case "EXITED":
    case "FATAL":
      return [["start", "Start"], clearLog];
    default:
      return [clearLog];
  }
}

export function State({ state }: { readonly state: ProcessState }) {
  return <span class={`status ${statusClass(state)}`}>{state.toLowerCase()}</span>;
}

function statusClass(state: ProcessState): string {
  if (state === "RUNNING") return "statusrunning";
  if (state === "FATAL") return "statuserror";
  if (state === "BACKOFF") return "statuserror retrying";
  return state === "STARTING" || state === "STOPPING" ? "statusnominal moving" : "statusnominal";
}
