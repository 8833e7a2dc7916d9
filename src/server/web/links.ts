/** Addresses of what there is to read of a process, relative to the page. */
import type { Channel } from "../../model/config.ts";

export interface TailAddress {
  readonly namespec: string;
  readonly channel?: Channel;
  /** Bytes. */
  readonly limit?: number;
  readonly follow?: boolean;
}

/** The page that shows a log. */
export function tailLink({ namespec, channel, limit, follow }: TailAddress): string {
  const query = [`processname=${encodeURIComponent(namespec)}`];
  if (channel) query.push(`channel=${channel}`);
  if (limit !== undefined) query.push(`limit=${limit}`);
  if (follow) query.push("follow=1");
  return `tail.html?${query.join("&")}`;
}

/** The page that says why a process is as it is. */
export function explainLink(namespec: string): string {
  return `explain.html?processname=${encodeURIComponent(namespec)}`;
}

/** The log itself as plain text that goes on for ever. */
export function streamLink(namespec: string, channel: Channel): string {
  const name = encodeURIComponent(namespec);
  return channel === "stdout" ? `logtail/${name}` : `logtail/${name}/${channel}`;
}
