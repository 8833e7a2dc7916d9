/** @jsxImportSource hono/jsx */
/** Why a process is as it is: what `ctl explain` tells, on a page. */
import { explanationLines } from "../../model/explanation_lines.ts";
import type { Explanation } from "../../model/details.ts";
import { DetailHeader, Layout } from "./layout.tsx";
import { tailLink } from "./links.ts";

interface ExplainPageProps {
  /** Where the daemon runs, in words. */
  readonly place: string;
  readonly namespec: string;
  /** undefined if there is no such process. */
  readonly explanation: Explanation | undefined;
  /** Wall-clock milliseconds. */
  readonly now: number;
}

export function ExplainPage({ place, namespec, explanation, now }: ExplainPageProps) {
  const name = namespec || "no process";
  return (
    <Layout title={`${name} explained – ${place}`}>
      <DetailHeader name={name} what="explained" place={place} />
      <main>
        {explanation && (
          <nav class="bar" aria-label="Logs">
            <a href={tailLink({ namespec, channel: "stdout" })}>Stdout</a>
            <a href={tailLink({ namespec, channel: "stderr" })}>Stderr</a>
          </nav>
        )}
        <pre id="log" tabindex={0}>
          {explanation
            ? explanationLines(explanation, now).join("\n")
            : `No such process: ${name}`}
        </pre>
      </main>
    </Layout>
  );
}
