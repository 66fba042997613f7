import { type Edge, layoutLayers, type Point } from './layered-layout.ts'

/** A graph to be drawn. */
export interface Plot {
  /** The lines of text of each box. */
  readonly boxes: readonly (readonly string[])[]
  /** From, to. */
  readonly edges: readonly Edge[]
  readonly direction: 'TB' | 'LR'
}

const letterWidth = 7.3
const lineHeight = 18
const padding = 10

/** The graph as an SVG image. */
export function plotSVG({ boxes, edges, direction }: Plot): string {
  const sizes = boxes.map((lines) => ({
    width: Math.max(...lines.map(({ length }) => length)) * letterWidth + 2 * padding,
    height: lines.length * lineHeight + padding,
  }))
  const turned = direction === 'LR'
  const turn = <T extends { readonly x: number; readonly y: number }>({ x, y }: T): Point =>
    turned ? { x: y, y: x } : { x, y }
  const layout = layoutLayers(
    turned ? sizes.map(({ width, height }) => ({ width: height, height: width })) : sizes,
    edges,
  )
  const [width, height] = turned ? [layout.height, layout.width] : [layout.width, layout.height]
  const drawnEdges = layout.paths.map(
    (path) => `<path d="${curve(path.map(turn), turned)}" marker-end="url(#arrow)"/>`,
  )
  const drawnBoxes = boxes.map((lines, i) => drawBox(lines, sizes[i]!, turn(layout.centres[i]!)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<g fill="none" stroke="#555">${drawnEdges.join('')}</g>`,
    ...drawnBoxes,
    '</svg>',
  ].join('\n')
}

function drawBox(
  lines: readonly string[],
  { width, height }: { readonly width: number; readonly height: number },
  { x, y }: Point,
): string {
  const top = y - height / 2
  const texts = lines.map((line, i) => {
    const baseline = top + padding / 2 + (i + 0.72) * lineHeight
    return `<text x="${round(x)}" y="${round(baseline)}" text-anchor="middle"${i === 0 ? ' font-weight="bold"' : ''}>${escapeXML(line)}</text>`
  })
  const rect = `<rect x="${round(x - width / 2)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="4" fill="#f4f6fa" stroke="#4a5a78"/>`
  return `<g>${rect}${texts.join('')}</g>`
}

function curve(points: readonly Point[], turned: boolean): string {
  return points
    .map(({ x, y }, i) => {
      if (i === 0) return `M${round(x)} ${round(y)}`
      const before = points[i - 1]!
      const bends = turned
        ? `${round((before.x + x) / 2)} ${round(before.y)} ${round((before.x + x) / 2)} ${round(y)}`
        : `${round(before.x)} ${round((before.y + y) / 2)} ${round(x)} ${round((before.y + y) / 2)}`
      return `C${bends} ${round(x)} ${round(y)}`
    })
    .join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Text as XML holds it. */
function escapeXML(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\P{C}\u{200d}]|[\ufffe\uffff]/gu, '\ufffd')
}
