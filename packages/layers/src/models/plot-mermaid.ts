import type { Plot } from './plot-svg.ts'

/** The graph as a flowchart of Mermaid. */
export function plotMermaid({ boxes, edges, direction }: Plot): string {
  return [
    `flowchart ${direction}`,
    ...boxes.map((lines, i) => `  n${i}["${lines.map(escapeMermaid).join('<br/>')}"]`),
    ...edges.map(([from, to]) => `  n${from} --> n${to}`),
  ].join('\n')
}

/** Text as Mermaid holds it: all that could be markup by its number. */
function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} _()[\],:./-]/gu, (letter) => `#${letter.codePointAt(0)!};`)
}
