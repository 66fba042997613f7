import { type ElementKind, wrapped } from './element-kind.ts'
import { integer } from './indexing.ts'

/** Short sums that are added up lose fewer digits than one long sum. */
const block = 32

/** Statements that add to `s` what `add` adds to `t` for each `j` below `count`, block by block. */
export function blocks(add: string, kind: ElementKind): string {
  return `
    ${integer('start', '0')}
    for (let m = 0; m * ${block} < count; m++) {
      ${integer('size', 'count - start')}
      if (size > ${block}) { size = ${block}; }
      let t = 0;
      for (let n = 0; n < size; n++) {
        ${integer('j', 'start + n')}
        ${add}
      }
      s = ${wrapped('s + t', kind)};
      start = start + ${block};
    }`
}
