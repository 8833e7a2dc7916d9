/** `GET /output?name=web&channel=stderr[&follow=1]`: what a process has printed since its last start. */
import type { Context } from "hono";
import type { Channel } from "../../model/config.ts";
import { fault } from "../../rpc/faults.ts";
import type { Daemon } from "../daemon.ts";
import { streamReply } from "../log_stream.ts";
import { processNamed } from "../lookup.ts";
import { textReply } from "./replies.ts";

/** @throws {RpcFault} BAD_NAME; BAD_ARGUMENTS for another channel. */
export function answerOutput(daemon: Daemon, { req }: Context): Response {
  const process = processNamed(daemon.supervisor, req.query("name") ?? "");
  const channel = channelNamed(req.query("channel"));
  if (req.query("follow") !== "1") return textReply(daemon.readRun(process, channel));
  return streamReply(req.raw, daemon.followRun(process, channel), { "X-Accel-Buffering": "no" });
}

function channelNamed(name = "stdout"): Channel {
  if (name === "stdout" || name === "stderr") return name;
  throw fault("BAD_ARGUMENTS", `no such channel: ${name}`);
}
