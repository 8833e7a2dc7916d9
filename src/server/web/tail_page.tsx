/** @jsxImportSource hono/jsx */
/** The end of one log; with a script, also what is added to it. @see spec/control.md §6 */
import type { Channel } from "../../model/config.ts";
import { DetailHeader, Layout } from "./layout.tsx";
import { streamLink, tailLink } from "./links.ts";
import { LEAST_BYTES, type TailText } from "./read_tail.ts";

interface TailPageProps {
  /** Where the daemon runs, in words. */
  readonly place: string;
  readonly namespec: string;
  readonly channel: Channel;
  readonly limit: number;
  readonly follow: boolean;
  readonly tail: TailText;
}

const CHANNELS = [["stdout", "Stdout"], ["stderr", "Stderr"]] as const;
const LIMITS = [
  [LEAST_BYTES, "1 KiB"],
  [16 * 1024, "16 KiB"],
  [256 * 1024, "256 KiB"],
  [1024 * 1024, "1 MiB"],
] as const;

export function TailPage(props: TailPageProps) {
  const { place, namespec, channel, follow, tail } = props;
  const name = namespec || "no process";
  const stream = streamLink(namespec, channel);
  return (
    <Layout
      title={`${name} ${channel} – ${place}`}
      script="tail.js"
      instead={follow && tail.ok ? stream : undefined}
    >
      <DetailHeader name={name} what={channel} place={place} />
      <main>
        <p id="away" role="alert" hidden>
          The stream has ended. The page tries again until it is back.
        </p>
        {namespec !== "" && <TailBar {...props} />}
        <pre id="log" tabindex={0} data-stream={follow && tail.ok ? stream : undefined}>
          {tail.text}
        </pre>
      </main>
    </Layout>
  );
}

function TailBar({ namespec, channel, limit, follow, tail }: TailPageProps) {
  return (
    <nav class="bar" aria-label="What is shown">
      {CHANNELS.map(([each, label]) => (
        <a
          href={tailLink({ namespec, channel: each, limit, follow })}
          aria-current={each === channel ? "page" : undefined}
        >
          {label}
        </a>
      ))}
      <span class="gap"></span>
      {LIMITS.map(([bytes, label]) => (
        <a
          href={tailLink({ namespec, channel, limit: bytes, follow })}
          aria-current={bytes === limit ? "page" : undefined}
        >
          {label}
        </a>
      ))}
      <span class="gap"></span>
      {follow && tail.ok
        ? (
          <span id="follow" hidden>
            <label>
              <input id="autoscroll" type="checkbox" checked /> Auto-scroll
            </label>
            <button id="pause" type="button" aria-pressed="false">Pause</button>
          </span>
        )
        : (
          <>
            <a href={tailLink({ namespec, channel, limit })}>Refresh</a>
            <a href={tailLink({ namespec, channel, limit, follow: true })}>Tail -f</a>
          </>
        )}
    </nav>
  );
}
