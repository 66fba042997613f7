// Runs tapegrad and its peers in turn, each in a process of its own, prints tables of ratios and writes all numbers.
import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { median, tableOf } from './report.mjs'
import { workloads } from './workloads.mjs'

const usage = `npm run bench -- [options]
  --only W1,W2     workloads; all by default
  --peer NAME      a peer beside tapegrad's backends, more with commas; all by default
  --threads N      threads of the peers that have them; 1 by default
  --rounds N       how often each peer gets its turn; 3 by default
  --ms N           milliseconds of samples for each case and turn; 500 by default
  --out FILE       all numbers as JSON; bench/results/latest.json by default`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(workloads).join() },
    peer: { type: 'string' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    ms: { type: 'string', default: '500' },
    out: { type: 'string', default: new URL('results/latest.json', import.meta.url).pathname },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit()
}

/** The first is what the others are compared with. */
const own = ['backend-cpu', 'backend-blas']
const others = (await readdir(new URL('peers', import.meta.url)))
  .map((file) => file.replace(/\.mjs$/, ''))
  .filter((name) => name !== 'tapegrad' && !own.includes(name))
const peers = [...own, ...chosen(values.peer, others)]
const chosenWorkloads = chosen(values.only, Object.keys(workloads))

function chosen(names, known) {
  if (names === undefined) return known
  for (const name of names.split(',')) {
    if (!known.includes(name)) throw new Error(`${name} is none of ${known.join(', ')}\n\n${usage}`)
  }
  return names.split(',')
}

const machine = {
  cpu: cpus()[0].model,
  cores: cpus().length,
  node: process.version,
  date: new Date().toISOString(),
  loadBefore: loadavg()[0],
  environment: Object.entries(process.env).filter(([name]) => /^(OPENBLAS|OMP|MKL|NODE_OPTIONS)/.test(name)),
}
const turns = []
for (let round = 0; round < Number(values.rounds); round++) {
  for (const workload of chosenWorkloads)
    for (const peer of peers) turns.push(...(await measure(peer, workload)))
}
const loads = [machine.loadBefore, loadavg()[0]].map((load) => load.toFixed(1))
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, threads asked for: ${values.threads}`,
)
console.log(`load ${loads.join(' before, ')} after`, ...machine.environment.map((entry) => entry.join('=')))

const results = merge(turns)
for (const id of chosenWorkloads) console.log(`\n${tableOf(id, workloads[id], peers, results)}`)
await mkdir(dirname(values.out), { recursive: true })
await writeFile(
  values.out,
  `${JSON.stringify({ machine: { ...machine, loadAfter: loadavg()[0] }, results }, null, 2)}\n`,
)
console.log(`\nall numbers: ${values.out}`)

/** One turn of one peer. */
async function measure(peer, workload) {
  process.stderr.write(`${workload} ${peer} …\n`)
  const script = new URL('measure.mjs', import.meta.url).pathname
  const given = [script, peer, workload, values.threads, values.ms]
  const { stdout } = await promisify(execFile)(process.execPath, given, { maxBuffer: 2 ** 26 })
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}

/** The turns of a peer at a case as one result: medians of all samples, of time that passed and of processor time. */
function merge(turns) {
  const groups = new Map()
  for (const turn of turns) groups.set(keyOf(turn), [...(groups.get(keyOf(turn)) ?? []), turn])
  return [...groups.values()].map((group) => {
    const { wall: _, cpu: __, ...which } = group[0]
    const wall = group.flatMap((turn) => turn.wall)
    const cpu = group.flatMap((turn) => turn.cpu)
    return {
      ...which,
      wallMilliseconds: median(wall),
      cpuMilliseconds: median(cpu),
      leastMilliseconds: Math.min(...wall),
      cpuShare: sum(cpu) / sum(wall),
      samples: wall.length,
    }
  })
}

function sum(values) {
  return values.reduce((total, value) => total + value)
}

function keyOf({ peer, workload, case: name }) {
  return `${workload} ${name} ${peer}`
}
