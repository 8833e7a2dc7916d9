/** What the system reads in an executable before it runs it. Only what is so for all of ours: 64 bits, little-endian. */
import fs from "node:fs";

export interface Elf {
  /** The number of the processor's kind, `e_machine`. */
  readonly machine: number;
  readonly interpreter: string;
  /** Shared libraries, as the file names them. */
  readonly needed: readonly string[];
  /** Versions of what it takes from them, e.g. `GLIBC_2.17`. */
  readonly versions: readonly string[];
}

const PT = { load: 1, dynamic: 2, interpreter: 3 } as const;
const DT = { needed: 1, strings: 5, versions: 0x6ffffffe, versionCount: 0x6fffffff } as const;

/** A program header. */
interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Numbers and strings at places in a file. */
class Image {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  u64(at: number): number {
    return Number(this.#view.getBigUint64(at, true));
  }

  text(at: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(at, this.#bytes.indexOf(0, at)));
  }
}

/** @throws {Error} If it is no executable of this kind. */
export function readElf(path: string): Elf {
  const bytes = fs.readFileSync(path);
  const image = new Image(bytes);
  const isOurs = bytes.subarray(0, 6).equals(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
  if (!isOurs) throw new Error(`${path} is no ELF file of 64 bits, little-endian`);
  const segments = readSegments(image);
  const dynamic = readDynamic(image, segments);
  const place = (tag: number) =>
    placeOf(segments, dynamic.find(([each]) => each === tag)?.[1] ?? 0);
  const strings = place(DT.strings);
  const count = dynamic.find(([tag]) => tag === DT.versionCount)?.[1] ?? 0;
  return {
    machine: image.u16(18),
    interpreter: image.text(segments.find(({ type }) => type === PT.interpreter)!.offset),
    needed: dynamic.filter(([tag]) => tag === DT.needed).map(([, at]) => image.text(strings + at)),
    versions: count === 0 ? [] : readVersions(image, place(DT.versions), strings, count),
  };
}

function readSegments(image: Image): Segment[] {
  const [start, size, count] = [image.u64(32), image.u16(54), image.u16(56)];
  return Array.from({ length: count }, (_, i) => start + i * size).map((at) => ({
    type: image.u32(at),
    offset: image.u64(at + 8),
    address: image.u64(at + 16),
    size: image.u64(at + 32),
  }));
}

/** Pairs of a tag and its value. */
function readDynamic(image: Image, segments: readonly Segment[]): [number, number][] {
  const { offset, size } = segments.find(({ type }) => type === PT.dynamic)!;
  return Array.from(
    { length: size / 16 },
    (_, i) => [image.u64(offset + i * 16), image.u64(offset + i * 16 + 8)],
  );
}

/** Where in the file is what will be at this address. */
function placeOf(segments: readonly Segment[], wanted: number): number {
  const holder = segments.find(({ type, address, size }) =>
    type === PT.load && wanted >= address && wanted < address + size
  );
  return holder ? wanted - holder.address + holder.offset : 0;
}

/** For each library a record, and for each of its versions one; each says how far the next is. */
function readVersions(image: Image, first: number, strings: number, count: number): string[] {
  const found: string[] = [];
  for (let i = 0, library = first; i < count; i++, library += image.u32(library + 12)) {
    let version = library + image.u32(library + 8);
    for (let j = 0; j < image.u16(library + 2); j++, version += image.u32(version + 12)) {
      found.push(image.text(strings + image.u32(version + 8)));
    }
  }
  return found;
}
