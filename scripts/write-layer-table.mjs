/** What a test says of where a mask goes, in the order of the table. */
const maskWords = ['passes', 'made', 'used', 'dropped', 'none']

/**
 * Findings of the tests of layers as a table in Markdown.
 *
 * @param layers `{ name, summary }` for each layer, a line each.
 * @param findings `{ layer, checked, detail }` for each thing that a test checked.
 */
export function writeLayerTable(layers, findings) {
  const rows = layers.map((layer) =>
    rowOf(
      layer,
      findings.filter((finding) => finding.layer === layer.name),
    ),
  )
  const heads = ['layer', 'computes', 'config', 'numbers', 'mask', 'gradient', 'save, load', 'data formats']
  return [heads, heads.map(() => '---'), ...rows].map(lineOf).join('\n')
}

function rowOf({ name, summary }, findings) {
  const has = (checked) => findings.some((finding) => finding.checked === checked)
  const details = (checked) =>
    findings.flatMap((finding) => (finding.checked === checked ? [finding.detail] : []))
  const masks = maskWords.filter((word) => details('mask').includes(word))
  if (details('mask').some((word) => !maskWords.includes(word))) throw new Error(`unknown mask of ${name}`)
  const formats = ['channels_last', 'channels_first'].filter((word) => details('data format').includes(word))
  return [
    `\`${name}\``,
    summary,
    joined([has('config') && '✓', has('Keras config') && 'K']),
    has('Keras values') ? 'K' : '',
    masks.join(', '),
    joined([has('input gradient') && 'input', has('weight gradient') && 'weights'], ', '),
    has('saving') ? '✓' : '',
    joined(
      [formats.map((word) => word.replace('channels_', '')).join(', '), has('both data formats') && '='],
      ' ',
    ),
  ]
}

function joined(parts, separator = ' ') {
  return parts.filter(Boolean).join(separator)
}

function lineOf(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
