/** A terminal that remembers what it showed, and is typed at by a test. */
import type { Screen, ScreenSize } from "../../src/platform/screen.ts";

export class FakeScreen implements Screen {
  readonly frames: (readonly string[])[] = [];
  isOpen = true;
  #keys: (keys: string) => void = () => {};
  #resized = () => {};

  constructor(public size: ScreenSize, readonly colours = false) {}

  draw(lines: readonly string[]): void {
    this.frames.push(lines);
  }

  onKeys(handler: (keys: string) => void): void {
    this.#keys = handler;
  }

  onResize(handler: () => void): void {
    this.#resized = handler;
  }

  close(): void {
    this.isOpen = false;
  }

  press(keys: string): void {
    this.#keys(keys);
  }

  resize(size: ScreenSize): void {
    this.size = size;
    this.#resized();
  }
}
