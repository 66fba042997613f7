export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * A Markdown table: a line for each case, and for each peer its speed and how many times as long as the first peer it
 * takes, in time that passed and in processor time; above 1 the first is faster.
 *
 * Where a peer with one thread had less than 0.9 of a core, something else ran on the machine: then the numbers are in
 * brackets, and processor time is the one to look at.
 */
export function tableOf(id, { title, unit, cases }, peers, results) {
  const find = (peer, name) =>
    results.find((result) => result.workload === id && result.peer === peer && result.case === name)
  const measured = peers.filter((peer) => cases.some(({ name }) => find(peer, name) !== undefined))
  const rows = cases.map((entry) => [
    entry.name,
    ...measured.map((peer) => cell(find(peer, entry.name), find(peers[0], entry.name), entry)),
  ])
  const head = [title, ...measured.map((peer) => `${peer}: ${unit}, time, CPU time`)]
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function cell(result, base, { amount, speed }) {
  if (result === undefined) return '–'
  const { wallMilliseconds, cpuShare, threads } = result
  const shown = speed(amount, wallMilliseconds).toPrecision(3)
  const ratio = (name) => (base === undefined ? '–' : (result[name] / base[name]).toFixed(2))
  const text = `${shown}, ${ratio('wallMilliseconds')}, ${ratio('cpuMilliseconds')}`
  return threads === 1 && cpuShare < 0.9 ? `(${text})` : text
}
