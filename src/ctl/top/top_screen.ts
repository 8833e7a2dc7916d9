/** Looks at the daemon again and again, and does what the keys ask for. */
import type { UsageDocument } from "../../model/usage.ts";
import type { Screen } from "../../platform/screen.ts";
import { outcomeOf } from "../carry_out.ts";
import type { Session } from "../session.ts";
import { readKeys } from "./keys.ts";
import { press } from "./press.ts";
import { pageRows, render } from "./render.ts";
import { type TopRow, topRows } from "./rows.ts";
import { type Deed, FIRST_VIEW, type View, visibleRows } from "./view.ts";

/** As much of a log as fills a large screen. */
const LOG_BYTES = 16_384;

export class TopScreen {
  readonly #session: Session;
  readonly #screen: Screen;
  #latest: UsageDocument;
  #rows: readonly TopRow[];
  #view: View = FIRST_VIEW;
  #logText = "";
  readonly #left = Promise.withResolvers<void>();
  #over = false;
  /** Somebody wants to see something new; then nothing is waited for. */
  #impatient = false;
  #endPause = () => {};

  constructor(session: Session, screen: Screen, first: UsageDocument) {
    this.#session = session;
    this.#screen = screen;
    this.#latest = first;
    this.#rows = topRows(null, first);
    screen.onKeys((keys) => this.#press(keys));
    screen.onResize(() => this.#draw());
  }

  /** Until somebody leaves. @throws Where the daemon has gone. */
  async run(intervalMs: number): Promise<void> {
    this.#draw();
    await Promise.race([this.#left.promise, this.#lookAgain(intervalMs)]);
  }

  async #lookAgain(intervalMs: number): Promise<never> {
    for (;;) {
      await this.#pause(intervalMs);
      this.#impatient = false;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { daemon } = this.#session;
    const { log } = this.#view;
    const now = await daemon.getUsage(this.#view.pss);
    if (log) this.#logText = await this.#readLog(log.name, log.channel);
    this.#rows = topRows(this.#latest, now);
    this.#latest = now;
    this.#draw();
  }

  /** What cannot be read says why in place of it. */
  async #readLog(name: string, channel: "stdout" | "stderr"): Promise<string> {
    try {
      return await this.#session.daemon.readProcessLog(name, channel, -LOG_BYTES, 0);
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#impatient) return;
    let cancel = () => {};
    await new Promise<void>((resolve) => {
      cancel = this.#session.io.clock.after(ms, resolve);
      this.#endPause = resolve;
    });
    cancel();
  }

  #hurry(): void {
    this.#impatient = true;
    this.#endPause();
  }

  #press(keys: string): void {
    for (const key of readKeys(keys)) {
      const rows = visibleRows(this.#rows, this.#view);
      const { view, wish } = press(this.#view, key, rows, pageRows(this.#screen.size));
      if (view.log !== this.#view.log) this.#logText = "";
      this.#view = view;
      if (wish?.type === "do") this.#do(wish.deed);
      if (wish?.type === "look") this.#hurry();
      if (wish?.type === "quit") return this.#leave();
    }
    this.#draw();
  }

  #leave(): void {
    this.#over = true;
    this.#left.resolve();
  }

  /** Others can be pressed meanwhile: a stop may take its time. */
  async #do({ verb, name }: Deed): Promise<void> {
    this.#say(`${verb} ${name} …`);
    try {
      if (verb !== "start") this.#say(await outcomeOf(this.#session, "stop", name));
      if (verb !== "stop") this.#say(await outcomeOf(this.#session, "start", name));
    } catch (error) {
      this.#say((error as Error).message);
    }
    this.#hurry();
  }

  #say(message: string): void {
    this.#view = { ...this.#view, message };
    this.#draw();
  }

  #draw(): void {
    if (this.#over) return;
    const { size, colours } = this.#screen;
    this.#screen.draw(render({
      title: this.#session.serverurl,
      rows: this.#rows,
      view: this.#view,
      logText: this.#logText,
      size,
      colours,
    }));
  }
}
